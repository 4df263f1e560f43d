// Recurrent layers as Keras configs.

import type { Cell } from '../../cells/cell.ts';
import type { GRUCell } from '../../cells/gru-cell.ts';
import type { LSTMCell } from '../../cells/lstm-cell.ts';
import type { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import type { Bidirectional } from '../../layers/bidirectional.ts';
import type { Layer } from '../../layers/layer.ts';
import { RNN } from '../../layers/rnn.ts';
import type { WeightOptions } from '../../parameters/weight-options.ts';
import type { JsonObject } from './config.ts';
import { constraintConfig, regularizerConfig } from './rules.ts';
import { activationName, refuseToWrite, rulesConfig, type Spelling } from './spelling.ts';
import { layoutOf } from './weights.ts';

const CLASSES: Readonly<Record<string, string>> = { LSTMCell: 'LSTM', GRUCell: 'GRU', SimpleRNNCell: 'SimpleRNN' };

/** Name of a layer within another one: `lstm`. */
export function innerName(layer: Layer): string {
  return (CLASSES[((layer as RNN).cell as Cell | undefined)?.kind ?? ''] ?? layer.kind).toLowerCase();
}

/** Refuses what recurrent layers have here and not in Keras. */
function requireCommon(spelling: Spelling, label: string, layer: RNN): void {
  const { dropoutPer, dropout, recurrentDropout } = layer;
  if (dropoutPer === 'step' && dropout + recurrentDropout > 0) {
    refuseToWrite(spelling, label, "have dropoutPer 'sequence', as layers of Keras", dropoutPer);
  }
  if (!layer.trainInitialState) return;
  for (const { name, value } of layer.parameters) {
    if (!/(^|\.)initial[A-Z]/.test(name)) continue;
    const trained = value.copy().data.find((x) => x !== 0);
    if (trained === undefined) continue;
    refuseToWrite(spelling, label, `have zeros in ${name}, as Keras has no trained initial state`, trained);
  }
}

/** Refuses a GRU with activations or rules that do not mean the same on Keras' weights. */
function requireGRU(spelling: Spelling, label: string, cell: GRUCell): void {
  if (cell.resetAfter && spelling.reader === 'TensorFlow.js') {
    refuseToWrite(spelling, label, 'not have resetAfter, which TensorFlow.js does not have', true);
  }
  const { recurrentActivation, kernelConstraint, recurrentConstraint, biasConstraint, biasRegularizer } = cell;
  if (!['sigmoid', 'hardSigmoidFifth', 'hardSigmoidSixth'].includes(recurrentActivation)) {
    refuseToWrite(spelling, label, 'have a recurrentActivation with 1 − φ(a) = φ(−a)', recurrentActivation);
  }
  if ([kernelConstraint, recurrentConstraint, biasConstraint].some((rule) => rule?.name === 'nonNegative')) {
    const expected = 'have no nonNegative, as its update gate has weights of the other sign in Keras';
    refuseToWrite(spelling, label, expected, 'nonNegative()');
  }
  const rule = biasConstraint ?? biasRegularizer;
  if (cell.resetAfter && rule !== undefined) {
    refuseToWrite(spelling, label, 'have no rules for its biases, which are two in Keras', rule.name);
  }
}

/** A layer of one direction. */
export function recurrentConfig(spelling: Spelling, label: string, name: string, layer: RNN): JsonObject {
  const cell = layer.cell as Cell;
  layoutOf(spelling.where, `model.${label}`, cell);
  requireCommon(spelling, label, layer);
  const { units, useBias, activation, recurrentRegularizer, recurrentConstraint } = cell as Cell as SimpleRNNCell;
  const gates = cell.kind === 'SimpleRNNCell' ? undefined : (cell as Cell as LSTMCell | GRUCell);
  if (cell.kind === 'GRUCell') requireGRU(spelling, label, cell as Cell as GRUCell);
  return {
    class_name: CLASSES[cell.kind]!,
    config: {
      name,
      trainable: true,
      units,
      activation: activationName(spelling, label, activation),
      ...(gates && { recurrent_activation: activationName(spelling, label, gates.recurrentActivation) }),
      use_bias: useBias,
      ...(cell.kind === 'LSTMCell' && { unit_forget_bias: (cell as Cell as LSTMCell).unitForgetBias }),
      ...(cell.kind === 'GRUCell' && { reset_after: (cell as Cell as GRUCell).resetAfter }),
      ...rulesConfig(cell as Cell as WeightOptions),
      recurrent_regularizer: regularizerConfig(recurrentRegularizer),
      recurrent_constraint: constraintConfig(recurrentConstraint),
      dropout: layer.dropout,
      recurrent_dropout: layer.recurrentDropout,
      return_sequences: layer.returnSequences,
      go_backwards: layer.goBackwards,
      stateful: layer.stateful,
    },
  };
}

/** Two directions, whose options have to be equal: TensorFlow.js makes both from one config. */
export function bidirectionalConfig(
  spelling: Spelling,
  label: string,
  name: string,
  { layers, mergeMode }: Bidirectional,
): JsonObject {
  const [forward, backward] = layers.map((layer, k) => {
    const inner = `${label}.${k === 0 ? 'forward' : 'backward'}`;
    if (!(layer instanceof RNN)) return refuseToWrite(spelling, inner, 'be an LSTM, a GRU or a SimpleRNN', layer);
    return recurrentConfig(spelling, inner, innerName(layer), layer);
  }) as [JsonObject, JsonObject];
  if (JSON.stringify(forward) !== JSON.stringify(backward)) {
    refuseToWrite(spelling, label, 'have two layers with the same options, as in Keras one is a copy', layers);
  }
  const merge_mode = mergeMode === 'average' ? 'ave' : mergeMode;
  return { class_name: 'Bidirectional', config: { name, trainable: true, layer: forward, merge_mode } };
}
