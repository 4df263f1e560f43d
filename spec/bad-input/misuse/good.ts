import fc from 'fast-check';
import { writeNpy, writeNpz } from '../../../lib/exchange/numpy.ts';
import { toOnnx } from '../../../lib/exchange/onnx.ts';
import { toStateDict } from '../../../lib/exchange/pytorch.ts';
import { writeSafetensors } from '../../../lib/exchange/safetensors.ts';
import { toTfjs } from '../../../lib/exchange/tfjs.ts';
import { choice, integer, medianPruner, Study, tpeSampler, uniform } from '../../../lib/fleet/index.ts';
import {
  Adam,
  Attention,
  Bidirectional,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  Dense,
  EncoderDecoder,
  GRU,
  initializers,
  LSTM,
  LSTMCell,
  l2,
  MAE,
  MeanSquaredError,
  MinMaxScaler,
  maxNorm,
  Parameters,
  Random,
  randomNormal,
  Sequential,
  SGD,
  StandardScaler,
  stateToBytes,
  type Tensor,
  tensor,
  zeros,
} from '../../../lib/index.ts';
import { compileKernels } from '../../../lib/kernels/simd.ts';
import { gradcheck } from '../../../lib/verify/index.ts';
import { batchLogs, flowOf, flowRecords, historyOf, lstmFlow, simpleRnnFlow } from '../../support/flow-specimens.ts';
import { kerasFile } from '../../support/keras-files.ts';
import { ptBytes } from '../../support/pt-bytes.ts';
import { results } from '../../support/study-results.ts';
import { B, chained, directions, F, H, I, indices, row, scratch, state, steps, T, trained, x, y } from './worlds.ts';

// Good arguments of every export and every method, small enough for thousands of calls.

type Good = (given?: unknown) => readonly unknown[];

const matrix = (): Tensor =>
  tensor([
    [1, 2],
    [3, 4],
  ]);
const speaker = () =>
  new Sequential([new GRU({ units: H }), new Dense({ units: F })], { inputSize: F, seed: 5 }).build();
const torchSpeaker = () =>
  new Sequential([new GRU({ units: H, resetAfter: true }), new Dense({ units: F })], { inputSize: F, seed: 5 }).build();
const foreign = () =>
  new Map([
    ...toStateDict(torchSpeaker(), { rnn: 'gru1', fc: 'dense1' }),
    ['gone', { shape: [], dtype: 'int64', data: BigInt64Array.of(3n) }],
  ]);
const f64 = 'float64' as const;
const cellOptions: Good = () => [
  {
    units: H,
    inputSize: I,
    useBias: true,
    kernelRegularizer: { ...l2(0.1) },
    recurrentConstraint: { ...maxNorm(1) },
    seed: 1,
    dtype: f64,
    threads: 2,
    threadTimeout: 1000,
    kernelInitializer: initializers.zeros,
    recurrentInitializer: {},
    biasInitializer: 0.5,
  },
];
/** The methods of a layer of branches with outputs of F features. */
const branched = (kind: string, F: number): Record<string, Good> => ({
  [`${kind}.forward`]: () => [x(), { returnState: true, mask: mask(), zeroOutputForMask: true }],
  [`${kind}.backward`]: () => [randomNormal([B, T, F], { seed: 6 })],
  [`${kind}.build`]: () => [I],
  [`${kind}.stream`]: () => [{ batchSize: 2 }],
  [`${kind}.resetState`]: () => [],
});
const weights = (): number[] => [1, 0, 2, 0.5];
const metrics = () => ({ mae: new MAE() });
const pairMasks = () => ({ source: { lengths: [1, 2, 3, 1] }, target: { lengths: [3, 1, 2, 3] } });
const encoderDecoderBytes = () => {
  const decoder = [new GRU({ units: H, returnSequences: true }), new Dense({ units: F })];
  return new EncoderDecoder({ encoder: [new GRU({ units: H })], decoder, inputSize: I }).build().toBytes();
};
const layerOptions: Good = () => [
  {
    ...(cellOptions()[0] as object),
    returnSequences: true,
    goBackwards: true,
    trainInitialState: true,
    stateful: false,
  },
];
const states = (): object => ({ h: state(), c: state() });
const dy = (): Tensor => state();
const passOptions = (names: object): object => ({
  initialState: names,
  returnState: true,
  checkpoint: 2,
  truncate: { every: 1, back: 2 },
});
const lengths = (): number[] => [T, 1, 0, 2];
const mask = (): boolean[][] => Array.from({ length: B }, (_, b) => Array.from({ length: T }, (_, t) => t !== b));
const backwardOptions = (names: object): object => ({ dState: names });
const recurrent = (name: string, names: () => object): Record<string, Good> => ({
  [`${name}.forward`]: () => [x(), passOptions(names())],
  [`${name}.backward`]: () => [dy(), backwardOptions(names())],
  [`${name}.build`]: () => [I],
  [`${name}.stream`]: () => [{ batchSize: 2 }],
});
const cell = (name: string, names: () => object): Record<string, Good> => ({
  [`${name}.build`]: () => [I],
  [`${name}.gate`]: () => [
    name.includes('LSTM') ? 'forget' : name.startsWith('GRU') ? 'reset' : name.startsWith('MGU') ? 'forget' : 'hidden',
  ],
  [`${name}.zeroState`]: () => [B],
  [`${name}.step`]: () => [row(), names()],
});
const rowWeights = (count = 2): object => ({
  weights: tensor(new Float32Array(count).fill(0.5)),
  lengths: undefined,
  mask: undefined,
});
const loss = (name: string): Record<string, Good> => ({
  [name]: () => [{ reduction: 'mean' }],
  [`${name}.evaluate`]: () => [
    matrix(),
    tensor([
      [0, 1],
      [1, 0],
    ]),
    rowWeights(),
  ],
});
const narrow = (name: string, options: object): Record<string, Good> => ({
  [name]: () => [{ reduction: 'mean', ...options }],
  [`${name}.evaluate`]: () => [matrix(), tensor([[0], [1]]), rowWeights()],
});
const metric = (name: string, options: readonly unknown[], F: number, target: () => unknown): Record<string, Good> => {
  const call = (): unknown[] => [
    randomNormal([3, F], { seed: 6 }),
    target(),
    { weights: tensor([1, 0.5, 2]), lengths: undefined, mask: undefined },
  ];
  return {
    [name]: () => options,
    [`${name}.add`]: call,
    [`${name}.evaluate`]: call,
    [`${name}.reset`]: () => [],
    [`${name}.result`]: () => [],
  };
};
const classes = (): unknown => tensor([0, 1, 1]);
const numbers = (): unknown =>
  tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
const averaged = [{ average: 'weighted', zeroDivision: 1, threshold: 0.4 }];
const optimizer = (name: string): Record<string, Good> => ({
  [`${name}.step`]: (parameters) => [parameters],
  [`${name}.learningRate`]: () => [0.1],
});
const groups = (): unknown => [{ parameters: [/./], rateFactor: 0.5, decayFactor: 0, frozen: false }];
const h = (): object => ({ h: state() });

const sequences = (): readonly unknown[] => {
  const signal = new AbortController().signal;
  return [
    x(),
    y(),
    {
      epochs: 1,
      batchSize: 2,
      microBatchSize: 1,
      buckets: 2,
      sampleWeights: weights(),
      metrics: metrics(),
      shuffle: true,
      seed: 1,
      lengths: lengths(),
      validationData: [x(), y(), { mask: mask() }],
      callbacks: [{ onBatchEnd: () => {} }],
      signal,
    },
  ];
};
const flow = () => flowOf([simpleRnnFlow({ T: 3, B: 2, H: 2 }), lstmFlow({ T: 3, B: 2, H: 2 })]);
const sweepSpace = () => ({ x: uniform(0, 1), n: integer(1, 3), cell: choice(['a', 'b']) });
const fleetJob = () => ({
  model: { inputSize: 1, layers: [{ kind: 'Dense', units: 1 }] },
  training: {
    optimizer: { kind: 'Adam' },
    loss: { kind: 'MeanSquaredError' },
    clip: { globalNorm: 1 },
    epochs: 2,
    batchSize: 4,
    shuffle: false,
    validationSplit: 0.2,
    patience: 3,
  },
  data: { loader: 'rows', x: [[1]], y: [[1]] },
  seed: 1,
  name: 'job',
});
const seriesModel = Object.assign(
  new Sequential([new Dense({ units: 2 }), new GRU({ units: 2 })], { inputSize: 1 }).build(),
  { metadata: { input: 3, horizon: 2, scaler: new StandardScaler().fit([[[1], [3]]]) } },
);
const studyOptions = () => ({
  sampler: tpeSampler({ startupTrials: 2 }),
  pruner: medianPruner(),
  direction: 'maximize' as const,
  trials: 3,
  seed: 1,
  lag: 2,
});
const studyJson = (() => {
  const study = new Study(sweepSpace(), studyOptions());
  study.report(study.ask()!, 1, 0.5, { checkpoint: Uint8Array.of(1, 2) });
  study.tell(study.ask()!, 'failed');
  return JSON.parse(JSON.stringify(study)) as object;
})();
const frame = { width: 300, height: 200, title: 'title' };
const details = { where: 'f', argument: 'x', expected: 'be', received: '1', remedy: 'none' };
const shared = trained();
const onnxFile = toOnnx(new Sequential([new GRU({ units: H })], { inputSize: I }).build());
const tfjsFiles = toTfjs(new Sequential([new GRU({ units: H })], { inputSize: I }).build());

/** By name: `zeros`, `LSTM`, `LSTM.forward`. */
export const GOOD: Readonly<Record<string, Good>> = {
  Adam: () => [
    {
      learningRate: 0.1,
      groups: groups(),
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      epsilonMode: 'hat',
      amsgrad: true,
      weightDecay: 0.1,
      l2: 0.1,
    },
  ],
  SGD: () => [
    { learningRate: 0.1, groups: groups(), momentum: 0.9, nesterov: false, dampening: 0.1, weightDecay: 0.1 },
  ],
  RMSprop: () => [
    {
      learningRate: 0.1,
      groups: groups(),
      rho: 0.9,
      momentum: 0.5,
      centered: true,
      epsilon: 1e-8,
      epsilonMode: 'inside',
      weightDecay: 0.1,
    },
  ],
  Adagrad: () => [
    {
      learningRate: 0.1,
      groups: groups(),
      initialAccumulator: 0.1,
      epsilon: 1e-8,
      epsilonMode: 'inside',
      weightDecay: 0.1,
    },
  ],
  NAdam: () => [
    {
      learningRate: 0.1,
      groups: groups(),
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      momentumDecay: 0.01,
      weightDecay: 0.1,
      l2: 0.1,
    },
  ],
  Lion: () => [{ learningRate: 0.1, groups: groups(), beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }],
  pNormClipping: () => [1, { p: 3 }],
  adaptiveClipping: () => [0.1, { epsilon: 0.01 }],
  groupClipping: () => [[{ parameters: ['w', /./], clip: { globalNorm: 1 } }]],
  rateRangeTest: () => [
    new Sequential([new Dense({ units: 1 })]).build(2).compile({ optimizer: new Adam(), loss: new MeanSquaredError() }),
    tensor([[1, 2]]),
    tensor([[1]]),
    { from: 1e-5, to: 0.1, steps: 3, batchSize: 1, seed: 1, divergence: 5, signal: new AbortController().signal },
  ],
  rateRangePlot: () => [
    { points: [{ step: 0, learningRate: 0.1, loss: 1, smoothed: 1 }], suggestion: 0.1, diverged: false },
    frame,
  ],
  parameterGroups: () => ['Own', groups()],
  optimizerState: () => [new Adam(), Parameters.of({ w: zeros([2]) })],
  setOptimizerState: () => [
    new Adam(),
    Parameters.of({ w: zeros([2]) }),
    { kind: 'Adam', iterations: 2, learningRate: 0.1, slots: [zeros([2]), zeros([2])] },
  ],
  constantSchedule: () => [0.1],
  stepDecay: () => [0.1, { every: 2, factor: 0.5 }],
  exponentialDecay: () => [0.1, { factor: 0.5, steps: 3, minimum: 0.01 }],
  polynomialDecay: () => [0.1, { steps: 9, end: 0.01, power: 2 }],
  cosineDecay: () => [0.1, { steps: 9, end: 0.01 }],
  cosineRestarts: () => [0.1, { steps: 9, cycleFactor: 2, peakFactor: 0.5, end: 0.01 }],
  oneCycle: () => [0.1, { steps: 9, rise: 0.3, startDivisor: 10, endDivisor: 100, form: 'linear' }],
  inverseSquareRoot: () => [0.1, { warmup: 9 }],
  linearWarmup: () => [() => 0.1, { steps: 9, from: 0.01 }],
  joinSchedules: () => [[() => 0.1, () => 0.2], [4]],
  piecewiseSchedule: () => [
    [
      [0, 0.1],
      [4, 0.2],
    ],
    { between: 'linear' },
  ],
  schedulePlot: () => [{ a: () => 0.1 }, { ...frame, steps: 9, yScale: 'log' }],
  ...optimizer('RMSprop'),
  ...optimizer('Adagrad'),
  ...optimizer('NAdam'),
  ...optimizer('Lion'),
  ...optimizer('Adam'),
  ...optimizer('SGD'),
  ...loss('BinaryCrossEntropy'),
  ...loss('ElementwiseLoss'),
  ...loss('Huber'),
  ...loss('LogCosh'),
  ...loss('MeanAbsoluteError'),
  ...loss('MeanSquaredError'),
  ...metric('Accuracy', [{ topK: 2, ignoreIndex: -1 }], 3, classes),
  ...metric('Perplexity', [{ from: 'logits', ignoreIndex: -1 }], 3, classes),
  ...metric('BitsPerCharacter', [{ from: 'logits', ignoreIndex: -1 }], 3, classes),
  ...metric('ConfusionMatrix', [{ threshold: 0.4 }], 3, classes),
  ...metric('Precision', averaged, 3, classes),
  ...metric('Recall', averaged, 3, classes),
  ...metric('F1', averaged, 3, classes),
  ...metric('AUC', [], 1, classes),
  ...Object.fromEntries(
    ['RMSE', 'MAE', 'MAPE', 'SMAPE'].flatMap((name) => Object.entries(metric(name, [], 2, numbers))),
  ),
  ...metric('MASE', [{ history: tensor([1, 2, 4]), season: 1 }], 2, numbers),
  ...metric('Pinball', [{ quantiles: [0.1, 0.9] }], 4, numbers),
  ...metric('Coverage', [{ quantiles: 2 }], 4, numbers),
  CTCLoss: () => [{ blank: 0, impossible: 'zero', perLabel: true, reduction: 'mean' }],
  'CTCLoss.evaluate': () => [
    randomNormal([2, 3, 4], { seed: 6 }),
    tensor([
      [1, 2],
      [3, -1],
    ]),
    { lengths: [3, 2], weights: tensor([1, 2]) },
  ],
  ctcDecode: () => [
    randomNormal([2, 3, 4], { seed: 6 }),
    { blank: 1, strategy: 'beam', beamWidth: 3, lengths: [3, 2] },
  ],
  ...narrow('GaussianNLL', { spread: 'variance', minVariance: 0.1, full: true }),
  ...narrow('QuantileLoss', { quantiles: [0.1, 0.9] }),
  ...loss('SoftmaxCrossEntropy'),
  ...Object.fromEntries(
    [
      'BpttError',
      'ArgumentError',
      'ShapeError',
      'StateError',
      'FileError',
      'LostJobError',
      'browser.FileError',
      'FormatError',
      'NonFiniteError',
    ].map((name) => [name, () => [details]]),
  ),
  SimpleRNNCell: () => [{ ...(cellOptions()[0] as object), activation: 'relu' }],
  LSTMCell: () => [{ ...(cellOptions()[0] as object), unitForgetBias: true }],
  GRUCell: () => [{ ...(cellOptions()[0] as object), resetAfter: true }],
  MGUCell: () => [{ ...(cellOptions()[0] as object), activation: 'relu' }],
  LayerNormLSTMCell: () => [{ ...(cellOptions()[0] as object), normalized: 'products', epsilon: 0.1 }],
  ...cell('SimpleRNNCell', h),
  ...cell('LayerNormLSTMCell', states),
  ...cell('MGUCell', h),
  ...cell('LSTMCell', states),
  ...cell('GRUCell', h),
  SimpleRNN: () => [{ ...(layerOptions()[0] as object), activation: 'relu' }],
  LSTM: () => [{ ...(layerOptions()[0] as object), unitForgetBias: true }],
  GRU: () => [{ ...(layerOptions()[0] as object), resetAfter: true }],
  MGU: () => [{ ...(layerOptions()[0] as object), activation: 'relu' }],
  LayerNormLSTM: () => [{ ...(layerOptions()[0] as object), normalized: 'products', epsilon: 0.1 }],
  RNN: () => [{ cell: new LSTMCell({ units: H }), returnSequences: true }],
  Dense: () => [{ units: H, inputSize: I, activation: 'tanh', useBias: true, seed: 1, dtype: f64 }],
  ...recurrent('SimpleRNN', h),
  ...recurrent('LSTM', states),
  ...recurrent('GRU', h),
  ...recurrent('LayerNormLSTM', states),
  ...recurrent('MGU', h),
  ...recurrent('RNN', states),
  'Dense.forward': () => [x()],
  'Dense.backward': () => [randomNormal([B, T, H], { seed: 6 }), { inputGradient: true }],
  'Dense.build': () => [I],
  'Dense.stream': () => [{ batchSize: 2 }],
  Bidirectional: () => [{ layers: directions(), mergeMode: 'sum', inputSize: I, seed: 1, dtype: f64 }],
  'Bidirectional.forward': () => [
    x(),
    { initialState: { forward: h(), backward: h() }, returnState: true, mask: mask(), zeroOutputForMask: true },
  ],
  'Bidirectional.backward': () => [randomNormal([B, 2 * H], { seed: 6 }), { dState: { forward: h() } }],
  'Bidirectional.build': () => [I],
  'Bidirectional.separate': () => [randomNormal([B, 2 * H], { seed: 6 })],
  'Bidirectional.stream': () => [{ batchSize: 2 }],
  ...branched('Conv1D', H),
  Conv1D: () => [{ filters: H, kernelSize: 3, padding: 'causal', dilationRate: 2, inputSize: I, seed: 1, dtype: f64 }],
  ...branched('TimeDistributed', H),
  TimeDistributed: () => [{ layers: [new Dense({ units: H })], inputSize: I, seed: 1, dtype: f64 }],
  RepeatVector: () => [{ times: 4, inputSize: I, seed: 1, dtype: f64 }],
  'RepeatVector.forward': () => [randomNormal([B, I], { seed: 6 })],
  'RepeatVector.backward': () => [randomNormal([B, 4, I], { seed: 6 })],
  'RepeatVector.build': () => [I],
  'RepeatVector.stream': () => [{ batchSize: 2 }],
  ...branched('Residual', I),
  ...branched('Parallel', H + I),
  ...branched('Graph', H + I),
  Residual: () => [{ layers: [chained(I)], merge: 'sum', inputSize: I, seed: 1, dtype: f64 }],
  Parallel: () => [{ branches: [[chained(H)], []], merge: 'concat', inputSize: I, seed: 1, dtype: f64 }],
  Graph: () => [
    {
      nodes: { a: { layer: chained(H), from: 'input', merge: 'sum' }, b: { layer: chained(H), from: ['a', 'input'] } },
      outputs: ['a', 'b'],
      inputSize: I,
      seed: 1,
      dtype: f64,
    },
  ],
  'Graph.separate': () => [randomNormal([B, H + I], { seed: 6 })],
  SplitLoss: () => [{ a: { loss: new MeanSquaredError(), size: 2, weight: 0.5 } }],
  'SplitLoss.evaluate': () => [randomNormal([B, F], { seed: 6 }), y(), rowWeights(B)],
  'SplitLoss.evaluateParts': () => [randomNormal([B, F], { seed: 6 }), y(), rowWeights(B)],
  Embedding: () => [
    { inputDim: 5, outputDim: H, maskZero: true, embeddingsInitializer: initializers.zeros, seed: 1, dtype: f64 },
  ],
  'Embedding.forward': () => [indices(), { inference: false, zeroOutputForMask: true }],
  'Embedding.backward': () => [randomNormal([B, T, H], { seed: 6 })],
  'Embedding.build': () => [1],
  'Embedding.stream': () => [{ batchSize: 2 }],
  Attention: () => [{ score: 'additive', units: 2, output: 'context', inputSize: I, seed: 1, dtype: f64 }],
  'Attention.forward': () => [x()],
  'Attention.backward': () => [x()],
  'Attention.build': () => [H],
  'Attention.stream': () => [{ batchSize: 2 }],
  AttentionRNN: () => [
    { layer: chained(H), attention: new Attention(), output: 'state', inputSize: I, seed: 1, dtype: f64 },
  ],
  'AttentionRNN.forward': () => [x()],
  'AttentionRNN.backward': () => [x()],
  'AttentionRNN.build': () => [H],
  'AttentionRNN.resetState': () => [],
  'AttentionRNN.stream': () => [{ batchSize: 2 }],
  Masking: () => [{ maskValue: -1, inputSize: I, seed: 1, dtype: f64 }],
  'Masking.forward': () => [x(), { inference: false, zeroOutputForMask: true }],
  'Masking.backward': () => [x()],
  'Masking.build': () => [I],
  'Masking.stream': () => [{ batchSize: 2 }],
  Activation: () => [{ activation: 'relu', inputSize: I, seed: 1, dtype: f64 }],
  'Activation.forward': () => [x()],
  'Activation.backward': () => [x()],
  'Activation.build': () => [I],
  'Activation.stream': () => [{ batchSize: 2 }],
  LayerNormalization: () => [{ epsilon: 1e-3, center: true, scale: false, inputSize: I, seed: 1, dtype: f64 }],
  'LayerNormalization.forward': () => [x()],
  'LayerNormalization.backward': () => [x()],
  'LayerNormalization.build': () => [I],
  'LayerNormalization.stream': () => [{ batchSize: 2 }],
  Dropout: () => [{ rate: 0.5, per: 'sequence', inputSize: I, seed: 1, dtype: f64 }],
  'Dropout.forward': () => [x(), { trainingStep: 3 }],
  'Dropout.backward': () => [x()],
  'Dropout.build': () => [I],
  'Dropout.stream': () => [{ batchSize: 2 }],
  Sequential: () => [
    [new LSTM({ units: H }), new Dense({ units: F })],
    { seed: 1, dtype: f64, inputSize: I, threads: 'auto', threadTimeout: 1 },
  ],
  Network: () => [[new LSTM({ units: H }), new Dense({ units: F })], { seed: 1, dtype: f64, inputSize: I, threads: 2 }],
  'Network.predict': () => [
    x(),
    { batchSize: 2, lengths: lengths(), zeroOutputForMask: true, state: { lstm1: states() } },
  ],
  'Network.toBytes': () => [],
  'Network.fromBytes': () => [shared.model.toBytes(), { dtype: f64, threads: 2, classes: [] }],
  'Network.forward': () => [
    x(),
    { inference: true, mask: mask(), initialState: { lstm1: states() }, returnState: true },
  ],
  'Network.backward': () => [y(), { dState: { lstm1: states() } }],
  'Network.build': () => [I],
  'Network.stream': () => [{ batchSize: 2 }],
  'Sequential.fit': sequences,
  'Sequential.fitStream': () => [
    [[x(), y(), { lengths: lengths() }]],
    { callbacks: [{ onBatchEnd: () => {} }], state: { lstm1: states() } },
  ],
  'Sequential.predict': () => [x(), { batchSize: 2, mask: mask(), state: { lstm1: states() } }],
  'Sequential.toBytes': () => [],
  'Sequential.fromBytes': () => [shared.model.toBytes(), { dtype: f64, classes: [] }],
  'Sequential.astype': () => [f64],
  'Sequential.compile': () => [
    {
      optimizer: new Adam(),
      loss: new MeanSquaredError(),
      clip: { globalNorm: 1 },
      onNonFinite: 'skip',
      skipLimit: 3,
      checkpoint: 'sqrt',
      truncate: { every: 1, back: 2 },
    },
  ],
  'Sequential.trainStep': () => [
    x(),
    y(),
    { state: { lstm1: states() }, lengths: lengths(), sampleWeights: weights(), output: true, metrics: metrics() },
  ],
  'Sequential.evaluate': () => [
    x(),
    y(),
    { batchSize: 2, mask: mask(), sampleWeights: weights(), output: true, metrics: metrics() },
  ],
  'Sequential.memory': () => [{ B: 2, T: 100 }],
  'Sequential.forward': () => [x(), { checkpoint: { memory: 1e6 }, truncate: { every: 1, back: 2 } }],
  'Sequential.backward': () => [y(), { dState: { lstm1: states() } }],
  'Sequential.build': () => [I],
  'Sequential.stream': () => [{ batchSize: 2 }],
  EncoderDecoder: () => [
    {
      encoder: [new GRU({ units: H })],
      decoder: [new GRU({ units: H, returnSequences: true }), new Dense({ units: F })],
      passState: true,
      start: [0, 1],
      inputSize: I,
      seed: 1,
      dtype: f64,
    },
  ],
  'EncoderDecoder.build': () => [I],
  'EncoderDecoder.compile': () => [{ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: 2 }],
  'EncoderDecoder.trainStep': () => [x(), steps(), { ...pairMasks(), microBatchSize: 3, sampleWeights: weights() }],
  'EncoderDecoder.fit': () => [
    x(),
    steps(),
    { ...pairMasks(), epochs: 2, batchSize: 2, shuffle: true, seed: 1, validationData: [x(), steps(), pairMasks()] },
  ],
  'EncoderDecoder.evaluate': () => [
    x(),
    steps(),
    { ...pairMasks(), batchSize: 2, sampleWeights: weights(), metrics: metrics() },
  ],
  'EncoderDecoder.forward': () => [x(), steps(), { ...pairMasks(), trainingStep: 1 }],
  'EncoderDecoder.backward': () => [steps()],
  'EncoderDecoder.generate': () => [x(), { steps: 2, stop: 1, strategy: 'beam', beamWidth: 2, lengthPenalty: 1 }],
  'EncoderDecoder.freeRun': () => [x(), { steps: 2, source: { lengths: [1, 2, 3, 1] } }],
  'EncoderDecoder.attention': () => [x(), steps(), pairMasks()],
  'EncoderDecoder.toBytes': () => [],
  'EncoderDecoder.fromBytes': () => [encoderDecoderBytes(), { dtype: f64, threads: 2 }],
  'Parameters.of': () => [{ w: matrix(), b: tensor([1]) }, { dtype: f64 }],
  'Parameters.get': () => ['w'],
  'Parameters.within': () => ['w'],
  'Parameters.zeroGradients': () => [],
  'Parameter.assign': () => [tensor([1, 2])],
  'Stream.step': () => [row(), states(), [true, false, true, true]],
  ...Object.fromEntries(
    ['LSTM', 'GRU', 'SimpleRNN', 'MGU', 'LayerNormLSTM', 'RNN', 'Bidirectional', 'Network', 'Sequential'].map(
      (name) => [`${name}.resetState`, () => []],
    ),
  ),
  recurrentStack: () => [2, (options: object) => new GRU({ units: 2, ...options }), { returnSequences: true }],
  ...Object.fromEntries(['EncoderDecoder', 'Network', 'Sequential'].map((name) => [`${name}.summary`, () => []])),
  'Stream.initialState': () => [],
  'Stream.zeroState': () => [],
  'Stream.copyState': () => [states()],
  stateToBytes: () => [new LSTM({ units: H, inputSize: I }).stream({ batchSize: B }), states()],
  stateFromBytes: () => {
    const stream = new LSTM({ units: H, inputSize: I }).stream({ batchSize: B });
    return [stream, stateToBytes(stream, stream.zeroState())];
  },
  Random: () => [1, 2, 3],
  'Random.uniform': () => [0, 1],
  'Random.normal': () => [0, 1],
  'Random.integer': () => [6],
  'Random.permutation': () => [10],
  'Random.fork': () => [1],
  Tensor: () => [{ data: new Float32Array(6) }, [2, 3], [3, 1], 0],
  'Tensor.index': () => [1, 2],
  'Tensor.get': () => [1, 2],
  'Tensor.set': () => [1, 2, 5],
  'Tensor.pick': () => [null, 1],
  'Tensor.lo': () => [1, null],
  'Tensor.hi': () => [1, 2],
  'Tensor.step': () => [1, -1],
  'Tensor.transpose': () => [1, 0],
  'Tensor.copy': () => [],
  'Tensor.toJSON': () => [],
  'Tensor.toArray': () => [],
  assign: () => [matrix(), matrix()],
  backend: () => [],
  clipByAverageNorm: () => [matrix(), 1, { inPlace: true }],
  clipByGlobalNorm: () => [[matrix(), tensor([1])], 1, { inPlace: true, useNorm: 2 }],
  clipByNorm: () => [matrix(), 1, { axes: [0], inPlace: true }],
  clipByNormBackward: () => [matrix(), matrix(), 1, { axes: [0] }],
  clipByValue: () => [matrix(), -1, tensor([1, 2]), { inPlace: true }],
  clipByValueBackward: () => [matrix(), matrix(), -1, 1],
  clipGradients: () => [Parameters.of({ w: matrix() }), { globalNorm: 1 }],
  globalNorm: () => [[matrix(), tensor([1])]],
  gradientNorm: () => [Parameters.of({ w: matrix() })],
  regularizeGradients: () => [Parameters.of({ w: matrix() })],
  constrainParameters: () => [Parameters.of({ w: matrix() })],
  l2: () => [0.1],
  maxNorm: () => [2, { axis: 0 }],
  minMaxNorm: () => [0.5, 2, { axis: 1, rate: 0.5 }],
  unitNorm: () => [{ axis: 0 }],
  nonNegative: () => [],
  'initializers.zeros': () => [[2, 3], new Random(1), { gates: 1 }],
  'initializers.ones': () => [[2, 3], new Random(1), { gates: 1 }],
  'initializers.constant': () => [2],
  'initializers.glorotUniform': () => [{ gain: 1 }],
  'initializers.glorotNormal': () => [{ gain: 1 }],
  'initializers.orthogonal': () => [{ gain: 1, perGate: true }],
  'initializers.uniform': () => [{ low: 0, high: 1 }],
  'initializers.normal': () => [{ mean: 0, sd: 1 }],
  saveFile: () => [`${scratch}/file`, Uint8Array.of(1)],
  loadFile: () => [`${scratch}/file`],
  appendTo: () => [`${scratch}/text`],
  CheckpointFolder: () => [scratch, { keep: 1, mode: 'max' }],
  'CheckpointFolder.save': () => [Uint8Array.of(1), { value: 0.5 }],
  'CheckpointFolder.latest': () => [],
  'CheckpointFolder.best': () => [],
  'CheckpointFolder.names': () => [],
  'browser.saveFile': () => ['file', Uint8Array.of(1)],
  'browser.loadFile': () => ['file'],
  'browser.appendTo': () => ['text'],
  'browser.CheckpointFolder': () => ['folder', { keep: 1, mode: 'max' }],
  'browser.CheckpointFolder.save': () => [Uint8Array.of(1), { value: 0.5 }],
  'browser.CheckpointFolder.latest': () => [],
  'browser.CheckpointFolder.best': () => [],
  'browser.CheckpointFolder.names': () => [],
  WeightAverage: () => [{ decay: 0.9, validate: true }],
  'WeightAverage.state': () => [{ updates: 1, product: 0.9, weights: tensor([1, 2]), raw: tensor([1, 2]) }],
  'WeightAverage.add': () => [Parameters.of({ w: tensor([1, 2]) })],
  'WeightAverage.swap': () => [Parameters.of({ w: tensor([1, 2]) })],
  'WeightAverage.use': () => [Parameters.of({ w: tensor([1, 2]) }), () => 1],
  EarlyStopping: () => [{ monitor: 'loss', mode: 'min', patience: 2, minDelta: 0.1, baseline: 1, restoreBest: true }],
  'EarlyStopping.state': () => [{ wait: 1, best: 0.5, bestEpoch: 2, weights: tensor([1, 2]) }],
  ReduceLROnPlateau: () => [
    { monitor: 'loss', mode: 'min', factor: 0.5, patience: 1, threshold: 0.1, thresholdMode: 'absolute', cooldown: 1 },
  ],
  'ReduceLROnPlateau.state': () => [{ wait: 1, cooling: 0, best: 0.5 }],
  Checkpoint: () => [{ save: () => {}, everySteps: 2, everyEpochs: 1, monitor: 'loss', mode: 'min', bestOnly: true }],
  'Checkpoint.state': () => [{ best: 0.5 }],
  checkpointToBytes: () => [{}],
  resumeFromBytes: () => [{}, Uint8Array.of(1)],
  CsvLog: () => [{ write: () => {}, batches: true }],
  'CsvLog.state': () => [{ columns: ['loss'] }],
  progressEvents: () => [{ to: () => {}, interval: 10 }],
  progressBar: () => [{ write: () => {}, interactive: true, width: 10 }],
  softmax: () => [matrix(), { dtype: f64 }],
  argMax: () => [matrix()],
  oneHot: () => [[0, 1, 2], 3, { dtype: f64 }],
  windows: () => [matrix(), { length: 1, horizon: 1, stride: 1, gap: 0, targets: [1], skipNaN: true }],
  StandardScaler: () => [{ withMean: true, withStd: false }],
  'StandardScaler.fit': () => [x(), { lengths: lengths() }],
  'StandardScaler.transform': () => [x()],
  'StandardScaler.inverseTransform': () => [x()],
  'StandardScaler.select': () => [[0, 1]],
  'StandardScaler.toJSON': () => [],
  'StandardScaler.fromJSON': () => [new StandardScaler().fit(x()).toJSON()],
  MinMaxScaler: () => [{ featureRange: [0, 1], clip: true }],
  'MinMaxScaler.fit': () => [x(), { mask: mask() }],
  'MinMaxScaler.transform': () => [x()],
  'MinMaxScaler.inverseTransform': () => [x()],
  'MinMaxScaler.select': () => [[0, 1]],
  'MinMaxScaler.toJSON': () => [],
  'MinMaxScaler.fromJSON': () => [new MinMaxScaler().fit(x()).toJSON()],
  Vocabulary: () => [['a', 'b'], { separator: ' ', unknown: 'a' }],
  'Vocabulary.fromText': () => ['a b', { separator: ' ', unknown: '?', first: ['c'], minCount: 1, limit: 9 }],
  'Vocabulary.encode': () => ['ab'],
  'Vocabulary.decode': () => [[0, 1]],
  'Vocabulary.toJSON': () => [],
  'Vocabulary.fromJSON': () => [{ kind: 'Vocabulary', tokens: ['a'], separator: '' }],
  forecast: () => [
    speaker(),
    tensor([[[1, 2]]]),
    { horizon: 2, residuals: matrix(), paths: 2, quantiles: [0.5], lengths: [1], seed: 1, firstRow: 2 },
  ],
  generate: () => [
    speaker(),
    [[0, 1], [1]],
    {
      steps: 2,
      temperature: 2,
      topK: 1,
      topP: 0.5,
      stop: [1],
      seed: 1,
      firstRow: 2,
      signal: new AbortController().signal,
    },
  ],
  sample: () => [matrix(), { temperature: 0.5, topK: 2, topP: 0.9, seed: 1, step: 2, firstRow: 3 }],
  randomNormal: () => [[2, 3], { mean: 0, sd: 1, seed: 1, dtype: f64 }],
  randomUniform: () => [[2, 3], { low: 0, high: 1, seed: new Random(1), dtype: f64 }],
  pad: () => [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [[5, 6]],
    ],
    { T: 3, value: -1, dtype: f64 },
  ],
  stack: () => [[matrix(), matrix()], 1],
  tensor: () => [
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: f64 },
  ],
  unstack: () => [matrix(), 1],
  zeros: () => [[2, 3], { dtype: f64 }],
  uniform: () => [0.1, 1, { log: true }],
  integer: () => [1, 9, { log: false, step: 2 }],
  choice: () => [['a', 1, true, null]],
  gridSampler: () => [{ points: 3 }],
  randomSampler: () => [],
  haltonSampler: () => [{ scramble: true }],
  tpeSampler: () => [{ startupTrials: 3, candidates: 5, gamma: 0.2 }],
  medianPruner: () => [{ startupTrials: 2, warmupSteps: 1 }],
  hyperband: () => [{ maxSteps: 9, minSteps: 1, factor: 3 }],
  asha: () => [{ maxSteps: 9, minSteps: 1, factor: 3 }],
  TrialStopped: () => [{ ...details, trial: 1, waits: true }],
  readJob: () => [fleetJob()],
  local: () => [{ workers: 2, loaders: 'file:///loaders.mjs', folder: '/data' }],
  bullmq: () => [{ connection: 'redis://:secret@127.0.0.1:1/2', queue: 'q', window: 3, attempts: 2 }],
  fleetWorker: () => [
    {
      connection: { host: '127.0.0.1', port: 1, username: 'u', password: 'secret', db: 1, tls: { ca: 'x' } },
      queue: 'q',
      executor: { capacity: 1, run: async () => ({}), close: async () => {} },
      idle: 1000,
      lock: 30_000,
      onEvent: () => {},
    },
  ],
  nextValues: () => [seriesModel, [1, 2, 3, 4]],
  folderStore: () => ['/tmp/none'],
  JobError: () => ['ShapeError', 'message'],
  trainFleet: () => [
    [fleetJob()],
    {
      executor: { capacity: 1, run: async () => ({}), close: async () => {} },
      store: { get: async () => undefined, put: async () => {} },
      attempts: 2,
      timeout: 1000,
      checkpointEvery: 1000,
      total: 1,
      signal: new AbortController().signal,
      onProgress: () => {},
      onEpoch: () => {},
    },
  ],
  crossValidation: () => [{ length: 40, horizon: 4, windows: 3, step: 2, gap: 1, trainLength: 9 }],
  kFold: () => [{ rows: 4, folds: 2, shuffle: true, seed: 1, labels: ['a', 'b', 'a', 1] }],
  parameterImportance: () => [results, { valueScale: 'linear', trees: 3, seed: 1 }],
  sweepHistory: () => [results, { ...frame, yScale: 'log' }],
  sweepSlices: () => [results, { ...frame, yScale: 'log' }],
  parallelCoordinates: () => [results, { ...frame, yScale: 'log' }],
  importancePlot: () => [
    { parameters: [{ name: 'x', share: 0.5 }], interactions: 0.5, rSquared: 0.9, trials: 9 },
    frame,
  ],
  sweep: () => [sweepSpace(), () => 1, { ...studyOptions(), concurrency: 2, save: () => {} }],
  Study: () => [sweepSpace(), studyOptions()],
  'Study.ask': () => [],
  'Study.report': () => [0, 1, 0.5, { checkpoint: Uint8Array.of(1) }],
  'Study.tell': () => [0, 0.5, 'reason'],
  'Study.toCsv': () => [],
  'Study.toJSON': () => [],
  'Study.fromJSON': () => [studyJson],
  gradientFlow: () => [
    shared.model,
    x(),
    y(),
    {
      jacobians: [[0, 2]],
      rows: [0],
      method: 'auto',
      keepJacobians: true,
      spectrum: true,
      recentNorms: [1],
      lengths: lengths(),
      state: { lstm1: states() },
    },
  ],
  recurrentNodes: () => [onnxFile],
  importNode: () => [onnxFile, { name: 'gru1', returnSequences: true, dtype: f64 }],
  importChain: () => [onnxFile, { output: 'y', dtype: f64 }],
  toOnnx: () => [shared.model, { lengths: true, states: true }],
  fromTfjs: () => [
    tfjsFiles.modelJson,
    tfjsFiles.weights,
    { dtype: f64, forTraining: false, hardSigmoid: 'hardSigmoidSixth' },
  ],
  toTfjs: () => [shared.model, { batchSize: 2 }],
  readTfjs: () => [tfjsFiles.modelJson, tfjsFiles.weights],
  loadBasicLSTMCell: () => [
    new LSTM({ units: H, inputSize: I }).build(),
    { kernel: zeros([I + H, 4 * H]), bias: zeros([4 * H]) },
    { forgetBias: 0.5 },
  ],
  recordFlow: () => [shared.model, { every: 2, keep: 3, jacobians: 'last', rows: [0] }],
  fromNdarray: () => [{ data: [1, 2], shape: [2], stride: [1], offset: 0 }, { dtype: f64 }],
  toNdarray: () => [matrix()],
  enableWideSimd: () => [{ trust: 'listed', timeout: 20_000 }],
  useKernels: () => [compileKernels()],
  attentionMap: () => [matrix(), { ...frame, source: 'ab', target: ['a', 'b'], caption: 'a' }],
  eigenvalues: () => [simpleRnnFlow({ T: 3, B: 2, H: 2 }), frame],
  loadStateDict: () => {
    const names = { rnn: 'gru1', fc: ['dense1'], gone: null };
    return [torchSpeaker(), foreign(), names];
  },
  fromKeras: () => [kerasFile('cudnn2.h5'), { dtype: f64, forTraining: false }],
  loadKerasWeights: () => [
    new Sequential([new Dense({ units: 10 })], { inputSize: 2 }).build(),
    kerasFile('latest.h5'),
    { names: { dense_1: ['dense1'] }, kerasVersion: '2' },
  ],
  toKerasNpz: () => [shared.model, { file: 'a.npz', kerasVersion: '2', batchSize: 2 }],
  readKeras: () => [kerasFile('weights1.h5')],
  readNpy: () => [writeNpy(matrix())],
  readNpz: () => [writeNpz(foreign()), { maxBytes: 100 }],
  readPt: () => [ptBytes(foreign()), { at: [] }],
  readSafetensors: () => [writeSafetensors(foreign())],
  toFloat32: () => [foreign()],
  toStateDict: () => [torchSpeaker(), { rnn: 'gru1', fc: ['dense1'], gone: null }],
  toTensor: () => [{ shape: [2], dtype: 'float64', data: Float64Array.of(1, 2) }, { dtype: f64 }],
  writeNpy: () => [matrix()],
  writeNpz: () => [foreign()],
  writeSafetensors: () => [foreign(), { metadata: { format: 'pt' } }],
  flowTriangle: () => [lstmFlow({ T: 3, B: 2, H: 2 }), { ...frame, row: 0, state: 'c' }],
  gateActivations: () => [
    lstmFlow({ T: 3, B: 2, H: 2 }),
    { ...frame, quantity: 'mean', gates: ['input'], steps: [1, 2], input: 'abc' },
  ],
  gradientNorms: () => [batchLogs(1, 4), frame],
  histograms: () => [flowRecords(2), { ...frame, of: 'values' }],
  lineChart: () => [
    [
      {
        name: 'a',
        points: [
          [0, 1],
          [1, 2],
        ],
        faint: true,
        dots: true,
      },
    ],
    { ...frame, xLabel: 'x', yLabel: 'y', yScale: 'log', xDomain: [0, 1] },
  ],
  lossCurve: () => [historyOf(2), { ...frame, batches: batchLogs(1, 2), yScale: 'log' }],
  report: () => [
    historyOf(2),
    flow(),
    {
      title: 'title',
      batches: batchLogs(1, 2),
      input: 'abc',
      summary: ['a'],
      sections: [{ heading: 'h', text: ['t'], figures: ['<svg/>'], caption: 'c', table: [['a'], ['1']], code: 'x' }],
      appendix: [{ heading: 'e' }],
    },
  ],
  stateGradients: () => [flow(), { ...frame, state: 'h' }],
  GradientError: () => ['f', gradcheck(new Dense({ units: 1, dtype: f64 }), { x: tensor([[1, 2]], { dtype: f64 }) })],
  PropertyError: () => ['p', 'be', '1'],
  'arbitraries.shape': () => [{ maxT: 3, maxB: 2, maxI: 2, maxH: 2 }],
  'arbitraries.scale': () => [],
  'arbitraries.number': () => [{ scale: 1, dtype: f64, special: 'all' }],
  'arbitraries.tensor': () => [[2, 3], { scale: 1, dtype: f64, special: 'all' }],
  'arbitraries.weights': () => [{ w: [2, 3] }, { scale: 1, dtype: f64 }],
  'arbitraries.sequence': () => [
    { T: 2, B: 2, I: 2 },
    { scale: 1, dtype: f64, special: 'small' },
  ],
  'arbitraries.state': () => [['h', 'c'], { B: 2, H: 2 }, { scale: 1, dtype: f64, special: 'small' }],
  'arbitraries.cotangent': () => [[2, 3], { dtype: f64 }],
  'arbitraries.lengths': () => [{ B: 2, T: 3 }],
  'arbitraries.mask': () => [{ B: 2, T: 3 }],
  assertGradients: () => [
    new Dense({ units: 1, dtype: f64 }),
    { x: tensor([[1, 2]], { dtype: f64 }), cotangents: 'all', maxEntries: 2, step: 3e-4, tolerance: 1e-6, seed: 1 },
  ],
  gradcheck: () => [
    new LSTM({ units: 1, dtype: f64 }),
    {
      x: zeros([1, 1, 1], { dtype: f64 }),
      initialState: { h: zeros([1, 1], { dtype: f64 }), c: zeros([1, 1], { dtype: f64 }) },
      forwardOptions: { checkpoint: 1 },
      cotangents: 1,
      maxEntries: 2,
      step: 3e-4,
      tolerance: 1e-6,
      seed: 1,
    },
  ],
  combinations: () => [
    (options: never) => new LSTM(options),
    {
      stack: (layers: never) => new Sequential(layers, { dtype: f64 }),
      bidirectional: (layers: never, mergeMode: never) => new Bidirectional({ layers, mergeMode, dtype: f64 }),
    },
  ],
  clipProperties: () => [{ clipByValue, clipByNorm, clipByGlobalNorm }, { dtype: f64 }],
  optimizerProperties: () => [
    { makeSGD: (options: object) => new SGD(options), makeAdam: (options: object) => new Adam(options) },
  ],
  metricProperties: () => [
    () => new MAE(),
    { features: 2, targets: 2, classes: 2, prediction: fc.nat(3), target: fc.nat(3), tolerance: 1e-12 },
  ],
  lossProperties: () => [
    () => new MeanSquaredError(),
    { features: 2, targets: 2, classes: 2, prediction: fc.nat(3), target: fc.nat(3), tolerance: 1e-12 },
  ],
  recurrentProperties: () => [
    (options: never) => new LSTM(options),
    {
      maxT: 2,
      maxB: 2,
      maxI: 2,
      maxH: 2,
      dtype: f64,
      scale: 1,
      kind: 'lstm',
      stack: (layers: never, dtype: never) => new Sequential(layers, { dtype }),
    },
  ],
};
