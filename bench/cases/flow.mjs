// The time of gradientFlow without Jacobians, relative to a training step of the same model.
import { Adam, Dense, GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SimpleRNN } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { flopOf, MIDDLE, SMALL } from '../recurrent.mjs';

const KINDS = { LSTM, GRU, SimpleRNN };

function prepare(kind, { B, T, I, H }) {
  const [x, y] = [randomNormal([B, T, I], { seed: 2 }), randomNormal([B, 1], { seed: 3 })];
  const model = new Sequential([new KINDS[kind]({ units: H }), new Dense({ units: 1 })]);
  const optimizer = new Adam();
  model.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  optimizer.learningRate = 0;
  const [run, baseline] = [() => gradientFlow(model, x, y), () => model.trainStep(x, y)];
  /** Compares norm and loss with those of a training step. */
  const error = () => {
    const [flow, step] = [run(), baseline()];
    return Math.abs(flow.gradientNorm - step.gradientNorm) + Math.abs(flow.loss - step.loss);
  };
  return { run, baseline, error, tolerance: 0 };
}

export function flowCases() {
  return [SMALL, MIDDLE].flatMap((shape) =>
    Object.keys(KINDS).map((kind) => ({
      group: `gradientFlow by a training step, B ${shape.B} T ${shape.T} I ${shape.I} H ${shape.H}`,
      name: `${kind} gradientFlow`,
      shape,
      work: { amount: 3 * flopOf(kind, shape), unit: 'flop' },
      prepare: () => prepare(kind, shape),
    })),
  );
}
