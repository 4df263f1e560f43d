import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  type AdamOptions,
  Dense,
  Parameters,
  randomNormal,
  SGD,
  type SGDOptions,
  StateError,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const { sqrt, max } = Math;
const STEPS = 100;

interface Rule {
  /** One step of one weight. */
  step(w: number, g: number, t: number): number;
}

type Numbered<O> = O & { readonly learningRate?: number };

/** The formulas for one weight, plainly. */
function sgd({
  learningRate: rate = 0.01,
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
}: Numbered<SGDOptions>): Rule {
  let v = 0;
  return {
    step(w, gradient) {
      const g = gradient + weightDecay * w;
      v = momentum * v + g;
      return w - rate * (nesterov ? g + momentum * v : v);
    },
  };
}

function adam(options: Numbered<AdamOptions>): Rule {
  const { learningRate: rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const { epsilonMode = 'outside', amsgrad = false, weightDecay = 0 } = options;
  let [m, v, vMax] = [0, 0, 0];
  return {
    step(w, g, t) {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      vMax = max(vMax, v);
      const [used, kept] = [amsgrad ? vMax : v, w - rate * weightDecay * w];
      const [c1, c2] = [1 - beta1 ** t, 1 - beta2 ** t];
      if (epsilonMode === 'hat') return kept - (rate * sqrt(c2) * m) / (c1 * (sqrt(used) + epsilon));
      return kept - (rate * (m / c1)) / (sqrt(used / c2) + epsilon);
    },
  };
}

const rate = fc.constantFrom(0, 1e-3, 0.1, 0.5);
const decay = fc.constantFrom(0, 0.01);
const sgdOptions: fc.Arbitrary<SGDOptions> = fc.oneof(
  fc.record({ learningRate: rate, momentum: fc.constantFrom(0.5, 0.9), nesterov: fc.boolean(), weightDecay: decay }),
  fc.record({ learningRate: rate, weightDecay: decay }),
);
const adamOptions: fc.Arbitrary<AdamOptions> = fc.record({
  learningRate: rate,
  beta1: fc.constantFrom(0, 0.5, 0.9),
  beta2: fc.constantFrom(0, 0.9, 0.999),
  epsilon: fc.constantFrom(1e-8, 1e-3),
  epsilonMode: fc.constantFrom('outside' as const, 'hat' as const),
  amsgrad: fc.boolean(),
  weightDecay: decay,
});

const KINDS = {
  SGD: { make: (options: object) => new SGD(options), model: sgd, options: sgdOptions as fc.Arbitrary<object> },
  Adam: { make: (options: object) => new Adam(options), model: adam, options: adamOptions as fc.Arbitrary<object> },
} as const;

/** Gradients of every step: of any sign and size, some of them zero. */
function gradientAt(t: number, j: number): number {
  return j === 3 ? 0 : Math.fround(Math.sin(t * 1.7 + j) * 10 ** (j - 2));
}

describe.each(Object.entries(KINDS))('%s', (name, { make, model, options }) => {
  ptest.prop([options, fc.constantFrom('float32' as const, 'float64' as const)])(
    'is the formula over 100 steps',
    (options, dtype) => {
      const start = randomNormal([5], { seed: 1 });
      const parameters = Parameters.of({ a: start.hi(2), b: start.lo(2) }, { dtype });
      const { at, gradientsAt } = parameters.runs[0]!;
      const optimizer = make(options);
      const rules = Array.from({ length: 5 }, () => model(options));
      const w = Float64Array.from(start.data);
      for (let t = 1; t <= STEPS; t++) {
        for (let j = 0; j < 5; j++) {
          parameters.arena.data[gradientsAt + j] = gradientAt(t, j);
          w[j] = rules[j]!.step(w[j]!, gradientAt(t, j), t);
        }
        optimizer.step(parameters);
      }
      const size = max(1, ...w.map(Math.abs));
      const got = parameters.arena.data.slice(at, at + 5);
      expect(largestDifference(got, w, size)).toBeLessThan(dtype === 'float64' ? 1e-12 : 2e-4);
      expect(optimizer.iterations).toBe(STEPS);
    },
  );

  it('a rate of 0 changes nothing', () => {
    const parameters = Parameters.of({ w: randomNormal([9], { seed: 1 }) });
    const { gradientsAt } = parameters.runs[0]!;
    const before = parameters.get('w').value.copy();
    const optimizer = make({ learningRate: 0, weightDecay: 0.1 });
    for (let t = 1; t <= 5; t++) {
      parameters.arena.data.fill(-3, gradientsAt, gradientsAt + 9);
      optimizer.step(parameters);
    }
    expectBits(parameters.get('w').value, before);
  });

  it('the rate can be set between steps', () => {
    const make1 = () => Parameters.of({ w: tensor([1]) });
    const [scheduled, constant] = [make1(), make1()];
    const [a, b] = [make({ learningRate: 0.5 }), make({ learningRate: 0.25 })];
    a.learningRate = 0.25;
    expect(a.learningRate).toBe(0.25);
    for (const [optimizer, parameters] of [[a, scheduled] as const, [b, constant] as const]) {
      parameters.get('w').gradient.set(0, 2);
      optimizer.step(parameters);
    }
    expectBits(scheduled.get('w').value, constant.get('w').value);
    expect(() => {
      a.learningRate = Number.NaN;
    }).toThrow(`${name}: "learningRate" must be a finite number of at least 0; received NaN`);
    expect(a.learningRate).toBe(0.25);
  });

  it('leaves the gradients as they are', () => {
    const parameters = Parameters.of({ w: tensor([1, 2]) });
    parameters.get('w').gradient.set(0, 0.3);
    const before = parameters.get('w').gradient.copy();
    make({}).step(parameters);
    expectBits(parameters.get('w').gradient, before);
  });

  it('belongs to the first parameters it steps', () => {
    const [first, second] = [Parameters.of({ w: tensor([1]) }), Parameters.of({ w: tensor([1]) })];
    const optimizer = make({});
    optimizer.step(first);
    expect(() => optimizer.step(second)).toThrow(StateError);
    expect(() => optimizer.step(second)).toThrow(/"parameters" must be those of the first step/);
    expect(optimizer.iterations).toBe(1);
    expectBits(second.get('w').value, tensor([1]));
  });

  it('keeps apart what it keeps for several optimizers over one memory', () => {
    const make2 = () => Parameters.of({ a: tensor([1]), b: tensor([1]) });
    const [together, apart] = [make2(), make2()];
    const [one, two] = [make({ learningRate: 0.1 }), make({ learningRate: 0.1 })];
    for (let t = 0; t < 3; t++) {
      for (const parameters of [together, apart]) for (const { gradient } of parameters) gradient.set(0, t + 1);
      one.step(together);
      two.step(apart);
    }
    expectBits(together.get('a').value, apart.get('b').value);
  });

  it('ends the pass: backward needs a new forward', () => {
    const dense = new Dense({ units: 1 });
    const optimizer = make({});
    for (let k = 0; k < 2; k++) {
      dense.forward(zeros([1, 2]));
      dense.backward(zeros([1, 1]));
      optimizer.step(dense.parameters);
      expect(() => dense.backward(zeros([1, 1]))).toThrow(StateError);
    }
  });
});

describe('Adam', () => {
  it('the first step is η in the direction of the gradient, whatever its size', () => {
    const parameters = Parameters.of({ w: zeros([4]) }, { dtype: 'float64' });
    [1e-3, -1, 1e6, -1e-4].forEach((g, j) => {
      parameters.get('w').gradient.set(j, g);
    });
    new Adam({ learningRate: 0.5 }).step(parameters);
    expect(largestDifference(parameters.get('w').value, tensor([-0.5, 0.5, -0.5, 0.5]))).toBeLessThan(1e-4);
  });

  it('epsilon-hat stands beside the uncorrected root', () => {
    const step = (epsilonMode: 'outside' | 'hat') => {
      const parameters = Parameters.of({ w: zeros([1]) }, { dtype: 'float64' });
      parameters.get('w').gradient.set(0, 1e-7);
      new Adam({ learningRate: 1, epsilonMode }).step(parameters);
      return -parameters.get('w').value.get(0);
    };
    expect(step('outside')).toBeCloseTo(0.909, 3);
    expect(step('hat')).toBeCloseTo(0.24, 2);
  });
});

describe('SGD', () => {
  it('refuses Nesterov without momentum', () => {
    expect(() => new SGD({ nesterov: true })).toThrow('SGD: "momentum" must be above 0 with nesterov; received 0');
  });
});
