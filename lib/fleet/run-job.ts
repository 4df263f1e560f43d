// Runs a job: makes its model and data, and trains.

import { refuse } from '../checks.ts';
import { Sequential } from '../model/sequential.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { RowData } from '../tensor/row-data.ts';
import { type AbortSignalLike, orAborted } from '../training/abort-signal.ts';
import { EarlyStopping } from '../training/callbacks/early-stopping.ts';
import type { BatchLog, CallbackState, Callbacks, EpochLog, TrainingRun } from '../training/callbacks.ts';
import { resumeFromBytes } from '../training/checkpoint/resume.ts';
import { checkpointToBytes } from '../training/checkpoint/save.ts';
import type { History } from '../training/fit.ts';
import { layersOf, lossOf, optimizerOf } from './described.ts';
import type { ExecutorRun } from './executor.ts';
import { type KeyedJob, requireModel, requireTraining } from './job.ts';
import { FIGURES, type JobFigures, type JobOutcome } from './outcome.ts';

/** Data of a job: rows for `fit`. */
export interface LoadedData {
  /** Inputs, [N, T, I]. */
  readonly x: RowData;
  /** Targets. */
  readonly y: RowData;
  /** Inputs and targets for validation; default: those of `validationSplit`. */
  readonly validation?: readonly [x: RowData, y: RowData];
  /** What travels with the model, as its `metadata`: a scaler, for example. Default nothing. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Loads the data of a job. It takes the members of the job's `data` without `loader`: plain JSON. Equal arguments give equal data. */
export type Loader = (args: Readonly<Record<string, unknown>>) => LoadedData | PromiseLike<LoadedData>;

/** Loaders by name. */
export type Loaders = ReadonlyMap<string, Loader>;

/** Parameters of a model at most: 256 MB. */
const MOST_PARAMETERS = 2 ** 26;

const WHERE = 'job';

declare const performance: { now(): number };

function modelOf({ job }: KeyedJob): Sequential {
  const { inputSize, layers } = requireModel(WHERE, job.model);
  const model = new Sequential(layersOf(WHERE, 'job.model.layers', layers), { inputSize, seed: job.seed! });
  const size = model.parameterSpecs(inputSize).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (size > MOST_PARAMETERS) refuse(WHERE, 'job.model', `have at most ${MOST_PARAMETERS} parameters`, size);
  return model.build();
}

async function dataOf({ job }: KeyedJob, loaders: Loaders, signal: AbortSignalLike | undefined): Promise<LoadedData> {
  const { loader: name, ...args } = job.data;
  const loader = loaders.get(name);
  if (loader === undefined) {
    return refuse(WHERE, 'job.data.loader', `be one of the executor's: ${[...loaders.keys()].join(', ')}`, name);
  }
  return orAborted(signal, loader(args));
}

/** Counts steps, reports epochs, takes checkpoints, and ends the training: the last callback of a job. */
class JobCallback implements Callbacks {
  readonly #run: ExecutorRun;
  readonly #every: number;
  #steps = 0;
  #saved: number = performance.now();
  /** The checkpoint at `until`. */
  checkpoint: Uint8Array | undefined;

  constructor(run: ExecutorRun) {
    this.#run = run;
    this.#every = run.checkpointEvery ?? DEFAULT_EVERY;
  }

  get state(): CallbackState {
    return { steps: this.#steps };
  }

  set state({ steps }: CallbackState) {
    this.#steps = steps as number;
  }

  get steps(): number {
    return this.#steps;
  }

  onTrainBegin(run: TrainingRun): void {
    const { checkpoint } = this.#run;
    if (checkpoint !== undefined) resumeFromBytes(run, checkpoint);
  }

  onBatchEnd(_log: BatchLog, run: TrainingRun): void {
    this.#steps++;
    const { signal, onCheckpoint } = this.#run;
    const now = performance.now();
    if (onCheckpoint !== undefined && (signal?.aborted || now - this.#saved >= this.#every)) {
      this.#saved = now;
      onCheckpoint(checkpointToBytes(run));
    }
    signal?.throwIfAborted();
  }

  onEpochEnd({ epoch, epochs, loss, validationLoss }: EpochLog, run: TrainingRun): void {
    this.#run.onEpoch?.({ epoch, epochs, loss, validationLoss });
    if (epoch + 1 !== this.#run.until || epoch + 1 === epochs) return;
    this.checkpoint = checkpointToBytes(run);
    run.stop();
  }
}

/** Milliseconds between two checkpoints. */
const DEFAULT_EVERY = 30_000;

/**
 * Trains the model of a job.
 *
 * @throws ArgumentError and ShapeError for parts that do not fit; NonFiniteError; errors of the loader; the signal's reason
 */
export async function runJob(keyed: KeyedJob, loaders: Loaders, run: ExecutorRun): Promise<JobOutcome> {
  const { key, job } = keyed;
  const settings = requireTraining(WHERE, job.training);
  const { epochs, batchSize, shuffle, validationSplit, patience, clip } = settings;
  const model = modelOf(keyed);
  const optimizer = optimizerOf(WHERE, 'job.training.optimizer', settings.optimizer);
  const loss = lossOf(WHERE, 'job.training.loss', settings.loss);
  model.compile({ optimizer, loss, ...(clip !== undefined && { clip }) });
  const { x, y, validation, metadata } = await dataOf(keyed, loaders, run.signal);
  run.signal?.throwIfAborted();
  const validates = validation !== undefined || validationSplit !== undefined;
  const monitor = validates ? 'validationLoss' : 'loss';
  const own = new JobCallback(run);
  const stopping = patience === undefined ? [] : [new EarlyStopping({ monitor, patience, restoreBest: true })];
  const history = await model.fit(x, y, {
    ...{ epochs, batchSize, shuffle, seed: job.seed!, callbacks: [...stopping, own] },
    ...(validation !== undefined && { validationData: validation }),
    ...(validation === undefined && validationSplit !== undefined && { validationSplit }),
  });
  const figures = { ...figuresOf(history, validates, patience !== undefined), steps: own.steps };
  model.metadata = { ...metadata, [FIGURES]: { key, ...figures } };
  return { ...figures, model: model.toBytes(), checkpoint: own.checkpoint };
}

/** Losses of the epochs, and that of the weights that were kept. */
function figuresOf({ epochs }: History, validates: boolean, keepsBest: boolean): Omit<JobFigures, 'steps'> {
  const losses = epochs.map(({ loss }) => loss);
  const validationLosses = validates ? epochs.map(({ validationLoss }) => validationLoss!) : [];
  const judged = validates ? validationLosses : losses;
  const loss = keepsBest ? judged.reduce((a, b) => (b < a ? b : a)) : judged.at(-1)!;
  return { loss, losses, validationLosses };
}
