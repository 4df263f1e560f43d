// Parts of a training as plain JSON: `{ kind: 'Adam', learningRate: 0.01 }`. Names are looked up in closed lists, and each class
// checks its own options, so a description from anywhere runs no code of its own.

import { LayerNormLSTMCell } from '../cells/layer-norm-lstm-cell.ts';
import { MGUCell } from '../cells/mgu-cell.ts';
import { isList, refuse } from '../checks.ts';
import { ArgumentError, FormatError } from '../errors.ts';
import type { JsonObject } from '../formats/strict-json.ts';
import { Activation } from '../layers/activation.ts';
import { Attention } from '../layers/attention.ts';
import { AttentionRNN } from '../layers/attention-rnn.ts';
import { Bidirectional } from '../layers/bidirectional.ts';
import { Conv1D } from '../layers/conv1d.ts';
import { Embedding } from '../layers/embedding.ts';
import { Graph } from '../layers/graph.ts';
import type { Layer } from '../layers/layer.ts';
import { LayerNormLSTM } from '../layers/layer-norm-lstm.ts';
import { LayerNormalization } from '../layers/layer-normalization.ts';
import { Masking } from '../layers/masking.ts';
import { MGU } from '../layers/mgu.ts';
import { Parallel } from '../layers/parallel.ts';
import { RepeatVector } from '../layers/repeat-vector.ts';
import { Residual } from '../layers/residual.ts';
import { LayerReader, type SavedClass } from '../layers/saved-layers.ts';
import { TimeDistributed } from '../layers/time-distributed.ts';
import { BinaryCrossEntropy } from '../losses/binary-cross-entropy.ts';
import { GaussianNLL } from '../losses/gaussian-nll.ts';
import { Huber } from '../losses/huber.ts';
import { LogCosh } from '../losses/log-cosh.ts';
import type { Loss } from '../losses/loss.ts';
import { MeanAbsoluteError } from '../losses/mean-absolute-error.ts';
import { MeanSquaredError } from '../losses/mean-squared-error.ts';
import { QuantileLoss } from '../losses/quantile-loss.ts';
import { SoftmaxCrossEntropy } from '../losses/softmax-cross-entropy.ts';
import { Adagrad } from '../optimizers/adagrad.ts';
import { Adam } from '../optimizers/adam.ts';
import { Lion } from '../optimizers/lion.ts';
import { NAdam } from '../optimizers/nadam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { RMSprop } from '../optimizers/rmsprop.ts';
import { SGD } from '../optimizers/sgd.ts';
import { constantSchedule } from '../schedules/constant-schedule.ts';
import { cosineDecay, cosineRestarts } from '../schedules/cosine-decay.ts';
import { exponentialDecay } from '../schedules/exponential-decay.ts';
import { inverseSquareRoot } from '../schedules/inverse-square-root.ts';
import { linearWarmup } from '../schedules/linear-warmup.ts';
import { oneCycle } from '../schedules/one-cycle.ts';
import { polynomialDecay } from '../schedules/polynomial-decay.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { stepDecay } from '../schedules/step-decay.ts';

/** A part by the name of its class or function, with its options. */
export interface DescribedPart {
  /** Name of the class or function: `'Adam'`. */
  readonly kind: string;
  /** Its options, as plain JSON. */
  readonly [option: string]: unknown;
}

type Made<T> = new (options: never) => T;

/** Schedules within each other. */
const DEEPEST = 8;

const OPTIMIZERS: ReadonlyMap<string, Made<Optimizer>> = new Map(
  Object.entries({ Adam, SGD, RMSprop, Adagrad, NAdam, Lion }),
);
const LOSSES: ReadonlyMap<string, Made<Loss>> = new Map(
  Object.entries({
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    LogCosh,
    BinaryCrossEntropy,
    SoftmaxCrossEntropy,
    QuantileLoss,
    GaussianNLL,
  }),
);
/** Layers and cells beside those that every file may name. */
export const JOB_CLASSES: readonly SavedClass[] = [
  MGUCell,
  LayerNormLSTMCell,
  Activation,
  Attention,
  AttentionRNN,
  Bidirectional,
  Conv1D,
  Embedding,
  Graph,
  LayerNormLSTM,
  LayerNormalization,
  Masking,
  MGU,
  Parallel,
  RepeatVector,
  Residual,
  TimeDistributed,
];
/** Schedules from a first rate and options. */
const SCHEDULES: ReadonlyMap<string, (rate: never, options: never) => Schedule> = new Map(
  Object.entries({
    constantSchedule,
    cosineDecay,
    cosineRestarts,
    exponentialDecay,
    inverseSquareRoot,
    linearWarmup,
    oneCycle,
    polynomialDecay,
    stepDecay,
  }),
);

/** The entry of a list, and the options. */
function lookedUp<T>(
  where: string,
  argument: string,
  value: unknown,
  list: ReadonlyMap<string, T>,
): [made: T, options: Readonly<Record<string, unknown>>] {
  if (typeof value !== 'object' || value === null || isList(where, argument, value)) {
    return refuse(where, argument, `be an object with a kind: ${[...list.keys()].join(', ')}`, value);
  }
  const { kind, ...options } = value as Readonly<Record<string, unknown>>;
  const made = typeof kind === 'string' ? list.get(kind) : undefined;
  return made === undefined
    ? refuse(where, `${argument}.kind`, `be one of ${[...list.keys()].join(', ')}`, kind)
    : [made, options];
}

/** A schedule: `{ kind: 'cosineDecay', rate: 0.01, steps: 100 }`, or of another one: `{ kind: 'linearWarmup', schedule, … }`. */
function scheduleOf(where: string, argument: string, value: unknown, depth = 0): Schedule {
  if (depth > DEEPEST) refuse(where, argument, `be of at most ${DEEPEST} schedules within each other`, value);
  const [make, { rate, schedule, ...options }] = lookedUp(where, argument, value, SCHEDULES);
  const first = schedule === undefined ? rate : scheduleOf(where, `${argument}.schedule`, schedule, depth + 1);
  return make(first as never, options as never);
}

/** @internal Makes an optimizer. @throws ArgumentError */
export function optimizerOf(where: string, argument: string, value: unknown): Optimizer {
  const [Class, options] = lookedUp(where, argument, value, OPTIMIZERS);
  const { learningRate } = options;
  if (typeof learningRate !== 'object') return new Class(options as never);
  return new Class({ ...options, learningRate: scheduleOf(where, `${argument}.learningRate`, learningRate) } as never);
}

/** @internal Makes a loss. @throws ArgumentError */
export function lossOf(where: string, argument: string, value: unknown): Loss {
  const [Class, options] = lookedUp(where, argument, value, LOSSES);
  return new Class(options as never);
}

/** @internal Makes layers, those of the library only. @throws ArgumentError */
export function layersOf(where: string, argument: string, value: readonly DescribedPart[]): Layer[] {
  try {
    const reader = new LayerReader(where, JOB_CLASSES);
    return value.map((layer) => reader.layer(layer as JsonObject));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { expected, received } = error; // of an unknown class
    throw new ArgumentError({ where, argument, expected, received });
  }
}
