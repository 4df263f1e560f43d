import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  type Clipping,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipGradients,
  Dense,
  GRU,
  globalNorm,
  gradientNorm,
  LSTM,
  MeanSquaredError,
  Parameters,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
} from '../../lib/index.ts';
import type { Optimizer } from '../../lib/optimizers/optimizer.ts';
import { Random } from '../../lib/random/random.ts';
import type { DType } from '../../lib/tensor/storage.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const LAYERS = {
  lstm: () => new LSTM({ units: 3, returnSequences: true }),
  gru: () => new GRU({ units: 2, returnSequences: true }),
  dense: () => new Dense({ units: 3 }),
};
type Kind = keyof typeof LAYERS;
const kinds = Object.keys(LAYERS) as Kind[];

/** Some model, and the beginning of some names in it: some, one or none of its layers, side by side or not. */
const cases = fc.record({
  layers: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
  prefix: fc.constantFrom(...kinds, ...kinds.flatMap((kind) => [`${kind}1.`, `${kind}2.k`]), '', 'd', 'nothing'),
  dtype: fc.constantFrom<DType>('float32', 'float64'),
  seed: fc.nat(999),
});

/** The parameters of a model, with gradients of random size. */
function make(layers: readonly Kind[], dtype: DType, seed: number): Parameters {
  const { parameters } = new Sequential(
    layers.map((kind) => LAYERS[kind]()),
    { dtype, seed },
  ).build(2);
  gradients(parameters, seed);
  return parameters;
}

function gradients(parameters: Parameters, seed: number): void {
  const random = new Random(seed);
  for (const { gradientAt, size } of parameters) {
    const sd = 10 ** random.uniform(-2, 2);
    for (let j = 0; j < size; j++) parameters.arena.data[gradientAt + j] = random.normal(0, sd);
  }
}

/** All that a model keeps, but for what lies in the subset. */
function outside(parameters: Parameters, prefix: string): Tensor[] {
  const others = [...parameters].filter(({ name }) => !name.startsWith(prefix));
  return others.flatMap(({ value, gradient }) => [value.copy(), gradient.copy()]);
}

const inside = (parameters: Parameters, prefix: string) =>
  [...parameters].filter(({ name }) => name.startsWith(prefix));

function expectSame(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  for (const [k, each] of actual.entries()) expectBits(each, expected[k]!);
}

describe('a subset of parameters by the beginning of their names', () => {
  ptest.prop([cases])(
    'holds these and nothing else, in as few runs as they lie in',
    ({ layers, prefix, dtype, seed }) => {
      const all = make(layers, dtype, seed);
      const subset = all.within(prefix);
      const expected = inside(all, prefix);
      expect(subset.names).toEqual(expected.map(({ name }) => name.slice(prefix.length)));
      expect([...subset].map(({ at, gradientAt }) => [at, gradientAt])).toEqual(
        expected.map(({ at, gradientAt }) => [at, gradientAt]),
      );
      expect(subset.size).toBe(expected.reduce((sum, { size }) => sum + size, 0));
      const places = subset.runs.flatMap(({ at, size }) => Array.from({ length: size }, (_, j) => at + j));
      expect(places).toEqual(expected.flatMap(({ at, size }) => Array.from({ length: size }, (_, j) => at + j)));
      subset.runs.forEach(({ at, start }, k) => {
        expect(start).toBe(subset.runs.slice(0, k).reduce((sum, run) => sum + run.size, 0));
        if (k > 0) expect(at).not.toBe(subset.runs[k - 1]!.at + subset.runs[k - 1]!.size);
      });
      expect(all.runs.length).toBe(1);
    },
  );

  ptest.prop([cases, fc.constantFrom('value', 'norm', 'globalNorm'), fc.constantFrom(0.05, 1, 30, 1e5)])(
    'has the norm of its own gradients and clips only them',
    ({ layers, prefix, dtype, seed }, kind, threshold) => {
      const all = make(layers, dtype, seed);
      const own = inside(all, prefix).map(({ gradient }) => gradient.copy());
      const before = outside(all, prefix);
      const subset = all.within(prefix);
      const tolerance = dtype === 'float32' ? 2e-7 : 1e-14;
      const norm = globalNorm(own);
      expect(Math.abs(gradientNorm(subset) - norm)).toBeLessThanOrEqual(1e-14 * norm);
      const clipping = { [kind]: threshold } as unknown as Clipping;
      const wanted = gradientNorm(subset);
      expect(clipGradients(subset, clipping)).toBe(wanted);
      const expected: readonly Tensor[] =
        kind === 'value'
          ? own.map((g) => clipByValue(g, -threshold, threshold))
          : kind === 'norm'
            ? own.map((g) => clipByNorm(g, threshold))
            : clipByGlobalNorm(own, threshold)[0];
      inside(all, prefix).forEach(({ gradient }, k) => {
        expect(largestDifference(gradient, expected[k]!)).toBeLessThanOrEqual(tolerance * threshold);
      });
      expectSame(outside(all, prefix), before);
    },
  );

  ptest.prop([cases])('sets only its own gradients to zero', ({ layers, prefix, dtype, seed }) => {
    const all = make(layers, dtype, seed);
    const before = outside(all, prefix);
    all.within(prefix).zeroGradients();
    for (const { gradient } of inside(all, prefix)) expect(gradient.copy().data.every((g) => g === 0)).toBe(true);
    expectSame(outside(all, prefix), before);
  });

  const optimizers: Readonly<Record<string, () => Optimizer>> = {
    SGD: () => new SGD({ learningRate: 0.1, weightDecay: 0.01 }),
    momentum: () => new SGD({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }),
    Nesterov: () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    Adam: () => new Adam({ learningRate: 0.1, weightDecay: 0.01 }),
    AMSGrad: () => new Adam({ learningRate: 0.1, amsgrad: true }),
  };

  ptest.prop([cases, fc.constantFrom(...Object.keys(optimizers)), fc.boolean()])(
    'takes the steps of each parameter by itself, to the bit, and no other',
    ({ layers, prefix, dtype, seed }, name, within) => {
      const all = make(layers, dtype, seed);
      const alone = inside(all, prefix).map(({ value }) => Parameters.of({ w: value }, { dtype }));
      const optimizer = optimizers[name]!();
      const each = alone.map(() => optimizers[name]!());
      for (let t = 0; t < 4; t++) {
        gradients(all, seed + t);
        const before = outside(all, prefix);
        inside(all, prefix).forEach(({ gradient }, k) => {
          alone[k]!.arena.data.set(gradient.copy().data, alone[k]!.get('w').gradientAt);
          each[k]!.step(alone[k]!);
        });
        const subset = all.within(prefix); // another object each time
        if (within) expect(optimizer.stepWithin(subset, gradientNorm(subset))).toBeUndefined();
        else optimizer.step(subset);
        for (const [k, { value }] of inside(all, prefix).entries()) expectBits(value, alone[k]!.get('w').value);
        expectSame(outside(all, prefix), before);
      }
      expect(optimizer.iterations).toBe(4);
    },
  );
});

describe('an optimizer of a subset', () => {
  const layers: readonly Kind[] = ['lstm', 'dense', 'lstm'];

  it('refuses every other subset of the same memory, and stays as it was', () => {
    const [all, twin] = [make(layers, 'float32', 1), make(layers, 'float32', 1)];
    const [optimizer, other] = [new Adam(), new Adam()];
    optimizer.step(all.within('lstm'));
    other.step(twin.within('lstm'));
    for (const prefix of ['lstm1.', 'dense', '', 'nothing']) {
      expect(() => optimizer.step(all.within(prefix))).toThrow(
        'Adam.step: "parameters" must be those of the first step; received those of another model, layer or subset. Create an optimizer for each model or subset of parameters',
      );
    }
    expect(() => optimizer.step(twin.within('lstm'))).toThrow('"parameters" must be those of the first step');
    expect(optimizer.iterations).toBe(1);
    optimizer.step(all.within('lstm'));
    other.step(twin.within('lstm'));
    for (const { name, value } of all) expectBits(value, twin.get(name).value, name);
  });

  it('stands beside one of another subset', () => {
    const [all, alone] = [make(layers, 'float32', 1), make(layers, 'float32', 1)];
    const [recurrent, dense, first] = [new Adam(), new SGD({ momentum: 0.9, learningRate: 0.1 }), new Adam()];
    for (let t = 0; t < 3; t++) {
      recurrent.step(all.within('lstm'));
      dense.step(all.within('dense'));
      first.step(alone.within('lstm'));
    }
    for (const { name, value } of inside(all, 'lstm')) expectBits(value, alone.get(name).value, name);
    expect(all.get('dense1.kernel').value.get(0, 0)).not.toBe(alone.get('dense1.kernel').value.get(0, 0));
  });

  it('names the parameter that would overflow, behind a gap, and gives all of it back', () => {
    const all = make(layers, 'float32', 1);
    const subset = all.within('lstm');
    subset.zeroGradients();
    all.get('lstm2.bias').gradient.set(5, 3e38);
    const before = [...all].map(({ value }) => value.copy());
    const overflow = new SGD({ learningRate: 1e10 }).stepWithin(subset, 3e38);
    expect(overflow).toMatchObject({ slot: undefined, parameter: '2.bias', index: [5] });
    expect(new Adam().stepWithin(subset, 3e38)).toMatchObject({ slot: 'v', parameter: '2.bias', index: [5] });
    expectSame(
      [...all].map(({ value }) => value.copy()),
      before,
    );
  });
});

it('the update ratios of gradientFlow are those of each parameter', () => {
  const dtype = 'float64';
  const model = new Sequential([LAYERS.lstm(), LAYERS.dense(), LAYERS.lstm()], { dtype });
  model.compile({ optimizer: new SGD({ learningRate: 0.25 }), loss: new MeanSquaredError() });
  const [x, y] = [randomNormal([2, 4, 2], { seed: 1 }), randomNormal([2, 4, 3], { seed: 2 })];
  for (const { updateRatio, norm, gradientNorm: g } of gradientFlow(model, x, y).parameters) {
    if (norm > 0) expect(updateRatio! / ((0.25 * g) / norm)).toBeCloseTo(1, 9);
  }
});
