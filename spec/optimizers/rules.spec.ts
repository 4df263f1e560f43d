import { describe, expect, it } from '@jest/globals';
import { Adagrad, Adam, Lion, NAdam, type Optimizer, Parameters, RMSprop, randomNormal, SGD } from '../../lib/index.ts';

// Update rules written out, in float64, over many steps with random gradients.

const dtype = 'float64';
const STEPS = 12;
const SIZE = 7;
const { sqrt, sign, exp, log } = Math;

/** One element: its value, its state by name, its gradient, the number of the step. */
type Rule = (w: number, s: Record<string, number>, g: number, t: number) => number;

const get = (s: Record<string, number>, name: string, first = 0): number => s[name] ?? first;

/** RMSprop with ε and centering as given. */
const rmsprop =
  (centered: boolean, momentum: number, inside: boolean): Rule =>
  (w, s, gradient) => {
    const g = gradient + 0.3 * w;
    s.s = 0.9 * get(s, 's') + 0.1 * g * g;
    s.q = 0.9 * get(s, 'q') + 0.1 * g;
    const variance = centered ? s.s - s.q * s.q : s.s;
    const d = g / (inside ? sqrt(variance + 0.01) : sqrt(variance) + 0.01);
    s.v = momentum * get(s, 'v') + d;
    return w - 0.05 * s.v;
  };

const adam =
  (l2: number, amsgrad: boolean): Rule =>
  (w, s, gradient, t) => {
    const g = gradient + l2 * w;
    s.m = 0.9 * get(s, 'm') + 0.1 * g;
    s.v = 0.99 * get(s, 'v') + 0.01 * g * g;
    s.top = Math.max(get(s, 'top'), s.v);
    const root = sqrt((amsgrad ? s.top : s.v) / (1 - 0.99 ** t)) + 1e-8;
    return w - (0.05 * (s.m / (1 - 0.9 ** t))) / root;
  };

const nadam: Rule = (w, s, gradient, t) => {
  const g = gradient + 0.1 * w;
  const mu = (k: number) => 0.8 * (1 - 0.5 * exp(k * 0.02 * log(0.96)));
  s.p = get(s, 'p', 1) * mu(t);
  s.m = 0.8 * get(s, 'm') + 0.2 * g;
  s.v = 0.99 * get(s, 'v') + 0.01 * g * g;
  const d = sqrt(s.v / (1 - 0.99 ** t)) + 1e-8;
  const step = ((1 - mu(t)) / (1 - s.p)) * g + (mu(t + 1) / (1 - s.p * mu(t + 1))) * s.m;
  return w - 0.05 * 0.2 * w - (0.05 * step) / d;
};

const rms = { learningRate: 0.05, rho: 0.9, epsilon: 0.01, weightDecay: 0.3 };
const moments = { learningRate: 0.05, beta1: 0.9, beta2: 0.99 };
const RULES: readonly (readonly [string, () => Optimizer, Rule])[] = [
  ['RMSprop', () => new RMSprop(rms), rmsprop(false, 0, false)],
  [
    'RMSprop, centered, momentum',
    () => new RMSprop({ ...rms, centered: true, momentum: 0.7 }),
    rmsprop(true, 0.7, false),
  ],
  ['RMSprop, ε inside', () => new RMSprop({ ...rms, epsilonMode: 'inside' }), rmsprop(false, 0, true)],
  [
    'Adagrad',
    () => new Adagrad({ learningRate: 0.05, initialAccumulator: 0.2, epsilon: 0.01, weightDecay: 0.3 }),
    (w, s, gradient) => {
      const g = gradient + 0.3 * w;
      s.s = get(s, 's', 0.2) + g * g;
      return w - (0.05 * g) / (sqrt(s.s) + 0.01);
    },
  ],
  [
    'Lion',
    () => new Lion({ learningRate: 0.05, beta1: 0.8, beta2: 0.95, weightDecay: 0.2 }),
    (w, s, g) => {
      const m = get(s, 'm');
      s.m = 0.95 * m + 0.05 * g;
      return w - 0.05 * (sign(0.8 * m + 0.2 * g) + 0.2 * w);
    },
  ],
  ['NAdam', () => new NAdam({ ...moments, beta1: 0.8, momentumDecay: 0.02, weightDecay: 0.2, l2: 0.1 }), nadam],
  ['Adam, L2', () => new Adam({ ...moments, l2: 0.4 }), adam(0.4, false)],
  ['AMSGrad, L2', () => new Adam({ ...moments, l2: 0.4, amsgrad: true }), adam(0.4, true)],
  [
    'SGD, dampening',
    () => new SGD({ learningRate: 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 0.1 }),
    (w, s, gradient, t) => {
      const g = gradient + 0.1 * w;
      s.v = t === 1 ? g : 0.9 * s.v! + 0.7 * g;
      return w - 0.05 * s.v;
    },
  ],
];

describe.each(RULES)('%s', (_name, make, rule) => {
  it('computes its update rule, and leaves gradients as they are', () => {
    const parameters = Parameters.of({ w: randomNormal([SIZE], { seed: 1 }) }, { dtype });
    const { value, gradient } = parameters.get('w');
    const optimizer = make();
    const expected = [...value.copy().data];
    const states = expected.map((): Record<string, number> => ({}));
    for (let t = 1; t <= STEPS; t++) {
      const g = randomNormal([SIZE], { seed: 10 + t, dtype });
      for (let k = 0; k < SIZE; k++) gradient.set(k, g.get(k));
      optimizer.step(parameters);
      expect([...gradient.copy().data]).toEqual([...g.data]);
      for (let k = 0; k < SIZE; k++) {
        expected[k] = rule(expected[k]!, states[k]!, g.get(k), t);
        expect(Math.abs(value.get(k) - expected[k]!)).toBeLessThan(1e-12);
      }
    }
  });

  it('takes the same steps on trial, and after its state has been moved out', () => {
    const run = (change: (optimizer: Optimizer) => void) => {
      const parameters = Parameters.of({ w: randomNormal([SIZE], { seed: 1 }) });
      const optimizer = make();
      for (let t = 0; t < 5; t++) {
        for (let k = 0; k < SIZE; k++) parameters.get('w').gradient.set(k, randomNormal([SIZE], { seed: t }).get(k));
        optimizer.stepWithin(parameters, 10);
        change(optimizer);
      }
      return parameters.get('w').value.toArray();
    };
    const plain = run(() => {});
    expect(run((optimizer) => optimizer.moveOut('test'))).toEqual(plain);
    expect(
      run((optimizer) => Object.defineProperty(optimizer, 'growth', { value: () => Infinity, configurable: true })),
    ).toEqual(plain);
  });
});
