// The time of an LSTM whose cell has options, and of the other cells, relative to a plain LSTM.
import { flopOf, MIDDLE, sequenceWork } from '../recurrent.mjs';

/** The layer, and its options. */
const CELLS = {
  peepholes: ['LSTM', { peepholes: true }],
  'coupled forget gate': ['LSTM', { coupledGate: 'forget' }],
  'projection to half the units': ['LSTM', { projectionSize: MIDDLE.H / 2 }],
  'layer normalization of products': ['LayerNormLSTM', {}],
  'layer normalization of gates': ['LayerNormLSTM', { normalized: 'gatesAndState' }],
  'minimal gated unit': ['MGU', {}],
  'dropout and recurrent dropout': ['LSTM', { dropout: 0.2, recurrentDropout: 0.2 }],
  zoneout: ['LSTM', { zoneout: 0.1 }],
};

function prepare(name, options) {
  const [work, plain] = [sequenceWork(name, MIDDLE, options), sequenceWork('LSTM', MIDDLE)];
  // Normalization divides by deviations below 1, and so multiplies the rounding of what it divides.
  const tolerance = name === 'LayerNormLSTM' ? 1e-4 : 2e-5;
  // Random masks depend on the row, and the comparison picks the first row and the last.
  const { error } = sequenceWork(name, { ...MIDDLE, B: 2 }, options);
  return { run: work.trainingStep, baseline: plain.trainingStep, error, tolerance };
}

export function cellCases() {
  const { B, T, I, H } = MIDDLE;
  return Object.entries(CELLS).map(([name, [layer, options]]) => ({
    group: `cells by plain LSTM, B ${B} T ${T} I ${I} H ${H}`,
    name: `${name} training step`,
    shape: MIDDLE,
    work: { amount: 3 * flopOf(layer, MIDDLE, options), unit: 'flop' },
    prepare: () => prepare(layer, options),
  }));
}
