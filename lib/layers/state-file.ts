import { describe, refuse } from '../checks.ts';
import { FormatError } from '../errors.ts';
import { assign } from '../tensor/ndarray-like.ts';
import { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.ts';
import { typedArrayTag } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { StreamState, StreamStates } from './stream-state.ts';

const FORMAT = 'bptt state';

/** A checked state as a safetensors file: its arrays by their paths, `lstm1.h`. */
export function encodeState<S extends StreamState>(states: StreamStates<S>, state: S): Uint8Array {
  return encodeSafetensors({
    metadata: { format: FORMAT },
    tensors: states.slots.map((slot) => {
      const { data, shape, stride, offset } = states.array(state, slot);
      const copy = new Tensor({ data }, shape, stride, offset).copy();
      return { name: slot.path, shape: copy.shape, dtype: copy.dtype, data: copy.data };
    }),
  });
}

/** The state in a file, which has to hold exactly the arrays that a stream asks for. */
export function decodeState<S extends StreamState>(where: string, states: StreamStates<S>, bytes: Uint8Array): S {
  const unfit = (expected: string, received: string): never => {
    throw new FormatError({ where, argument: 'bytes', expected, received });
  };
  if (typedArrayTag(bytes) !== 'Uint8Array') refuse(where, 'bytes', 'be a Uint8Array', bytes);
  const { metadata, tensors } = decodeSafetensors(where, bytes);
  if (metadata.format !== FORMAT) unfit('be a state saved by stateToBytes', `format ${describe(metadata.format)}`);
  const found = new Map(tensors.map((stored) => [stored.name, stored]));
  for (const { path, H } of states.slots) {
    const shape = found.get(path)?.shape;
    const received = shape === undefined ? 'no such array' : `[${shape.join(', ')}]`;
    if (shape?.join() !== `${states.B},${H}`) unfit(`hold ${path} of shape [${states.B}, ${H}]`, received);
  }
  const paths = states.slots.map(({ path }) => path);
  const other = tensors.find(({ name }) => !paths.includes(name));
  if (other !== undefined) unfit('hold only the states of its layers', describe(other.name));
  return states.make((array, { path }) => {
    assign(array, new Tensor({ data: found.get(path)!.data }, array.shape));
  });
}
