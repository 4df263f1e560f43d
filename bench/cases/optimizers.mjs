// Update rules over many parameters, verified against the rule in float64.
import { Adagrad, Adam, cosineDecay, Lion, NAdam, Parameters, RMSprop, randomNormal, SGD } from 'bptt';
import { relativeError } from '../statistics.mjs';

const SIZE = 100_000;

/** The first step from values w with gradients g. */
const RULES = [
  ['SGD', () => new SGD({ learningRate: 0.1 }), (w, g) => w - 0.1 * g],
  ['SGD momentum', () => new SGD({ learningRate: 0.1, momentum: 0.9 }), (w, g) => w - 0.1 * g],
  ['SGD Nesterov', () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }), (w, g) => w - 0.19 * g],
  ['Adam', () => new Adam({ learningRate: 0.1 }), (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-8)],
  [
    'Adam AMSGrad',
    () => new Adam({ learningRate: 0.1, amsgrad: true }),
    (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-8),
  ],
  [
    'Adam with a schedule',
    () => new Adam({ learningRate: cosineDecay(0.1, { steps: 1000 }) }),
    (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-8),
  ],
  [
    'Adam with a group',
    () => new Adam({ learningRate: 0.2, groups: [{ parameters: 'w', rateFactor: 0.5 }] }),
    (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-8),
  ],
  ['RMSprop', () => new RMSprop({ learningRate: 0.1, rho: 0 }), (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-8)],
  ['Adagrad', () => new Adagrad({ learningRate: 0.1 }), (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-10)],
  ['Lion', () => new Lion({ learningRate: 0.1 }), (w, g) => w - 0.1 * Math.sign(g)],
  [
    'NAdam',
    () => new NAdam({ learningRate: 0.1, beta1: 0, momentumDecay: 0 }),
    (w, g) => w - (0.1 * g) / (Math.abs(g) + 1e-8),
  ],
];

function prepare(make, rule) {
  const w = randomNormal([SIZE], { seed: 1 });
  const g = randomNormal([SIZE], { seed: 2 });
  const parametersOf = () => {
    const parameters = Parameters.of({ w });
    g.data.forEach((value, k) => {
      parameters.get('w').gradient.set(k, value);
    });
    return parameters;
  };
  const error = () => {
    const parameters = parametersOf();
    make().step(parameters);
    const expected = Float64Array.from(w.data, (value, k) => rule(value, g.data[k]));
    return relativeError(parameters.get('w').value.copy().data, expected);
  };
  const parameters = parametersOf();
  const optimizer = make();
  if (optimizer.schedule === undefined) optimizer.learningRate = 0; // keeps the values in every run
  return { run: () => optimizer.step(parameters), error, tolerance: 1e-6 };
}

export function optimizerCases() {
  return RULES.map(([name, make, rule]) => ({
    group: `optimizers, ${SIZE} parameters`,
    name: `${name} step`,
    shape: { n: SIZE },
    work: { amount: SIZE, unit: 'element' },
    prepare: () => prepare(make, rule),
  }));
}
