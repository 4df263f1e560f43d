// Recurrent layers of a Keras config.

import type { Cell } from '../../cells/cell.ts';
import { GRUCell } from '../../cells/gru-cell.ts';
import { LSTMCell } from '../../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import { describe } from '../../describe.ts';
import { Bidirectional } from '../../layers/bidirectional.ts';
import { GRU } from '../../layers/gru.ts';
import { LSTM } from '../../layers/lstm.ts';
import type { SequenceOptions } from '../../layers/recurrent-options.ts';
import { RNN } from '../../layers/rnn.ts';
import { SimpleRNN } from '../../layers/simple-rnn.ts';
import type { RecurrentWeightOptions } from '../../parameters/weight-options.ts';
import { entryOf, isObject, type Json, LayerConfig } from './config.ts';
import { constraintOf, regularizerOf, weightRules } from './rules.ts';

/** Options that all cells have here and in Keras. */
interface CommonOptions extends RecurrentWeightOptions {
  readonly units: number;
  readonly useBias: boolean;
}

/** Activations φ with 1 − φ(a) = φ(−a): with these the update gate can keep the old state or take the new candidate. */
const SYMMETRIC: readonly string[] = ['sigmoid', 'hardSigmoidFifth', 'hardSigmoidSixth'];

function commonOptions(config: LayerConfig): CommonOptions {
  const recurrentRegularizer = regularizerOf(config, 'recurrent_regularizer');
  const recurrentConstraint = constraintOf(config, 'recurrent_constraint');
  return {
    units: config.required('units', 'output_dim'),
    useBias: config.flag(true, 'use_bias'),
    ...weightRules(config),
    ...(recurrentRegularizer && { recurrentRegularizer }),
    ...(recurrentConstraint && { recurrentConstraint }),
  };
}

/** Options of a GRU. Its update gate has the other sign here, and a reset-after one adds up two biases. */
function gruOptions(config: LayerConfig) {
  const common = commonOptions(config);
  const { kernelConstraint, recurrentConstraint, biasConstraint, biasRegularizer } = common;
  const resetAfter = config.flag(config.dialect.resetAfter, 'reset_after');
  const recurrentActivation = gateActivation(config);
  if (!SYMMETRIC.includes(recurrentActivation)) {
    config.fail('have a recurrent_activation with 1 − φ(a) = φ(−a)', `"${recurrentActivation}"`);
  }
  if ([kernelConstraint, recurrentConstraint, biasConstraint].some((rule) => rule?.name === 'nonNegative')) {
    config.failTraining('have no NonNeg, as its update gate has weights of the other sign here', 'NonNeg');
  }
  if (resetAfter && (biasConstraint !== undefined || biasRegularizer !== undefined)) {
    config.failTraining('have neither regularizer nor constraint of its two biases', 'one of them');
  }
  return { ...common, resetAfter, recurrentActivation, activation: config.activation('tanh', 'activation') };
}

function lstmOptions(config: LayerConfig) {
  return {
    ...commonOptions(config),
    unitForgetBias: config.get('unit_forget_bias') !== false,
    activation: config.activation('tanh', 'activation'),
    recurrentActivation: gateActivation(config),
  };
}

function simpleOptions(config: LayerConfig) {
  return { ...commonOptions(config), activation: config.activation('tanh', 'activation') };
}

function gateActivation(config: LayerConfig) {
  return config.activation(config.dialect.recurrentActivation, 'recurrent_activation', 'inner_activation');
}

function noiseOptions(config: LayerConfig): SequenceOptions {
  return {
    dropout: config.number('dropout', 'dropout_W') ?? 0,
    recurrentDropout: config.number('recurrent_dropout', 'dropout_U') ?? 0,
  };
}

function sequenceOptions(config: LayerConfig): SequenceOptions {
  if (config.flag(false, 'zero_output_for_mask')) {
    const remedy = 'The option zeroOutputForMask of predict and forward does the same';
    config.fail('not have zero_output_for_mask, which is an option of calls here', 'true', remedy);
  }
  return {
    returnSequences: config.flag(false, 'return_sequences'),
    goBackwards: config.flag(false, 'go_backwards'),
    stateful: config.flag(false, 'stateful'),
  };
}

/** A recurrent layer without wrapper; undefined for another class. */
function plainLayer(config: LayerConfig): RNN | undefined {
  switch (config.className) {
    case 'LSTM':
    case 'CuDNNLSTM':
      return new LSTM({
        ...lstmOptions(config),
        ...noiseOptions(config),
        ...sequenceOptions(config),
      }) as unknown as RNN;
    case 'GRU':
    case 'CuDNNGRU':
      return new GRU({ ...gruOptions(config), ...noiseOptions(config), ...sequenceOptions(config) }) as unknown as RNN;
    case 'SimpleRNN':
      return new SimpleRNN({
        ...simpleOptions(config),
        ...noiseOptions(config),
        ...sequenceOptions(config),
      }) as unknown as RNN;
  }
  return undefined;
}

function cellOf(config: LayerConfig): Cell {
  switch (config.className) {
    case 'LSTMCell':
      return new LSTMCell(lstmOptions(config)) as unknown as Cell;
    case 'GRUCell':
      return new GRUCell(gruOptions(config)) as unknown as Cell;
    case 'SimpleRNNCell':
      return new SimpleRNNCell(simpleOptions(config)) as unknown as Cell;
  }
  return config.fail('have cells LSTMCell, GRUCell or SimpleRNNCell', config.className);
}

/** The config of a layer or a cell within another one. */
export function innerConfig(outer: LayerConfig, value: Json | undefined, what: string): LayerConfig {
  const [className, config] = isObject(value) ? [entryOf(value, 'class_name'), entryOf(value, 'config')] : [];
  if (typeof className !== 'string' || !isObject(config)) {
    return outer.fail(`have a ${what} { class_name, config }`, describe(value));
  }
  const name = entryOf(config, 'name');
  return new LayerConfig(outer.dialect, `${outer.name}/${typeof name === 'string' ? name : what}`, className, config);
}

/** A layer of cells: one layer here for each cell of a stack, of which only the first may read backwards. */
function cellLayers(config: LayerConfig): RNN[] {
  const cell = innerConfig(config, config.get('cell'), 'cell');
  config.get('cells');
  for (const key of CELL_KEYS) config.get(key); // TensorFlow.js repeats the options of the cell
  const stack = cell.className === 'StackedRNNCells' ? cell.get('cells') : undefined;
  const cells = Array.isArray(stack) ? stack.map((each: Json) => innerConfig(cell, each, 'cell')) : [cell];
  if (cells.length === 0) cell.fail('have at least one cell', 'none');
  const { returnSequences = false, goBackwards = false, stateful = false } = sequenceOptions(config);
  const layers = cells.map((each, k) => {
    const options = {
      ...noiseOptions(each),
      returnSequences: returnSequences || k < cells.length - 1,
      goBackwards: goBackwards && k === 0,
      stateful,
    };
    const layer = new RNN({ cell: cellOf(each), ...options });
    each.finish();
    return layer;
  });
  if (Array.isArray(stack)) cell.finish();
  return layers;
}

/** What TensorFlow.js writes into the config of an RNN as well as into that of its cell. */
const CELL_KEYS: readonly string[] = [
  'units',
  'activation',
  'recurrent_activation',
  'use_bias',
  'reset_after',
  'dropout',
  'recurrent_dropout',
  ...['kernel', 'recurrent', 'bias'].flatMap((of) => [`${of}_regularizer`, `${of}_constraint`]),
];

const MERGES: ReadonlyMap<Json | undefined, Bidirectional['mergeMode']> = new Map<
  Json | undefined,
  Bidirectional['mergeMode']
>([
  ['concat', 'concat'],
  ['sum', 'sum'],
  ['mul', 'mul'],
  ['ave', 'average'],
]);

/** One direction of a bidirectional layer, which reads forwards: the other one is turned round by the wrapper. */
function direction(inner: LayerConfig, backward: boolean): RNN {
  const made = recurrentLayers(inner) ?? inner.fail('be recurrent, in a Bidirectional', 'another layer');
  if (made.length > 1) inner.fail('have one cell, in a Bidirectional', `${made.length} cells`);
  inner.finish();
  if (made[0]!.goBackwards !== backward) {
    const expected = backward ? 'have go_backwards, as the backward layer' : 'not have go_backwards';
    inner.fail(expected, `go_backwards: ${!backward}`);
  }
  return made[0]!;
}

/** The backward layer without goBackwards, which Bidirectional adds. */
function turnedRound(outer: LayerConfig, value: Json, key: string): RNN {
  const inner = innerConfig(outer, value, key);
  direction(inner, true);
  const { config } = value as { readonly config: { readonly [key: string]: Json } };
  return direction(
    innerConfig(outer, { ...(value as object), config: { ...config, go_backwards: false } }, key),
    false,
  );
}

function bidirectional(config: LayerConfig): Bidirectional {
  const value = config.get('layer');
  const backward = config.get('backward_layer');
  const merge = config.get('merge_mode');
  const mergeMode =
    MERGES.get(merge) ?? config.fail("have merge_mode 'concat', 'sum', 'mul' or 'ave'", describe(merge));
  for (const key of ['return_sequences', 'stateful', 'go_backwards', 'input_spec']) config.get(key); // those of its layers
  const again = () => direction(innerConfig(config, value, 'layer'), false);
  const layers = [again(), backward === undefined ? again() : turnedRound(config, backward, 'backward_layer')] as const;
  return new Bidirectional({ layers, mergeMode });
}

/** The layers for a recurrent layer of Keras; undefined for another class. */
export function recurrentLayers(config: LayerConfig): RNN[] | undefined {
  if (config.className === 'RNN') return cellLayers(config);
  const layer = plainLayer(config);
  return layer === undefined ? undefined : [layer];
}

/** The layer for a Bidirectional of Keras; undefined for another class. */
export function bidirectionalLayer(config: LayerConfig): Bidirectional | undefined {
  return config.className === 'Bidirectional' ? bidirectional(config) : undefined;
}
