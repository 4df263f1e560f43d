import { describe, expect, it } from '@jest/globals';
import {
  type Clipping,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipGradients,
  Dense,
  globalNorm,
  gradientNorm,
  LSTM,
  Parameters,
  randomNormal,
  Sequential,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

/** A model with gradients of a training step. */
function model(dtype: 'float32' | 'float64' = 'float32') {
  const net = new Sequential([new LSTM({ units: 5 }), new Dense({ units: 2 })], { dtype });
  net.forward(randomNormal([3, 4, 2], { seed: 1 }));
  net.backward(randomNormal([3, 2], { seed: 2, sd: 4 }));
  return net.parameters;
}

const copies = (parameters: Parameters) => [...parameters].map(({ gradient }) => gradient.copy());

describe.each(['float32', 'float64'] as const)('clipGradients of a model in %s', (dtype) => {
  const tolerance = dtype === 'float32' ? 1e-7 : 1e-15;

  it.each<[Clipping, (list: ReturnType<typeof copies>) => readonly ReturnType<typeof zeros>[]]>([
    [{ value: 0.1 }, (list) => list.map((g) => clipByValue(g, -0.1, 0.1))],
    [{ norm: 0.5 }, (list) => list.map((g) => clipByNorm(g, 0.5))],
    [{ globalNorm: 0.5 }, (list) => clipByGlobalNorm(list, 0.5)[0]],
  ])('%j clips as the function of that name', (clipping, expected) => {
    const parameters = model(dtype);
    const wanted = expected(copies(parameters));
    const values = parameters.arena.data.slice(parameters.at, parameters.at + parameters.size);
    const before = globalNorm(copies(parameters));
    expect(clipGradients(parameters, clipping) / before).toBeCloseTo(1, 12);
    [...parameters].forEach(({ gradient }, k) => {
      expect(largestDifference(gradient, wanted[k]!)).toBeLessThan(tolerance);
    });
    expectBits(parameters.arena.data.slice(parameters.at, parameters.at + parameters.size), values);
  });

  it('leaves the bits below the threshold', () => {
    for (const clipping of [{ value: 1e6 }, { norm: 1e6 }, { globalNorm: 1e6 }]) {
      const parameters = model(dtype);
      const before = parameters.arena.data.slice();
      clipGradients(parameters, clipping);
      expectBits(parameters.arena.data, before);
    }
  });

  it('clipping twice is clipping once', () => {
    for (const clipping of [{ value: 0.1 }, { norm: 0.1 }, { globalNorm: 0.1 }]) {
      const parameters = model(dtype);
      clipGradients(parameters, clipping);
      const once = parameters.arena.data.slice();
      clipGradients(parameters, clipping);
      expectBits(parameters.arena.data, once);
    }
  });
});

describe('gradientNorm', () => {
  it('is the global norm, without a copy', () => {
    const parameters = model('float64');
    expect(gradientNorm(parameters) / globalNorm(copies(parameters))).toBeCloseTo(1, 14);
    parameters.zeroGradients();
    expect(gradientNorm(parameters)).toBe(0);
  });

  it.each([1e200, 1e-200])('is right for float64 gradients of %d', (unit) => {
    const parameters = Parameters.of({ a: zeros([1]), b: zeros([1]) }, { dtype: 'float64' });
    parameters.get('a').gradient.set(0, 3 * unit);
    parameters.get('b').gradient.set(0, 4 * unit);
    expect(gradientNorm(parameters) / (5 * unit)).toBeCloseTo(1, 14);
    clipGradients(parameters, { globalNorm: unit });
    expect(parameters.get('a').gradient.get(0) / (0.6 * unit)).toBeCloseTo(1, 14);
  });

  it('is right for float32 gradients near the largest number', () => {
    const parameters = Parameters.of({ w: tensor([0, 0]) });
    for (const j of [0, 1]) parameters.get('w').gradient.set(j, 3e38);
    expect(gradientNorm(parameters) / (3e38 * Math.SQRT2)).toBeCloseTo(1, 6);
    clipGradients(parameters, { globalNorm: 1 });
    expect(parameters.get('w').gradient.get(0)).toBeCloseTo(Math.SQRT1_2, 6);
  });
});

describe('gradients that are not finite', () => {
  const dirty = (bad: number) => {
    const parameters = Parameters.of({ a: tensor([0, 0]), b: tensor([0]) });
    parameters.get('a').gradient.set(1, bad);
    parameters.get('b').gradient.set(0, 5);
    return parameters;
  };
  const all = (parameters: Parameters) => [...parameters].flatMap(({ gradient }) => gradient.toArray());

  it('by value: infinities go, NaN stays', () => {
    const [infinite, nan] = [dirty(-Infinity), dirty(Number.NaN)];
    expect(clipGradients(infinite, { value: 1 })).toBe(Infinity);
    expect(all(infinite)).toEqual([0, -1, 1]);
    clipGradients(nan, { value: 1 });
    expect(all(nan)).toEqual([0, Number.NaN, 1]);
  });

  it('by norm: the parameter’s own', () => {
    const [infinite, nan] = [dirty(Infinity), dirty(Number.NaN)];
    clipGradients(infinite, { norm: 1 });
    clipGradients(nan, { norm: 1 });
    expect(all(infinite)).toEqual([0, Number.NaN, 1]);
    expect(all(nan)).toEqual([Number.NaN, Number.NaN, 1]);
  });

  it('by global norm: NaN everywhere, as in TensorFlow', () => {
    for (const bad of [Infinity, Number.NaN]) {
      const parameters = dirty(bad);
      expect(clipGradients(parameters, { globalNorm: 1 })).toBe(bad);
      expect(all(parameters)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    }
  });
});
