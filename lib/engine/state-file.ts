// The state of a stream as a safetensors file. These are functions, not methods of the stream, so that a program that
// saves no state does not bundle the file format.

import { requireInstance } from '../checks.ts';
import { describe } from '../describe.ts';
import { decodeSafetensors, encodeSafetensors, readElements, requireArrays, unfit } from '../formats/safetensors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Stream } from './stream.ts';

const FORMAT = 'bptt state';

/**
 * Writes a state of a stream as a safetensors file: its arrays by name, `h` or `lstm1.h`.
 *
 * @param stream - a stream of a layer or model
 * @param state - of this stream
 * @throws ShapeError, ArgumentError
 *
 * @example
 * ```ts
 * const stream = new LSTM({ units: 4, inputSize: 3 }).stream();
 * const state = stream.zeroState();
 * stream.step(randomNormal([1, 3], { seed: 1 }), state);
 * const bytes = stateToBytes(stream, state); // to a file, a database, another process
 * stateFromBytes(stream, bytes).c.get(0, 1) === state.c.get(0, 1); // true
 * ```
 */
export function stateToBytes<S>(stream: Stream<S>, state: NoInfer<S>): Uint8Array {
  const where = 'stateToBytes';
  const { tree } = requireStream(where, stream);
  tree.readWritable(where, 'state', state);
  const arrays = tree.leaves.map(({ name, given: { data, shape, stride, offset } }) => {
    const copy = new Tensor({ data }, shape, stride, offset).copy();
    return { name, shape: copy.shape, data: copy.data };
  });
  return encodeSafetensors(where, { format: FORMAT }, arrays);
}

/**
 * Reads a state that `stateToBytes` wrote, of a stream of equal layers and batch size. Checks names, shapes and sizes
 * first.
 *
 * @param stream - a stream of a layer or model
 * @param bytes - a whole file
 * @throws FormatError for anything else than a state of this stream, ArgumentError
 *
 * @example
 * ```ts
 * const stream = new GRU({ units: 4, inputSize: 3 }).stream({ batchSize: 2 });
 * const bytes = stateToBytes(stream, stream.zeroState());
 * stateFromBytes(stream, bytes).h.shape; // [2, 4]
 * ```
 */
export function stateFromBytes<S>(stream: Stream<S>, bytes: Uint8Array): S {
  const where = 'stateFromBytes';
  const { tree } = requireStream(where, stream);
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

function requireStream<S>(where: string, stream: Stream<S>): Stream<S> {
  return requireInstance(where, 'stream', stream, Stream<S>, 'be a stream, as stream() returns it');
}
