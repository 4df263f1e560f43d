import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CheckpointFolder as BrowserFolder } from '../../../lib/browser.ts';
import { choice, hyperband, Study, uniform } from '../../../lib/fleet/index.ts';
import {
  Activation,
  Adagrad,
  Adam,
  Attention,
  AttentionRNN,
  Bidirectional,
  type Cell,
  Checkpoint,
  Conv1D,
  CsvLog,
  Dense,
  Dropout,
  Embedding,
  EncoderDecoder,
  GRU,
  GRUCell,
  Graph,
  type Layer,
  LayerNormalization,
  LayerNormLSTM,
  LayerNormLSTMCell,
  Lion,
  LSTM,
  LSTMCell,
  MASE,
  Masking,
  MeanAbsoluteError,
  MeanSquaredError,
  MGU,
  MGUCell,
  MinMaxScaler,
  NAdam,
  Network,
  type Optimizer,
  Parallel,
  Parameters,
  Pinball,
  QuantileLoss,
  Random,
  RepeatVector,
  Residual,
  RMSprop,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  SimpleRNNCell,
  SplitLoss,
  StandardScaler,
  type Tensor,
  TimeDistributed,
  tensor,
  Vocabulary,
  WeightAverage,
} from '../../../lib/index.ts';
import type { Arena } from '../../../lib/memory/arena.ts';
import { CheckpointFolder } from '../../../lib/node.ts';

// Objects to be misused, small, trained a little and with a forward pass behind them; and all that a refused call may not
// change.

/** An object and what has to stay as it is. */
export interface World {
  readonly self: object;
  readonly watched: () => readonly unknown[];
  /** What its methods take. */
  readonly given?: unknown;
}

export const [B, T, I, H, F] = [4, 3, 3, 2, 2];
/** A folder for files. */
export const scratch: string = mkdtempSync(path.join(tmpdir(), 'misuse-'));
export const x = (): ReturnType<typeof randomNormal> => randomNormal([B, T, I], { seed: 1 });
export const y = (): ReturnType<typeof randomNormal> => randomNormal([B, F], { seed: 2 });
export const steps = (): ReturnType<typeof randomNormal> => randomNormal([B, T, F], { seed: 2 });
export const indices = (): Tensor => tensor(Array.from({ length: B }, (_, b) => [b, 4, 1]));
export const row = (): ReturnType<typeof randomNormal> => randomNormal([B, I], { seed: 3 });
export const state = (): ReturnType<typeof randomNormal> => randomNormal([B, H], { seed: 4 });

const kept = (arena: Arena): unknown[] => [arena.kept, arena.data.slice(0, arena.kept)];
const optimizerState = (optimizer: Optimizer): unknown[] => [
  optimizer.iterations,
  optimizer.schedule ?? optimizer.learningRate, // a schedule of bad rates is accepted, and refused when it is read
];

/** New layers for both directions. */
export const directions = (): [GRU, GRU] => [new GRU({ units: H }), new GRU({ units: H })];

/** A layer for a branch. */
export const chained = (units: number): GRU => new GRU({ units, returnSequences: true });

export function trained(): { readonly model: Sequential; readonly optimizer: Adam } {
  const optimizer = new Adam({ learningRate: 0.01 });
  const model = new Sequential([new LSTM({ units: H }), new Dense({ units: F })], { seed: 5 });
  model.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  model.trainStep(x(), y());
  model.forward(x());
  return { model, optimizer };
}

function scalerWorld(self: StandardScaler | MinMaxScaler): World {
  self.fit(x());
  return { self, watched: () => [JSON.stringify(self)] };
}

function networkWorld(): World {
  const network = new Network([new LSTM({ units: H }), new Dense({ units: F })], { seed: 5 });
  network.forward(x());
  return { self: network, watched: () => [...kept(network.parameters.arena), network.inputSize] };
}

function modelWorld(): World {
  const { model, optimizer } = trained();
  const compiled = (): unknown[] => {
    const { optimizer, loss, clip, through } = model.trainer.requireCompiled('misuse');
    return [optimizer, loss, typeof clip === 'function' ? clip : JSON.stringify(clip), JSON.stringify(through)];
  };
  const watched = () => [...kept(model.parameters.arena), ...optimizerState(optimizer), ...compiled(), model.inputSize];
  return { self: model, watched };
}

function encoderDecoderWorld(): World {
  const optimizer = new Adam({ learningRate: 0.01 });
  const decoder = [new GRU({ units: H, returnSequences: true }), new Dense({ units: F })];
  const self = new EncoderDecoder({ encoder: [new GRU({ units: H })], decoder, seed: 5 });
  self.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  self.trainStep(x(), steps());
  self.forward(x(), steps());
  return { self, watched: () => [...kept(self.parameters.arena), ...optimizerState(optimizer), self.inputSize] };
}

function layerWorld(make: () => Layer): World {
  const self = make();
  self.forward(x());
  return { self, watched: () => kept(self.parameters.arena) };
}

function cellWorld(make: () => Cell): World {
  const self = make().build(I) as Cell;
  return { self, watched: () => kept(self.parameters.arena) };
}

function optimizerWorld(self: Optimizer): World {
  const parameters = Parameters.of({ w: tensor([1, 2]) });
  parameters.get('w').gradient.set(0, 1);
  self.step(parameters);
  return { self, watched: () => [...kept(parameters.arena), ...optimizerState(self)], given: parameters };
}

function parametersWorld(): World {
  const self = Parameters.of({ w: tensor([1, 2]), b: tensor([[3]]) });
  return { self, watched: () => kept(self.arena) };
}

function streamWorld(): World {
  const layer = new LSTM({ units: H, inputSize: I }).build();
  return { self: layer.stream({ batchSize: B }), watched: () => kept(layer.parameters.arena) };
}

/** By the name of the class. */
export const WORLDS: Readonly<Record<string, () => World>> = {
  Network: networkWorld,
  EncoderDecoder: encoderDecoderWorld,
  Sequential: modelWorld,
  LSTM: () => layerWorld(() => new LSTM({ units: H, seed: 1 })),
  GRU: () => layerWorld(() => new GRU({ units: H, seed: 1 })),
  MGU: () => layerWorld(() => new MGU({ units: H, seed: 1 })),
  LayerNormLSTM: () => layerWorld(() => new LayerNormLSTM({ units: H, seed: 1 })),
  SimpleRNN: () => layerWorld(() => new SimpleRNN({ units: H, seed: 1 })),
  RNN: () => layerWorld(() => new RNN({ cell: new LSTMCell({ units: H, seed: 1 }) })),
  Bidirectional: () => layerWorld(() => new Bidirectional({ layers: directions(), seed: 1 })),
  Residual: () => layerWorld(() => new Residual({ layers: [chained(I)], seed: 1 })),
  Parallel: () => layerWorld(() => new Parallel({ branches: [[chained(H)], []], seed: 1 })),
  Graph: () => layerWorld(() => new Graph({ nodes: { a: { layer: chained(H) } }, outputs: ['a', 'input'], seed: 1 })),
  MASE: () => ({ self: new MASE({ history: tensor([1, 2, 4]) }), watched: () => [] }),
  Pinball: () => ({ self: new Pinball({ quantiles: [0.1, 0.9] }), watched: () => [] }),
  QuantileLoss: () => ({ self: new QuantileLoss({ quantiles: [0.1, 0.9] }), watched: () => [] }),
  ElementwiseLoss: () => ({ self: new MeanAbsoluteError(), watched: () => [] }),
  SplitLoss: () => ({ self: new SplitLoss({ a: { loss: new MeanSquaredError(), size: F } }), watched: () => [] }),
  CsvLog: () => ({ self: new CsvLog({ write: () => {} }), watched: () => [] }),
  Checkpoint: () => ({ self: new Checkpoint({ save: () => {} }), watched: () => [] }),
  CheckpointFolder: () => ({ self: new CheckpointFolder(scratch, { keep: 1 }), watched: () => [] }),
  'browser.CheckpointFolder': () => ({ self: new BrowserFolder('folder', { keep: 1 }), watched: () => [] }),
  Embedding: () => {
    const self = new Embedding({ inputDim: 5, outputDim: H });
    self.forward(indices());
    return { self, watched: () => kept(self.parameters.arena) };
  },
  Attention: () => {
    const self = new Attention();
    const decoder = [chained(H), self, new Dense({ units: F })];
    const model = new EncoderDecoder({ encoder: [chained(H)], decoder, seed: 5 });
    model.forward(x(), steps());
    return { self, watched: () => kept(model.parameters.arena) };
  },
  AttentionRNN: () => {
    const self = new AttentionRNN({ layer: chained(H), attention: new Attention() });
    const model = new EncoderDecoder({ encoder: [chained(H)], decoder: [self, new Dense({ units: F })], seed: 5 });
    model.forward(x(), steps());
    return { self, watched: () => kept(model.parameters.arena) };
  },
  Masking: () => layerWorld(() => new Masking()),
  Activation: () => layerWorld(() => new Activation({ activation: 'softmax' })),
  LayerNormalization: () => layerWorld(() => new LayerNormalization()),
  Conv1D: () => layerWorld(() => new Conv1D({ filters: H, kernelSize: 3, padding: 'causal', seed: 1 })),
  TimeDistributed: () => layerWorld(() => new TimeDistributed({ layers: [new Dense({ units: H })], seed: 1 })),
  RepeatVector: () => {
    const self = new RepeatVector({ times: 4 });
    self.forward(randomNormal([B, I], { seed: 1 }));
    return { self, watched: () => kept(self.parameters.arena) };
  },
  Dense: () => layerWorld(() => new Dense({ units: H, seed: 1 })),
  Dropout: () => layerWorld(() => new Dropout({ rate: 0.5, seed: 1 })),
  LSTMCell: () => cellWorld(() => new LSTMCell({ units: H })),
  GRUCell: () => cellWorld(() => new GRUCell({ units: H })),
  MGUCell: () => cellWorld(() => new MGUCell({ units: H })),
  LayerNormLSTMCell: () => cellWorld(() => new LayerNormLSTMCell({ units: H })),
  SimpleRNNCell: () => cellWorld(() => new SimpleRNNCell({ units: H })),
  Adam: () => optimizerWorld(new Adam()),
  RMSprop: () => optimizerWorld(new RMSprop()),
  Adagrad: () => optimizerWorld(new Adagrad()),
  NAdam: () => optimizerWorld(new NAdam()),
  Lion: () => optimizerWorld(new Lion()),
  SGD: () => optimizerWorld(new SGD({ momentum: 0.9 })),
  WeightAverage: () => {
    const self = new WeightAverage();
    self.add(Parameters.of({ w: tensor([1, 2]) }));
    return { self, watched: () => [JSON.stringify(self.state)] };
  },
  Parameters: parametersWorld,
  Parameter: () => {
    const { self, watched } = parametersWorld();
    return { self: (self as Parameters).get('w'), watched };
  },
  Study: () => {
    const self = new Study({ x: uniform(0, 1), cell: choice(['a', 'b']) }, { pruner: hyperband({ maxSteps: 3 }) });
    self.ask();
    return { self, watched: () => [JSON.stringify(self)] };
  },
  Stream: streamWorld,
  StandardScaler: () => scalerWorld(new StandardScaler()),
  MinMaxScaler: () => scalerWorld(new MinMaxScaler()),
  Vocabulary: () => {
    const self = new Vocabulary(['a', 'b']);
    return { self, watched: () => [JSON.stringify(self)] };
  },
  Random: () => {
    const self = new Random(1);
    return { self, watched: () => [JSON.stringify(self.state)] };
  },
  Tensor: () => {
    const self = randomNormal([2, 3], { seed: 1 });
    return { self, watched: () => [self.data.slice()] };
  },
};
