// The time of an LSTM whose cell has options, relative to a plain LSTM.
import { flopOf, MIDDLE, sequenceWork } from '../recurrent.mjs';

const OPTIONS = {
  peepholes: { peepholes: true },
  'coupled forget gate': { coupledGate: 'forget' },
};

function prepare(options) {
  const [work, plain] = [sequenceWork('LSTM', MIDDLE, options), sequenceWork('LSTM', MIDDLE)];
  return { run: work.trainingStep, baseline: plain.trainingStep, error: work.error, tolerance: 2e-5 };
}

export function cellCases() {
  const { B, T, I, H } = MIDDLE;
  return Object.entries(OPTIONS).map(([name, options]) => ({
    group: `cells by plain LSTM, B ${B} T ${T} I ${I} H ${H}`,
    name: `${name} training step`,
    shape: MIDDLE,
    work: { amount: 3 * flopOf('LSTM', MIDDLE), unit: 'flop' },
    prepare: () => prepare(options),
  }));
}
