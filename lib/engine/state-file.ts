import { describe } from '../checks.ts';
import { decodeSafetensors, encodeSafetensors, readElements, requireArrays, unfit } from '../formats/safetensors.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { StreamState, StreamStates } from './stream-state.ts';

const FORMAT = 'bptt state';

/** The state that was read last, as a safetensors file: its arrays by their paths, `lstm1.h`. */
export function encodeState<S extends StreamState>(where: string, states: StreamStates<S>): Uint8Array {
  const arrays = states.slots.map(({ path: name, given: { data, shape, stride, offset } }) => {
    const copy = new Tensor({ data }, shape, stride, offset).copy();
    return { name, shape: copy.shape, data: copy.data };
  });
  return encodeSafetensors(where, { format: FORMAT }, arrays);
}

/** The state in a file, which has to hold exactly the arrays that a stream asks for. */
export function decodeState<S extends StreamState>(where: string, states: StreamStates<S>, bytes: Uint8Array): S {
  const { metadata, tensors } = decodeSafetensors(where, bytes);
  const { format } = metadata;
  if (format !== FORMAT) unfit(where, 'be a state saved by stateToBytes', `format ${describe(format)}`);
  const { slots, B } = states;
  requireArrays(
    where,
    slots.map(({ path, H }) => ({ name: path, shape: [B, H] })),
    tensors,
  );
  const found = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return states.make((array, { path }) => readElements(found.get(path)!, array.data));
}
