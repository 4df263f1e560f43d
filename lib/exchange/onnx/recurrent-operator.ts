// The operator of ONNX for a recurrent layer: LSTM, GRU or RNN, with its attributes and its order of gates.

import type { ActivationName } from '../../cells/activations.ts';
import { GRUCell } from '../../cells/gru-cell.ts';
import { LSTMCell } from '../../cells/lstm-cell.ts';
import { SimpleRNNCell } from '../../cells/simple-rnn-cell.ts';
import type { RNN } from '../../layers/rnn.ts';
import type { GateLayout } from '../gates.ts';
import { zoneoutOf } from '../zoneout.ts';
import type { Exporter } from './exporter.ts';
import { LAYOUTS, SYMMETRIC } from './gate-layouts.ts';
import type { Attributes } from './graph-writer.ts';

/** What a node of a recurrent layer is made of, but for its weights. */
export interface RecurrentOperator {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly layout: GateLayout;
  /** f; f and g; or f, g and h, in the order of ONNX. */
  readonly activations: readonly ActivationName[];
  /** Those that both directions of a node share. */
  readonly attributes: Attributes;
}

function lstm(exporter: Exporter, path: string, cell: LSTMCell): RecurrentOperator {
  const { activation, recurrentActivation, outputActivation, coupledGate, projectionSize } = cell;
  if (projectionSize !== undefined) {
    exporter.refuse(path, 'have no projectionSize, which the operator LSTM lacks', projectionSize);
  }
  if (coupledGate === 'input') {
    exporter.refuse(path, "have no coupledGate, or 'forget', as the operator LSTM couples f = 1 − i", coupledGate);
  }
  const coupled = coupledGate === 'forget' ? { int: 1 } : undefined;
  const activations = [recurrentActivation, activation, outputActivation];
  return { op: 'LSTM', layout: LAYOUTS.LSTM, activations, attributes: { ...shared(cell), input_forget: coupled } };
}

function gru(exporter: Exporter, path: string, cell: GRUCell): RecurrentOperator {
  const { activation, recurrentActivation, resetAfter } = cell;
  if (!SYMMETRIC.includes(recurrentActivation)) {
    const expected =
      "have a recurrentActivation with 1 − φ(a) = φ(−a), as z of the operator GRU is our 1 − z: 'sigmoid'";
    exporter.refuse(path, `${expected}, 'hardSigmoidFifth' or 'hardSigmoidSixth'`, recurrentActivation);
  }
  const attributes = { ...shared(cell), linear_before_reset: resetAfter ? { int: 1 } : undefined };
  return { op: 'GRU', layout: LAYOUTS.GRU, activations: [recurrentActivation, activation], attributes };
}

function shared({ units, clip }: { readonly units: number; readonly clip: number | undefined }): Attributes {
  return { hidden_size: { int: units }, clip: clip === undefined ? undefined : { float: clip } };
}

/** The operator of a recurrent layer. */
export function recurrentOperator(exporter: Exporter, path: string, layer: RNN): RecurrentOperator {
  const { cell } = layer;
  const zoneout = zoneoutOf(layer);
  if (zoneout !== undefined) {
    exporter.refuse(path, 'have no zoneout, which also changes states in predictions', zoneout);
  }
  if (layer.stateful && !exporter.states) {
    exporter.refuse(path, 'not be stateful', true, 'Give states: true, and feed final states as the next initial ones');
  }
  if (cell.constructor === LSTMCell) return lstm(exporter, path, cell as LSTMCell);
  if (cell.constructor === GRUCell) return gru(exporter, path, cell as GRUCell);
  if (cell.constructor === SimpleRNNCell) {
    const { activation } = cell as SimpleRNNCell;
    return { op: 'RNN', layout: LAYOUTS.RNN, activations: [activation], attributes: shared(cell as SimpleRNNCell) };
  }
  return exporter.refuse(path, 'have an LSTMCell, a GRUCell or a SimpleRNNCell, as ONNX has no other cells', cell);
}

/** Names of activations in recurrent operators, with α and β of those that have them. */
const ACTIVATIONS: Readonly<Record<ActivationName, readonly [name: string, alpha?: number, beta?: number]>> = {
  linear: ['Affine', 1, 0],
  sigmoid: ['Sigmoid'],
  tanh: ['Tanh'],
  relu: ['Relu'],
  softsign: ['Softsign'],
  hardSigmoidFifth: ['HardSigmoid', 0.2, 0.5],
  hardSigmoidSixth: ['HardSigmoid', 1 / 6, 0.5],
};

/** The attributes for activations of all directions; none for the usual ones. Only those with α and β take from the lists. */
export function activationAttributes(operators: readonly RecurrentOperator[]): Attributes {
  const usual = { LSTM: 'sigmoid,tanh,tanh', GRU: 'sigmoid,tanh', RNN: 'tanh' };
  if (operators.every(({ op, activations }) => activations.join() === usual[op])) return {};
  const rows = operators.flatMap(({ activations }) => activations.map((activation) => ACTIVATIONS[activation]));
  const scaled = rows.filter(([, alpha]) => alpha !== undefined);
  return {
    activations: { texts: rows.map(([name]) => name) },
    activation_alpha: scaled.length === 0 ? undefined : { floats: scaled.map(([, alpha]) => alpha!) },
    activation_beta: scaled.length === 0 ? undefined : { floats: scaled.map(([, , beta]) => beta!) },
  };
}
