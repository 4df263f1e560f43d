// The state of a stream as a safetensors file.
import { describe } from '../checks.ts';
import { decodeSafetensors, encodeSafetensors, readElements, requireArrays, unfit } from '../formats/safetensors.ts';
import type { StateTree } from '../memory/states.ts';
import { Tensor } from '../tensor/tensor.ts';

const FORMAT = 'bptt state';

/** Encodes the state that the tree read last: its arrays by name, `lstm1.h`. */
export function encodeState<S>(where: string, tree: StateTree<S>): Uint8Array {
  const arrays = tree.leaves.map(({ name, given: { data, shape, stride, offset } }) => {
    const copy = new Tensor({ data }, shape, stride, offset).copy();
    return { name, shape: copy.shape, data: copy.data };
  });
  return encodeSafetensors(where, { format: FORMAT }, arrays);
}

/** Decodes a state; the file has to hold exactly the arrays of the tree. */
export function decodeState<S>(where: string, tree: StateTree<S>, bytes: Uint8Array): S {
  const { metadata, tensors } = decodeSafetensors(where, bytes);
  const { format } = metadata;
  if (format !== FORMAT) unfit(where, 'be a state saved by stateToBytes', `format ${describe(format)}`);
  requireArrays(
    where,
    tree.leaves.map(({ name, width }) => ({ name, shape: [tree.B, width] })),
    tensors,
  );
  const found = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return tree.make((array, { name }) => readElements(found.get(name)!, array.data));
}
