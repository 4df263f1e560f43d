// gradientFlow without Jacobians beside the training step it stands for, and with them.
import { Adam, Dense, GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SimpleRNN } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { flopOf, MIDDLE } from '../recurrent.mjs';

const KINDS = { LSTM, GRU, SimpleRNN };

/** A model, a batch for it, and its equal. */
function made(kind, { B, T, I, H }) {
  const build = () => {
    const model = new Sequential([new KINDS[kind]({ units: H }), new Dense({ units: 1 })]);
    const optimizer = new Adam();
    model.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
    optimizer.learningRate = 0;
    return model;
  };
  return {
    model: build(),
    twin: build(),
    x: randomNormal([B, T, I], { seed: 2 }),
    y: randomNormal([B, 1], { seed: 3 }),
  };
}

function casesOf(kind) {
  const shape = MIDDLE;
  const work = { amount: 3 * flopOf(kind, shape), unit: 'flop' };
  const group = `gradient flow, B ${shape.B} T ${shape.T} I ${shape.I} H ${shape.H}`;
  /** Norm and loss are those of a training step. */
  const error = ({ model, twin, x, y }) => {
    const [flow, step] = [gradientFlow(model, x, y), twin.trainStep(x, y)];
    return Math.abs(flow.gradientNorm - step.gradientNorm) + Math.abs(flow.loss - step.loss);
  };
  const of = (name, run) => ({
    group,
    name: `${kind} ${name}`,
    shape,
    work,
    prepare: () => {
      const all = made(kind, shape);
      return { run: () => run(all), error: () => error(all), tolerance: 0 };
    },
  });
  return [
    of('training step of a model', ({ model, x, y }) => model.trainStep(x, y)),
    of('gradientFlow', ({ model, x, y }) => gradientFlow(model, x, y)),
  ];
}

export function flowCases() {
  return Object.keys(KINDS).flatMap(casesOf);
}
