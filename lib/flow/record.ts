// `recordFlow`: records gradient flows during training.

import { requireInstance } from '../checks.ts';
import type { MaskOptions } from '../engine/mask.ts';
import { Sequential } from '../model/sequential.ts';
import { integer, optional, readOptions, type Schema } from '../options.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Batch, BatchLog, Callbacks } from '../training/callbacks.ts';
import type { FlowRecord } from './gradient-flow.ts';
import { gradientFlow } from './measure.ts';
import { FLOW_OPTIONS, type FlowOptions, requireFlowOptions } from './options.ts';

/** Options of `recordFlow`. */
export interface RecordOptions extends Omit<FlowOptions, 'recentNorms' | 'state' | keyof MaskOptions> {
  /** Number of training steps from one record to the next, at least 1; default 10. */
  readonly every?: number;
  /** Largest number of records, at least 1: only the latest are kept; default 1000. */
  readonly keep?: number;
}

/** Callbacks for `fit` and `fitStream` that record gradient flows. */
export interface FlowRecorder extends Callbacks {
  /** The records, first to last. */
  readonly records: readonly FlowRecord[];
}

/** Number of recent steps whose mean norm verdicts compare with. */
const RECENT = 100;

const { state: _state, recentNorms: _recentNorms, lengths: _lengths, mask: _mask, ...SHARED } = FLOW_OPTIONS;

const OPTIONS: Schema<RecordOptions, 'jacobians' | 'spectrum'> = {
  ...SHARED,
  every: optional(integer(), 10),
  keep: optional(integer(), 1000),
};

/**
 * Creates callbacks that record gradient flows during training: every few steps they call `gradientFlow` on the next
 * batch. Training gives the same bits as without them. Verdicts compare with the mean gradient norm of the last 100
 * steps.
 *
 * @param model - the model to be fitted
 * @param options - `every`: default 10 steps; `keep`: default 1000 records; and the options of `gradientFlow`
 * @returns callbacks with `records`
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 1 })]);
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * const recorder = recordFlow(model, { every: 2 });
 * const x = randomNormal([32, 10, 3], { seed: 1 });
 * await model.fit(x, zeros([32, 1]), { batchSize: 8, callbacks: [recorder] });
 * recorder.records.map(({ step }) => step); // [0, 2]
 * ```
 */
export function recordFlow(model: Sequential, options: RecordOptions = {}): FlowRecorder {
  const where = 'recordFlow';
  requireInstance(where, 'model', model, Sequential, 'be a Sequential');
  const { every, keep, ...flowOptions } = readOptions(where, options, OPTIONS);
  const { rows } = requireFlowOptions(where, flowOptions);
  const records: FlowRecord[] = [];
  const recentNorms: number[] = [];
  return {
    records,
    onBatchBegin(batch: Batch): void {
      const { step, x, y, mask } = batch;
      if (step % every !== 0) return;
      const { state } = batch; // not read before, because it may have to be computed
      const within = rows.filter((row) => row < x.shape[0]! && isLongest(mask, row)); // the last batch may be smaller
      const from = { ...(state && { state }), ...(mask && { mask }) };
      const flow = gradientFlow(model, x, y, { ...flowOptions, ...from, rows: within, recentNorms });
      records.push({ step, flow });
      if (records.length > keep) records.shift();
    },
    onBatchEnd({ gradientNorm }: BatchLog): void {
      recentNorms.push(gradientNorm);
      if (recentNorms.length > RECENT) recentNorms.shift();
    },
  };
}

/** Whether a row of a batch has as many time steps that count as the longest: only such rows have Jacobians. */
function isLongest(mask: Tensor | undefined, row: number): boolean {
  if (mask === undefined) return true;
  const { data, shape } = mask;
  const [B, T] = shape as [number, number];
  const lengths = new Int32Array(B);
  for (let k = 0; k < B * T; k++) lengths[Math.floor(k / T)]! += data[k]!;
  return lengths.every((length) => length <= lengths[row]!);
}
