import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Adam, gradientNorm, Parameters, SGD, tensor } from '../../lib/index.ts';
import { Optimizer } from '../../lib/optimizers/optimizer.ts';
import type { UpdateStep } from '../../lib/optimizers/optimizer-options.ts';
import type { ParameterRun } from '../../lib/parameters/parameter-run.ts';
import type { DType } from '../../lib/tensor/storage.ts';
import { expectBits } from '../support/bits.ts';

const { isFinite: isFiniteNumber } = Number;
const N = 5;
const LARGEST: Readonly<Record<DType, number>> = { float32: 2 ** 127, float64: 2 ** 1023 };

/** Numbers of one scale, which is any: often the largest. */
const vector = (dtype: DType) =>
  fc
    .tuple(
      fc.oneof(fc.constant(1), fc.double({ min: -1, max: 1, noNaN: true })),
      fc.array(fc.constantFrom(0, 0.1, -0.6, 1.9, -1.9), { minLength: N, maxLength: N }),
    )
    .map(([power, list]) => list.map((v) => v * LARGEST[dtype] ** power));
const rate = (dtype: DType) =>
  fc.oneof(
    fc.constantFrom(0.001, 0.1, 1),
    fc.double({ min: -1, max: 1, noNaN: true }).map((p) => LARGEST[dtype] ** p),
  );
const decay = fc.constantFrom(0, 0, 0.01, 1, 3);

const makers = (dtype: DType): Readonly<Record<string, fc.Arbitrary<() => Optimizer>>> => ({
  SGD: fc
    .record({ learningRate: rate(dtype), weightDecay: decay, momentum: fc.constantFrom(0, 0.9, 0.99999) })
    .map((options) => () => new SGD(options)),
  Nesterov: fc
    .record({ learningRate: rate(dtype), weightDecay: decay, momentum: fc.constantFrom(0.5, 0.99) })
    .map((options) => () => new SGD({ ...options, nesterov: true })),
  Adam: fc
    .record({
      learningRate: rate(dtype),
      weightDecay: decay,
      beta1: fc.constantFrom(0, 0.9, 0.99999),
      beta2: fc.constantFrom(0, 0.999, 0.999999),
      epsilon: fc.constantFrom(1e-8, 2 ** -126),
      epsilonMode: fc.constantFrom('outside', 'hat'),
      amsgrad: fc.boolean(),
    })
    .map((options) => () => new Adam(options)),
});

const make = (w: number[], dtype: DType) => Parameters.of({ w: tensor(w, { dtype }) }, { dtype });
/** Parameters, gradients and at most three slots of state, none longer than eight elements. */
const all = (parameters: Parameters) => parameters.arena.data.slice(0, 5 * 8);

describe.each(['float32', 'float64'] as const)('an update of known gradients in %s', (dtype) => {
  it.each(Object.entries(makers(dtype)))('is refused exactly when it would write NaN or ∞: %s', (_, optimizers) => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(
        optimizers,
        vector(dtype),
        fc.array(vector(dtype), { minLength: 1, maxLength: 4 }),
        (made, w, list) => {
          const [parameters, twin] = [make(w, dtype), make(w, dtype)];
          const [careful, plain] = [made(), made()];
          for (const g of list) {
            for (const each of [parameters, twin]) each.arena.data.set(g, each.get('w').gradientAt);
            const norm = gradientNorm(parameters);
            if (!(norm < Infinity)) return; // refused before any update
            const before = parameters.get('w').value.copy();
            plain.step(twin);
            const overflow = careful.stepWithin(parameters, norm);
            const wrong = all(twin).some((v) => !isFiniteNumber(v));
            expect(overflow !== undefined).toBe(wrong);
            seen[wrong ? 'refused' : 'taken']++;
            if (!wrong) expectBits(all(parameters), all(twin));
            else {
              expectBits(parameters.get('w').value, before);
              expect(careful.iterations).toBe(plain.iterations - 1);
              expect(all(parameters).every(isFiniteNumber)).toBe(true);
              return;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(seen.taken > 20 && seen.refused > 20).toBe(true);
  });
});

it.each([
  ['a mean of squares', () => new Adam(), 1, 1e20, 'v'],
  ['a step over a tiny ε', () => new Adam({ learningRate: 1e29, epsilon: 2 ** -126 }), 1, 1e-24, undefined],
  ['decay of a large weight', () => new SGD({ learningRate: 3, weightDecay: 1 }), 3e38, 0, undefined],
  ['a large step', () => new SGD({ learningRate: 1e30 }), 1, 1e10, undefined],
  ['a velocity', () => new SGD({ momentum: 0.9, weightDecay: 1 }), 3e38, 3e38, 'v'],
] as const)('%s that overflows float32 is refused in its slot', (_, makeOptimizer, w, g, slot) => {
  const parameters = make([0, w], 'float32');
  parameters.get('w').gradient.set(1, g);
  expect(makeOptimizer().stepWithin(parameters, g)).toMatchObject({ slot, parameter: 'w', index: [1] });
  expectBits(parameters.get('w').value, make([0, w], 'float32').get('w').value);
});

/** Adds up what cannot be told to stay finite. */
class Unbounded extends Optimizer {
  readonly kind = 'Unbounded';
  protected readonly slots = ['sum'];

  constructor() {
    super('Unbounded', 1);
  }

  protected update({ arena, gradientsAt, size }: ParameterRun, [sum]: readonly number[]): void {
    for (let j = 0; j < size; j++) arena.data[sum! + j]! += arena.data[gradientsAt + j]! * 1e38;
  }
}

it('names the slot, the parameter and the entry, and gives back what an optimizer of your own wrote', () => {
  const parameters = Parameters.of({ a: tensor([1, 2]), b: tensor([[1, 2, 3]]) });
  const optimizer = new Unbounded();
  parameters.get('b').gradient.set(0, 1, -1);
  for (let k = 0; k < 3; k++) expect(optimizer.stepWithin(parameters, 1)).toBeUndefined();
  const before = all(parameters);
  const found = { slot: 'sum', parameter: 'b', index: [0, 1], value: -Infinity };
  expect(optimizer.stepWithin(parameters, 1)).toEqual(found);
  expectBits(all(parameters), before);
});

it('gives back what an optimizer of your own wrote before it threw, and does not count the step', () => {
  class Failing extends Unbounded {
    left = 3;
    protected override update(run: ParameterRun, state: readonly number[]): void {
      for (let j = 0; j < run.size; j++) run.arena.data[run.at + j]! += 1;
      super.update(run, state);
      if (--this.left === 0) throw new Error('enough');
    }
  }
  const parameters = Parameters.of({ a: tensor([1, 2]) });
  const optimizer = new Failing();
  for (let k = 0; k < 2; k++) optimizer.stepWithin(parameters, 1);
  const before = all(parameters);
  expect(() => optimizer.stepWithin(parameters, 1)).toThrow('enough');
  expectBits(all(parameters), before);
  expect(optimizer.iterations).toBe(2);
});

/** SGD that keeps the bound it was told. */
class Told extends SGD {
  told = Number.NaN;

  protected override growth(largest: number, limit: number, step: UpdateStep): number {
    this.told = largest;
    return super.growth(largest, limit, step);
  }
}

describe('momentum with decay', () => {
  const options = { learningRate: 0.5, momentum: 0.9, weightDecay: 0.1 };

  it('is told a bound of g + λw at every step', () => {
    const signs = fc.array(fc.constantFrom(1, 1, 1, -1), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(signs, vector('float32'), (list, w) => {
        const parameters = make(w.map(Math.tanh), 'float32');
        const optimizer = new Told(options);
        for (const g of list) {
          parameters.get('w').gradient.set(0, g);
          const decayed = Math.abs(g + options.weightDecay * parameters.get('w').value.get(0));
          expect(optimizer.stepWithin(parameters, 1)).toBeUndefined();
          expect(optimizer.told).toBeGreaterThanOrEqual(decayed);
        }
      }),
    );
  });

  it('measures the parameters once, and anew when somebody else wrote them', () => {
    const parameters = make([1, 2], 'float32');
    const optimizer = new SGD(options);
    const passes = jest.spyOn(parameters.arena.kernels, 'sumOfSquares');
    const stepsTake = (count: number): void => {
      for (let k = 0; k < 5; k++) expect(optimizer.stepWithin(parameters, 1)).toBeUndefined();
      expect(passes).toHaveBeenCalledTimes(count);
    };
    stepsTake(2); // w and v
    stepsTake(2);
    parameters.get('w').assign(tensor([100, 0]));
    stepsTake(4);
  });
});
