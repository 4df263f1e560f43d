import { requireInstance } from '../checks.ts';
import { Sequential } from '../model/sequential.ts';
import { integer, optional, readOptions, type Schema } from '../options.ts';
import type { Batch, BatchLog, Callbacks } from '../training/callbacks.ts';
import type { FlowRecord } from './gradient-flow.ts';
import { gradientFlow } from './measure.ts';
import { FLOW_OPTIONS, type FlowOptions, requireFlowOptions } from './options.ts';

/** Options of `recordFlow`. */
export interface RecordOptions extends Omit<FlowOptions, 'recentNorms' | 'state'> {
  /** Steps from one record to the next, at least 1; default 10. */
  readonly every?: number;
  /** Records kept, the latest; default 1000. */
  readonly keep?: number;
}

/** Callbacks for `fit`, and what they have seen. */
export interface FlowRecorder extends Callbacks {
  /** First to last. */
  readonly records: readonly FlowRecord[];
}

/** Steps of whose norms verdicts take the mean. */
const RECENT = 100;

const { state: _state, recentNorms: _recentNorms, ...SHARED } = FLOW_OPTIONS;

const OPTIONS: Schema<RecordOptions, 'jacobians' | 'spectrum'> = {
  ...SHARED,
  every: optional(integer(), 10),
  keep: optional(integer(), 1000),
};

/**
 * Keeps a record of how gradients flow while a model trains: every few steps `gradientFlow` of the batch that is about to
 * be trained on. Training goes on with the same bits. Verdicts take the mean norm of the last 100 steps from `fit`'s logs.
 *
 * @param model - the one that is fitted
 * @param options - `every`: default 10 steps; `keep`: default 1000 records; those of `gradientFlow`
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
    onBatchBegin({ step, x, y }: Batch): void {
      if (step % every !== 0) return;
      const within = rows.filter((row) => row < x.shape[0]!); // the last batch of an epoch may be smaller
      records.push({ step, flow: gradientFlow(model, x, y, { ...flowOptions, rows: within, recentNorms }) });
      if (records.length > keep) records.shift();
    },
    onBatchEnd({ gradientNorm }: BatchLog): void {
      recentNorms.push(gradientNorm);
      if (recentNorms.length > RECENT) recentNorms.shift();
    },
  };
}
