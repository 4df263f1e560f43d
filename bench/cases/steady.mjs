// Steady calls of a small net at batch size 1: results in an array that is used again, and single steps of a cell. They are
// verified against the reference kernels.
import { LSTM, LSTMCell, randomNormal, Sequential, SimpleRNN } from 'bptt';
import { relativeError } from '../statistics.mjs';

const [B, T, I, H] = [1, 100, 16, 32];
const x = randomNormal([B, T, I], { seed: 1 });
const first = randomNormal([B, I], { seed: 2 });

const makers = {
  'SimpleRNN forward': (options) => new SimpleRNN({ units: H, inputSize: I, returnSequences: true, ...options }),
  'LSTM predict': (options) => {
    return new Sequential([new LSTM({ units: H, returnSequences: true })], { inputSize: I, ...options });
  },
};

/** Calls with `out`; the baseline makes a new tensor at each call. */
function prepareOut(make) {
  const [model, reference] = [make({}), make({ backend: 'reference' })];
  const method = model instanceof Sequential ? 'predict' : 'forward';
  const out = model[method](x);
  const run = () => model[method](x, { out });
  return {
    run,
    baseline: () => model[method](x),
    error: () => relativeError(run().data, reference[method](x).data),
    tolerance: 0,
  };
}

/** Single steps of a cell; the baseline is the step of a stream. */
function prepareStep() {
  const [cell, reference] = [{}, { backend: 'reference' }].map((o) =>
    new LSTMCell({ units: H, inputSize: I, ...o }).build(),
  );
  const stream = new LSTM({ units: H, inputSize: I }).stream();
  const state = stream.zeroState();
  let carried = cell.zeroState(B);
  return {
    run: () => {
      carried = cell.step(first, carried)[1];
    },
    baseline: () => stream.step(first, state),
    error: () => relativeError(cell.step(first)[0].data, reference.step(first)[0].data),
    tolerance: 0,
  };
}

export function steadyCases() {
  const shape = { B, T, I, H };
  const group = `steady calls, B ${B} I ${I} H ${H}`;
  const amount = { 'SimpleRNN forward': 2 * T * H * (I + H), 'LSTM predict': 8 * T * H * (I + H) };
  return [
    ...Object.entries(makers).map(([name, make]) => ({
      group,
      name: `${name} of ${T} time steps with out by without`,
      shape,
      work: { amount: amount[name], unit: 'flop' },
      prepare: () => prepareOut(make),
    })),
    {
      group,
      name: 'LSTMCell step by a step of a stream',
      shape: { ...shape, T: 1 },
      work: { amount: 8 * H * (I + H), unit: 'flop' },
      prepare: prepareStep,
    },
  ];
}
