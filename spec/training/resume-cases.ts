// Random trainings, and what they end with, for comparing one that was interrupted with one that was not.

import fc from 'fast-check';
import {
  Adam,
  type Batch,
  type Callbacks,
  Checkpoint,
  type CompileOptions,
  Dense,
  Dropout,
  EarlyStopping,
  EncoderDecoder,
  GRU,
  LSTM,
  MAE,
  MeanAbsoluteError,
  MeanSquaredError,
  type Optimizer,
  ReduceLROnPlateau,
  RMSprop,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  type Tensor,
  type TrainingRun,
  WeightAverage,
} from '../../lib/index.ts';

export interface Configuration {
  readonly kind: 'fit' | 'batches' | 'stream' | 'pairs';
  readonly cell: 'LSTM' | 'GRU' | 'SimpleRNN';
  readonly optimizer: 'SGD' | 'Adam' | 'AdamW' | 'RMSprop';
  readonly dropout: boolean;
  readonly schedule: boolean;
  readonly frozen: boolean;
  readonly stateful: boolean;
  readonly truncate: boolean;
  readonly metrics: boolean;
  readonly validation: boolean;
  readonly callbacks: boolean;
  readonly skip: boolean;
  readonly shuffle: boolean;
  readonly batchSize: number;
  readonly micro: boolean;
  readonly seed: number;
  readonly dtype: 'float32' | 'float64';
  readonly epochs: number;
  /** The step after which the training is interrupted, as a share of all, and whether at the end of its epoch. */
  readonly at: number;
  readonly atEpoch: boolean;
}

export const configuration: fc.Arbitrary<Configuration> = fc.record({
  kind: fc.constantFrom('fit' as const, 'fit' as const, 'batches' as const, 'stream' as const, 'pairs' as const),
  cell: fc.constantFrom('LSTM' as const, 'GRU' as const, 'SimpleRNN' as const),
  optimizer: fc.constantFrom('SGD' as const, 'Adam' as const, 'AdamW' as const, 'RMSprop' as const),
  dropout: fc.boolean(),
  schedule: fc.boolean(),
  frozen: fc.boolean(),
  stateful: fc.boolean(),
  truncate: fc.boolean(),
  metrics: fc.boolean(),
  validation: fc.boolean(),
  callbacks: fc.boolean(),
  skip: fc.boolean(),
  shuffle: fc.boolean(),
  batchSize: fc.constantFrom(1, 2, 3, 6),
  micro: fc.boolean(),
  seed: fc.nat(99),
  dtype: fc.constantFrom('float32' as const, 'float64' as const),
  epochs: fc.integer({ min: 1, max: 3 }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  atEpoch: fc.boolean(),
});

const [N, T, I] = [6, 4, 2];
const x = randomNormal([N, T, I], { seed: 1 });
const y = randomNormal([N, T, 1], { seed: 2 });
const held = [randomNormal([3, T, I], { seed: 3 }), randomNormal([3, T, 1], { seed: 4 })] as const;
const chunk = (k: number): readonly [Tensor, Tensor] => [
  randomNormal([2, T, I], { seed: 20 + k }),
  randomNormal([2, T, 1], { seed: 40 + k }),
];
const CHUNKS = 6;

function optimizerOf({ optimizer, schedule, frozen }: Configuration): Optimizer {
  const learningRate = schedule ? (step: number) => 0.05 / (1 + step) : 0.02;
  const groups = [{ parameters: /bias$/, decayFactor: 0, rateFactor: 2 }];
  const options = {
    learningRate,
    ...(frozen && { groups: [...groups, { parameters: /recurrentKernel$/, frozen: true }] }),
  };
  if (optimizer === 'SGD') return new SGD({ ...options, momentum: 0.9 });
  if (optimizer === 'RMSprop') return new RMSprop({ ...options, centered: true, momentum: 0.5 });
  return new Adam({ ...options, ...(optimizer === 'Adam' ? { amsgrad: true } : { weightDecay: 0.1 }) });
}

const CELLS = { LSTM, GRU, SimpleRNN } as const;

function recurrent({ cell, dropout, stateful, kind }: Configuration): LSTM | GRU | SimpleRNN {
  return new CELLS[cell]({
    units: 3,
    returnSequences: true,
    stateful: stateful && (kind === 'fit' || kind === 'batches'),
    ...(dropout && { dropout: 0.3, recurrentDropout: 0.2 }),
  }) as GRU;
}

function build(given: Configuration): Sequential | EncoderDecoder {
  const { kind, dropout, seed, dtype, truncate, skip } = given;
  const compile: CompileOptions = {
    optimizer: optimizerOf(given),
    loss: given.callbacks ? new MeanAbsoluteError() : new MeanSquaredError(),
    clip: { globalNorm: 0.5 },
    ...(skip && { onNonFinite: 'skip' as const }),
  };
  if (kind === 'pairs') {
    const layers = (): [GRU | LSTM | SimpleRNN] => [recurrent(given)];
    const decoder = [...layers(), new Dense({ units: 1 })];
    return new EncoderDecoder({ encoder: layers(), decoder, seed, dtype }).compile(compile);
  }
  const layers = [
    recurrent(given),
    ...(dropout ? [new Dropout({ rate: 0.2 })] : []),
    recurrent(given),
    new Dense({ units: 1 }),
  ];
  const through = truncate ? { truncate: { every: 2, back: kind === 'stream' ? 3 : 2 } } : {};
  return new Sequential(layers, { seed, dtype }).compile({ ...compile, ...through });
}

/** What a training ends with: every bit of it. */
export interface Outcome {
  readonly weights: readonly (readonly [string, number[]])[];
  readonly slots: readonly number[][];
  readonly iterations: number;
  readonly rate: number;
  readonly trainingStep: number;
  readonly skipped: unknown;
  readonly kept: unknown;
  readonly history: unknown;
  readonly states: unknown;
  readonly streamed?: unknown;
}

/** Writes NaN to one batch, so that a step is skipped. */
const spoiler: Callbacks = {
  onBatchBegin({ step, x: { data } }: Batch) {
    if (step % 4 === 1) data[0] = Number.NaN;
  },
};

/** Trains; `bytes` continue a training; `save` gets checkpoints. */
export async function train(
  given: Configuration,
  save: (bytes: Uint8Array) => unknown,
  options: { readonly everySteps?: number; readonly everyEpochs?: number; readonly resume?: Uint8Array | undefined },
  interrupt: Callbacks = {},
): Promise<Outcome> {
  const model = build(given);
  const { kind, epochs, batchSize, shuffle, seed, stateful } = given;
  const validates = given.validation && (kind === 'pairs' || (kind === 'fit' && !stateful));
  const metrics = given.metrics ? { mae: new MAE() } : {};
  let run: TrainingRun | undefined;
  const remember: Callbacks = {
    onTrainBegin(own) {
      run = own;
    },
  };
  const own = [
    ...(given.schedule ? [] : [new ReduceLROnPlateau({ monitor: 'loss', patience: 0, factor: 0.5, threshold: 0.1 })]),
    new EarlyStopping({
      monitor: validates ? 'validationLoss' : 'loss',
      patience: 5,
      restoreBest: true,
    }),
    new WeightAverage({ decay: 0.9 }),
  ];
  const callbacks = [
    new Checkpoint({ ...options, save }),
    remember,
    ...(given.skip ? [spoiler] : []),
    ...(given.callbacks ? own : []),
    interrupt,
  ];
  const common = {
    epochs,
    metrics,
    callbacks,
    ...(validates && { validationData: held }),
  };
  const size = stateful && kind === 'fit' ? 3 : batchSize;
  const micro = given.micro && !stateful && kind !== 'stream' ? { microBatchSize: 2 } : {};
  let history: unknown;
  let streamed: unknown;
  if (model instanceof EncoderDecoder) {
    history = await model.fit(x, y, { ...common, ...micro, batchSize: size, shuffle, seed });
  } else if (kind === 'stream') {
    const state = model.build(I).stream({ batchSize: 2 }).zeroState();
    const chunks = Array.from({ length: CHUNKS }, (_, k) => chunk(k));
    history = await model.fitStream(chunks, { callbacks, metrics, state });
    streamed = state;
  } else if (kind === 'batches') {
    const batches = () => [0, 1, 2].map((k) => chunk(k)) as never;
    history = await model.fit(batches, { ...common, ...micro } as never);
  } else {
    const noSplit = stateful ? { shuffle: false } : { shuffle };
    const validation = stateful ? {} : common;
    history = await model.fit(x, y, {
      epochs,
      metrics,
      callbacks,
      ...validation,
      ...noSplit,
      ...micro,
      batchSize: size,
      seed,
    });
  }
  const { optimizer } = run!;
  return {
    weights: [...model.parameters].map(({ name, value }) => [name, [...value.copy().data]] as const),
    slots: optimizer.slotTensors.map((slot) => [...slot.copy().data]),
    iterations: optimizer.iterations,
    rate: optimizer.learningRate,
    trainingStep: model.trainingStep,
    skipped: model.skippedSteps,
    kept: model instanceof Sequential ? plain(model.kept) : undefined,
    history: JSON.parse(JSON.stringify(history)),
    states: given.callbacks ? own.map(({ state }) => plain(state)) : [],
    ...(streamed !== undefined && { streamed: plain(streamed) }),
  };
}

function plain(state: unknown): unknown {
  if (state === undefined || state === null || typeof state !== 'object') return state;
  if ('shape' in state) return [...(state as Tensor).copy().data];
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, plain(value)]));
}

class Interruption extends Error {}

/** Trains, interrupts at a random place, and continues with a fresh model. Returns the outcome and that of a whole run. */
export async function interrupted(
  given: Configuration,
  resumeIn: (given: Configuration, bytes: Uint8Array) => Promise<Outcome>,
): Promise<{ readonly whole: Outcome; readonly parts: Outcome }> {
  let steps = 0;
  let epochs = 0;
  const count: Callbacks = {
    onBatchEnd: () => void steps++,
    onEpochEnd: () => void epochs++,
  };
  const whole = await train(given, () => {}, { everyEpochs: 1 }, count);
  const last = given.atEpoch ? Math.max(1, Math.ceil(given.at * epochs)) : Math.max(1, Math.ceil(given.at * steps));
  const saved: Uint8Array[] = [];
  const every = given.atEpoch ? { everyEpochs: 1 } : { everySteps: 1 };
  const save = (bytes: Uint8Array): void => {
    saved.push(bytes);
    if (saved.length === last) throw new Interruption('the process dies');
  };
  await train(given, save, every).catch((error: unknown) => {
    if (!(error instanceof Interruption)) throw error;
  });
  return { whole, parts: await resumeIn(given, saved.at(-1)!) };
}
