// Runs a model into the future: what it puts out for a time step is the input of the next one.

import { zerosOf } from '../../engine/sequence-buffer.ts';
import type { Network, NetworkState } from '../../layers/network.ts';
import type { FloatNdArrayLike, NdArrayLike } from '../../tensor/ndarray-like.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { OutputDistribution } from './outputs.ts';

/** A model after the histories of B series. */
export interface Begun {
  readonly state: NetworkState;
  /** The outputs of the last time step, [B, outputs]. */
  readonly outputs: Tensor;
}

/** Reads the histories. */
export function begin(model: Network, history: NdArrayLike, lengths: ArrayLike<number> | undefined): Begun {
  const state = model.stream({ batchSize: history.shape[0]! }).initialState();
  const outputs = model.predict(history, { state, ...(lengths && { lengths }) });
  return { state, outputs: outputs.shape.length === 3 ? outputs.pick(null, outputs.shape[1]! - 1).copy() : outputs };
}

/** A future of several rows: each of the B series `copies` times. */
export interface Future {
  readonly model: Network;
  readonly begun: Begun;
  readonly copies: number;
  readonly horizon: number;
  readonly outputs: OutputDistribution;
  /** Known inputs [B, horizon − 1 or more, C], behind the values in the input; undefined if C is 0. */
  readonly known: NdArrayLike | undefined;
  /** The value of a row at a step, from its outputs at `at`. */
  readonly valueAt: (row: number, data: ArrayLike<number>, at: number, j: number) => number;
  /** Receives the outputs of each step, [rows, outputs]. */
  readonly onOutputs?: (step: number, outputs: Tensor) => void;
}

/** Values [B·copies, horizon, F]. */
export function feedBack(future: Future): Tensor {
  const { model, begun, copies, horizon, outputs, known, valueAt, onOutputs } = future;
  const B = begun.outputs.shape[0]!;
  const rows = B * copies;
  const F = outputs.size;
  const stream = model.stream({ batchSize: rows });
  const state = repeated(stream.zeroState(), begun.state, copies) as NetworkState;
  const x = new Tensor({ data: new Float64Array(rows * stream.inputSize) }, [rows, stream.inputSize]);
  const values = zerosOf({ B: rows, T: horizon, F }, model.dtype, 'forecast', 'horizon');
  let last = begun.outputs;
  for (let step = 0; step < horizon; step++) {
    if (step > 0) last = stream.step(x, state);
    onOutputs?.(step, last);
    const [first, width] = [step === 0 ? copies : 1, last.shape[1]!]; // before any step, the copies share their outputs
    for (let row = 0; row < rows; row++) {
      const at = last.offset + Math.floor(row / first) * width;
      for (let j = 0; j < F; j++) {
        const place = (row * horizon + step) * F + j;
        values.data[place] = valueAt(row, last.data, at, j);
        x.data[row * stream.inputSize + j] = values.data[place]!;
      }
      if (known !== undefined && step < horizon - 1) copyKnown(x, row, F, known, Math.floor(row / copies), step);
    }
  }
  return values;
}

/** Writes the known inputs of a time step behind the values. */
function copyKnown(x: Tensor, row: number, F: number, known: NdArrayLike, series: number, step: number): void {
  const { data, shape, stride, offset } = known;
  const at = offset + series * stride[0]! + step * stride[1]!;
  for (let k = 0; k < shape[2]!; k++) x.data[row * x.shape[1]! + F + k] = data[at + k * stride[2]!]!;
}

/** Fills a state of B·copies rows with each row of a state of B rows, `copies` times. */
function repeated(into: object, from: object, copies: number): object {
  for (const [name, part] of Object.entries(into)) {
    const source = (from as Readonly<Record<string, object>>)[name]!;
    if (!('shape' in part)) repeated(part, source, copies);
    else repeatRows(part, source as FloatNdArrayLike, copies);
  }
  return into;
}

function repeatRows({ data, shape }: FloatNdArrayLike, from: FloatNdArrayLike, copies: number): void {
  const [rows, width] = shape as [number, number];
  for (let row = 0; row < rows; row++) {
    const begin = Math.floor(row / copies) * width;
    data.set(from.data.subarray(begin, begin + width), row * width);
  }
}
