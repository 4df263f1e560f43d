import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { built, Consumer, skipped } from './support/consumer.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
/** By itself: the language service takes ten times as long under jest. */
const SERVICE = fileURLToPath(new URL('support/completions.mjs', import.meta.url));

/** An editor completes each expression at its marker. */
const PROGRAM = `
import { Adam, Cell, Dense, GRU, LSTM, MeanSquaredError, Parameters, Random, RNN, Sequential, SGD, SimpleRNN, Tensor, zeros } from 'bptt';
import { Study, uniform } from 'bptt/fleet';
const model = new Sequential([]);
const lstm = new LSTM({ units: 1 });
const rnn = new RNN({ cell: lstm.cell });
model./*model*/;
lstm./*lstm*/;
new GRU({ units: 1 })./*gru*/;
new SimpleRNN({ units: 1 })./*simpleRNN*/;
rnn./*rnn*/;
new Dense({ units: 1 })./*dense*/;
rnn.cell./*rnnCell*/;
(rnn.cell as Cell)./*cell*/;
lstm.cell./*lstmCell*/;
new GRU({ units: 1 }).cell./*gruCell*/;
new SimpleRNN({ units: 1 }).cell./*simpleRNNCell*/;
model.stream()./*stream*/;
model.parameters./*parameters*/;
model.parameters.get('lstm1.kernel')./*parameter*/;
model.parameters.arena./*arena*/;
new Adam()./*adam*/;
new SGD()./*sgd*/;
new MeanSquaredError()./*loss*/;
zeros([1])./*tensor*/;
new Random(1)./*random*/;
new Study({ x: uniform(0, 1) })./*study*/;
class OwnCell extends Cell<'h'> { own() { this./*ownCell*/; } }
class OwnLSTM extends LSTM { own() { this./*ownLSTM*/; } }
class OwnModel extends Sequential { own() { this./*ownModel*/; } }
class OwnAdam extends Adam { own() { this./*ownAdam*/; } }
class OwnLoss extends MeanSquaredError { own() { this./*ownLoss*/; } }
`;

const OBJECT = ['toString', 'valueOf'];
const BUILDABLE = [...OBJECT, 'backend', 'build', 'built', 'dtype', 'inputSize', 'kind', 'parameters'];
const LAYER = [...BUILDABLE, 'backward', 'forward', 'stream'];
const STATES = ['resetState', 'stateful'];
const SEQUENCE = ['dropout', 'dropoutPer', 'goBackwards', 'recurrentDropout', 'returnSequences', 'trainInitialState'];
const RECURRENT = [...LAYER, ...SEQUENCE, ...STATES, 'cell', 'zoneout'];
const FACTS = ['activations', 'gateStates', 'memory', 'tangent'];
const WEIGHTS = ['biasConstraint', 'biasRegularizer', 'kernelConstraint', 'kernelRegularizer'];
const CELL = [
  ...BUILDABLE,
  ...FACTS,
  ...WEIGHTS,
  ...['recurrentConstraint', 'recurrentRegularizer'],
  ...[
    'backwardOrder',
    'backwardStep',
    'forwardOrder',
    'forwardStep',
    'gate',
    'gateWidth',
    'gates',
    'gradientBlocks',
    'gradientWidth',
    'readsRecurrent',
  ],
  ...['inputBackward', 'inputForward', 'inputSavedSize', 'outputWidth', 'widthOf'],
  ...[
    'config',
    'matrices',
    'parameterSpecs',
    'products',
    'recurrentGradients',
    'savedBlocks',
    'savedWidth',
    'scratchWidth',
    'states',
    'step',
    'units',
    'useBias',
    'zeroState',
  ],
];
const GATED = ['activation', 'clip', 'recurrentActivation'];
const LSTM_CELL = [...GATED, 'coupledGate', 'outputActivation', 'peepholes', 'projectionSize', 'unitForgetBias'];
const OPTIMIZER = [...OBJECT, 'iterations', 'kind', 'learningRate', 'schedule', 'step'];

const MODEL = [
  ...STATES,
  ...LAYER,
  ...[
    'astype',
    'compile',
    'evaluate',
    'fit',
    'fitStream',
    'layerNames',
    'layers',
    'memory',
    'metadata',
    'nextEpoch',
    'predict',
    'summary',
  ],
  ...['skippedSteps', 'toBytes', 'trainStep', 'trainingStep'],
];
const ADAM = [...OPTIMIZER, 'amsgrad', 'beta1', 'beta2', 'epsilon', 'epsilonMode', 'weightDecay', 'l2'];
const LOSS = [...OBJECT, 'evaluate', 'kind', 'reduction'];

/** All that users see. A new name here is a new public name. */
const SEEN: Readonly<Record<string, readonly string[]>> = {
  model: MODEL,
  lstm: RECURRENT,
  gru: RECURRENT,
  simpleRNN: RECURRENT,
  rnn: RECURRENT,
  dense: [...LAYER, ...WEIGHTS, 'activation', 'units', 'useBias'],
  rnnCell: [...CELL, ...LSTM_CELL],
  cell: CELL,
  lstmCell: [...CELL, ...LSTM_CELL],
  gruCell: [...CELL, ...GATED, 'resetAfter'],
  simpleRNNCell: [...CELL, 'activation', 'clip'],
  stream: [...OBJECT, 'batchSize', 'copyState', 'initialState', 'inputSize', 'outputSize', 'step', 'zeroState'],
  parameters: [...OBJECT, 'arena', 'get', 'names', 'size', 'within', 'zeroGradients'],
  parameter: [
    ...OBJECT,
    'assign',
    'at',
    'constraint',
    'gradient',
    'gradientAt',
    'name',
    'regularizer',
    'size',
    'value',
  ],
  arena: [...OBJECT, 'data', 'dtype', 'kernels'],
  adam: ADAM,
  sgd: [...OPTIMIZER, 'momentum', 'nesterov', 'weightDecay', 'dampening'],
  loss: LOSS,
  tensor: [
    ...[...OBJECT, 'T', 'copy', 'data', 'dimension', 'dtype', 'get', 'hi', 'index', 'lo', 'offset', 'order', 'pick'],
    ...['set', 'shape', 'size', 'step', 'storage', 'stride', 'toArray', 'toJSON', 'transpose'],
  ],
  random: [...OBJECT, 'fork', 'integer', 'normal', 'permutation', 'seed', 'state', 'stream', 'uniform'],
  study: [
    ...[...OBJECT, 'ask', 'best', 'direction', 'done', 'lag', 'pruner', 'record', 'report', 'sampler', 'seed', 'size'],
    ...['space', 'tell', 'toCsv', 'toJSON', 'trials'],
  ],
  // Inside a subclass, protected members are offered too.
  ownCell: [...CELL, 'attached', 'blockOf', 'own', 'recurrentGradientAt', 'rulesOf'],
  ownLSTM: [...RECURRENT, 'own'],
  ownModel: [...MODEL, 'own'],
  ownAdam: [...ADAM, 'coupledDecay', 'growth', 'own', 'slots', 'update'],
  ownLoss: [...LOSS, 'own'],
};

/** What an editor offers at each marker of the program, by the marker's name. */
function offered(folder: string): Record<string, string[]> {
  const file = `${folder}/edited.ts`;
  writeFileSync(file, PROGRAM);
  return JSON.parse(execFileSync(process.execPath, [SERVICE, file], { encoding: 'utf8' })) as Record<string, string[]>;
}

(built ? describe : describe.skip)(`what users see${skipped}`, () => {
  let consumer: Consumer;
  let completions: Record<string, string[]>;
  beforeAll(() => {
    consumer = new Consumer();
    completions = offered(consumer.folder);
  });
  afterAll(() => {
    consumer.remove();
  });

  it.each(Object.entries(SEEN))('after "%s." is what is theirs', (name, names) => {
    expect(completions[name]?.sort()).toEqual([...names].sort());
  });

  it('holds nothing that is marked as internal', () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((name) => readFileSync(`${DIST}/${name}`, 'utf8').includes('@internal'))).toEqual([]);
  });
});
