// `checkpointToBytes`: a running training as bytes.

import { ArgumentError } from '../../errors.ts';
import type { NamedArray } from '../../formats/safetensors.ts';
import { Network, type NetworkState } from '../../layers/network.ts';
import type { NdArrayLike } from '../../tensor/ndarray-like.ts';
import { copyOf } from '../../tensor/ndarray-like.ts';
import type { DType } from '../../tensor/storage.ts';
import { figuresOf } from '../callbacks/monitor.ts';
import type { TrainingRun } from '../callbacks.ts';
import type { Progress, Run } from '../training-run.ts';
import { encodeCheckpoint, type Facts } from './contents.ts';
import { requireRun } from './run.ts';
import { settingsOf } from './settings.ts';
import { takeState } from './state-json.ts';

const WHERE = 'checkpointToBytes';

/** Adds an array to the file. */
type Add = (name: string, array: NdArrayLike, dtype?: DType) => void;

/**
 * Writes a running training as a safetensors file: weights, state of the optimizer, position, figures of the epoch so far,
 * history, carried states, and the states of callbacks. `resumeFromBytes` continues it, bit for bit. `Checkpoint` calls both.
 *
 * A callback calls it between training steps: in `onBatchEnd` or `onEpochEnd`. Callbacks that come later in the list have not seen
 * this event yet, so it should be the last one.
 *
 * @param run - the second argument of the callback
 * @throws ArgumentError, also for a state of a callback that is no JSON; StateError before the parameters exist, or for an
 *   optimizer that other parameters share
 *
 * @example
 * ```ts
 * const model = new Sequential([new Dense({ units: 1 })]).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * let bytes: Uint8Array;
 * const callback = { onBatchEnd: (log, run) => { bytes = checkpointToBytes(run); } };
 * await model.fit(randomNormal([8, 2], { seed: 1 }), zeros([8, 1]), { callbacks: [callback] });
 * bytes.length > 0; // true
 * ```
 */
export function checkpointToBytes(run: TrainingRun): Uint8Array {
  const own = requireRun(WHERE, run);
  const { model, compiled, progress, callbacks, metrics } = own;
  compiled.optimizer.serve(WHERE, model); // the file has the state for this model alone
  const arrays: NamedArray[] = [];
  const add: Add = (name, array, dtype = model.dtype) => {
    const { data, shape } = copyOf(WHERE, name, array, dtype);
    arrays.push({ name, shape, data });
  };
  for (const { name, value } of model.parameters) add(`weights.${name}`, value);
  for (const [k, slot] of compiled.optimizer.slotTensors.entries()) add(`slots.${k}`, slot);
  const states = callbacks.flatMap(({ state }, i) =>
    state === undefined ? [] : [takeState(WHERE, `callbacks[${i}]`, state)],
  );
  for (const [i, { tensors }] of states.entries()) {
    for (const [key, tensor] of tensors) {
      arrays.push({ name: `callbacks.${i}.${key}`, shape: tensor.shape, data: tensor.copy().data });
    }
  }
  const sums =
    progress.done === 0 ? [] : Object.entries(metrics).map(([name, metric]) => [name, sumsOf(name, metric)] as const);
  for (const [name, values] of sums) arrays.push({ name: `metrics.${name}`, shape: [values.length], data: values });
  const facts: Facts = {
    ...factsOf(own),
    rows: addCarried(add, model, progress),
    figures: addHistory(arrays, progress),
    callbacks: states.map(({ values, tensors }) => ({ values, tensors: [...tensors.keys()] })),
    metrics: sums.map(([name]) => name),
  };
  const totals = Float64Array.from(progress.totals.state);
  arrays.push({ name: 'totals', shape: [totals.length], data: totals });
  return encodeCheckpoint(WHERE, facts, arrays);
}

/** What a checkpoint says of the model, the optimizer and the position in the data. */
function factsOf({ model, compiled, progress }: Run): Omit<Facts, 'rows' | 'figures' | 'callbacks' | 'metrics'> {
  const { kind, iterations, learningRate } = compiled.optimizer;
  return {
    version: 1,
    where: progress.stream === undefined ? 'fit' : 'fitStream',
    inputSize: model.inputSize!,
    seed: model.buildOptions.seed ?? 0,
    trainingStep: model.trainingStep,
    optimizer: { kind, iterations, learningRate },
    skipped: compiled.skipped,
    initialEpoch: progress.initialEpoch,
    epoch: progress.epoch,
    done: progress.done,
    steps: progress.steps,
    learningRate: progress.learningRate,
    groupRates: progress.groupRates,
    settings: settingsOf(compiled),
    data: progress.facts,
    timeSteps: progress.stream?.timeSteps ?? 0,
  };
}

function sumsOf(name: string, metric: object): Float64Array {
  const { sums } = metric as { readonly sums?: ArrayLike<number> };
  if (sums !== undefined) return Float64Array.from(sums);
  throw new ArgumentError({
    where: WHERE,
    argument: `metrics.${name}`,
    expected: 'have sums, to be part of a checkpoint within an epoch',
    received: 'a metric without one',
    remedy: 'Give it a property sums, an array of numbers, or make checkpoints at the end of epochs',
  });
}

/** Adds the states that the model and a stream carry; returns their number of rows. */
function addCarried(add: Add, model: object, { stream }: Progress): number {
  if (!(model instanceof Network)) return 0;
  let rows = 0;
  const addState = (prefix: string, state: NetworkState | undefined): void => {
    if (state === undefined) return;
    const specs = model.stateSpecs(model.inputSize!);
    for (const { path } of specs) {
      const array = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], state) as NdArrayLike;
      rows = array.shape[0]!;
      add(`${prefix}.${path.join('.')}`, array);
    }
  };
  addState('kept', model.kept as NetworkState | undefined);
  addState('stream', stream?.state);
  if (stream?.context !== undefined) add('context', stream.context, 'float64');
  return rows;
}

/** Adds the figures of the epochs so far; returns their names. */
function addHistory(arrays: NamedArray[], { logs }: Progress): readonly string[] {
  if (logs.length === 0) return [];
  const rows = logs.map((log) => new Map(figuresOf(log)));
  const names = [...rows[0]!.keys()];
  const data = Float64Array.from(rows.flatMap((row) => names.map((name) => row.get(name) ?? Number.NaN)));
  arrays.push({ name: 'history', shape: [logs.length, names.length], data });
  return names;
}
