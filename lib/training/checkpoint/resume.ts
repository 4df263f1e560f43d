// `resumeFromBytes`: continues a training from a checkpoint.

import { StateError } from '../../errors.ts';
import { readElements, type StoredTensor } from '../../formats/safetensors.ts';
import { jsonable } from '../../json.ts';
import { Network, type NetworkState } from '../../layers/network.ts';
import { StateTree } from '../../memory/states.ts';
import { sizeOf } from '../../tensor/layout.ts';
import { copyInto } from '../../tensor/ndarray-like.ts';
import { allocate, type DType } from '../../tensor/storage.ts';
import { Tensor } from '../../tensor/tensor.ts';
import type { CallbackState, EpochLog, TrainingRun } from '../callbacks.ts';
import type { Run } from '../training-run.ts';
import { type Contents, decodeCheckpoint } from './contents.ts';
import { requireRun } from './run.ts';
import { requireSameRun } from './same-run.ts';
import { valuesOf } from './state-json.ts';

const WHERE = 'resumeFromBytes';

/**
 * Continues a training from a checkpoint that `checkpointToBytes` wrote, bit for bit as if it had not ended. A callback calls it in
 * `onTrainBegin`; the training continues there once all callbacks had this event. The call of `fit` or `fitStream` has to be that of
 * the checkpoint: a model of the same layers and seed, compiled in the same way, with the same data, options and callbacks; `epochs` may
 * be larger. `fit` resolves with the history of all epochs. The chunks that were trained on are read from the stream again and skipped.
 *
 * @param run - the argument of `onTrainBegin`
 * @param bytes - a whole file
 * @throws FormatError for anything else than a checkpoint of such a model; StateError for other data or options, or after the training
 *   has begun; ArgumentError. Then nothing changes
 *
 * @example
 * ```ts
 * const [x, y] = [randomNormal([8, 2], { seed: 1 }), zeros([8, 1])];
 * const make = () => new Sequential([new Dense({ units: 1 })]).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * let bytes: Uint8Array;
 * const save = { onEpochEnd: (log, run) => { if (log.epoch === 1) bytes = checkpointToBytes(run); } };
 * const whole = await make().fit(x, y, { epochs: 4, callbacks: [save] });
 * const rest = await make().fit(x, y, { epochs: 4, callbacks: [{ onTrainBegin: (run) => resumeFromBytes(run, bytes) }] });
 * rest.epochs[3].loss === whole.epochs[3].loss; // true: in any process
 * ```
 */
export function resumeFromBytes(run: TrainingRun, bytes: Uint8Array): void {
  const own = requireRun(WHERE, run);
  if (own.begun) {
    throw new StateError({ where: WHERE, expected: 'come in onTrainBegin', received: 'a training that has begun' });
  }
  const contents = decodeCheckpoint(WHERE, bytes);
  requireSameRun(WHERE, own, contents);
  own.defer(() => restore(own, contents));
}

/** Continues from the checkpoint. If a callback refuses its state, nothing changes. */
function restore(run: Run, contents: Contents): void {
  const { facts, arrays } = contents;
  const { model, compiled, progress } = run;
  restoreCallbacks(run, contents);
  model.build(facts.inputSize);
  const { parameters } = model;
  const { optimizer } = compiled;
  optimizer.attend(model);
  if (arrays.has('slots.0') || facts.optimizer.iterations > 0 || optimizer.iterations > 0) {
    optimizer.restore([parameters], facts.optimizer.iterations, (slot, k) => {
      const saved = arrays.get(`slots.${k}`);
      if (saved === undefined) slot.fill(0);
      else readElements(saved, slot);
    });
  }
  if (optimizer.schedule === undefined) {
    optimizer.learningRate = facts.optimizer.learningRate;
  }
  const { arena } = parameters;
  for (const parameter of parameters) {
    const { at, size, name } = parameter;
    readElements(arrays.get(`weights.${name}`)!, arena.data.subarray(at, at + size));
  }
  arena.endPass();
  compiled.skipped = facts.skipped;
  model.setTrainingStep(facts.trainingStep);
  restoreCarried(run, contents);
  restoreProgress(progress, contents);
  for (const name of facts.metrics) {
    const metric = run.metrics[name] as { sums?: readonly number[] };
    metric.sums = [...tensorOf(arrays.get(`metrics.${name}`)).data];
  }
}

/** Assigns the states of callbacks. If one refuses, the others get their own states again. */
function restoreCallbacks({ callbacks }: Run, { facts, arrays }: Contents): void {
  const stateful = callbacks.filter(({ state }) => state !== undefined);
  const before = stateful.map(({ state }) => state!);
  let complete = false;
  try {
    for (const [i, each] of stateful.entries()) {
      const { values, tensors } = facts.callbacks[i]!;
      const found = tensors.map((key) => [key, tensorOf(arrays.get(`callbacks.${i}.${key}`))] as const);
      each.state = { ...(valuesOf(values) as CallbackState), ...Object.fromEntries(found) };
    }
    complete = true;
  } finally {
    if (!complete) for (const [i, each] of stateful.entries()) each.state = before[i]!;
  }
}

function restoreCarried({ model, progress: { stream } }: Run, { facts, arrays }: Contents): void {
  if (!(model instanceof Network)) return;
  const { rows, inputSize, timeSteps, steps } = facts;
  const tree = new StateTree<NetworkState>(model.stateSpecs(inputSize), rows, model.dtype);
  const read = (prefix: string): NetworkState | undefined => {
    if (!tree.leaves.some(({ name }) => arrays.has(`${prefix}.${name}`))) return undefined;
    return tree.make((array, { name }) => readElements(arrays.get(`${prefix}.${name}`)!, array.data));
  };
  const kept = read('kept');
  if (kept === undefined) model.resetState();
  else model.keep(kept);
  if (stream === undefined) return;
  stream.count = steps;
  stream.timeSteps = timeSteps;
  stream.context = arrays.has('context') ? tensorOf(arrays.get('context')) : undefined;
  const saved = read('stream');
  if (saved === undefined) return;
  if (stream.state === undefined) stream.state = saved;
  else copyStates(tree, saved, stream.state);
}

/** Copies a state into the arrays of the caller. */
function copyStates(tree: StateTree<NetworkState>, from: NetworkState, to: NetworkState): void {
  tree.readWritable(WHERE, 'state', to);
  const given = tree.leaves.map((leaf) => leaf.given);
  const arrays = tree.leaves.map(({ path }) => path.reduce<unknown>((at, name) => (at as never)[name], from) as Tensor);
  given.forEach(({ data, shape, stride, offset }, k) => void copyInto({ data, shape, stride, offset }, arrays[k]!));
}

function restoreProgress(progress: Run['progress'], { facts, arrays }: Contents): void {
  progress.initialEpoch = facts.initialEpoch;
  progress.epoch = facts.epoch;
  progress.done = facts.done;
  progress.steps = facts.steps;
  progress.learningRate = facts.learningRate;
  progress.groupRates = facts.groupRates;
  progress.totals.state = [...tensorOf(arrays.get('totals')).data];
  const { data } = tensorOf(arrays.get('history'));
  const count = facts.epoch - facts.initialEpoch;
  for (let k = 0; k < count; k++) {
    progress.logs.push(jsonable(logOf(facts.figures, data.subarray(k * facts.figures.length))));
  }
}

/** A log from its figures by path. */
function logOf(names: readonly string[], values: ArrayLike<number>): EpochLog {
  const log: Record<string, unknown> = {};
  for (const [k, name] of names.entries()) {
    const dot = name.indexOf('.');
    if (dot < 0) log[name] = values[k];
    else log[name.slice(0, dot)] = { ...(log[name.slice(0, dot)] as object), [name.slice(dot + 1)]: values[k] };
  }
  const { validationLoss, metrics = {}, validationMetrics = {}, ...figures } = log;
  return { ...figures, validationLoss, metrics, validationMetrics } as unknown as EpochLog;
}

/** A tensor of the file; empty if there is none. */
function tensorOf(stored: StoredTensor | undefined): Tensor {
  if (stored === undefined) return new Tensor({ data: new Float64Array(0) }, [0]);
  const { dtype, shape } = stored;
  const data = allocate(dtype as DType, sizeOf(shape), WHERE, 'bytes');
  readElements(stored, data);
  return new Tensor({ data }, shape);
}
