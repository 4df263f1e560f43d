import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  type Clipping,
  clipByGlobalNorm,
  clipByNorm,
  clipByNormBackward,
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
    const { at, size } = parameters.runs[0]!;
    const values = parameters.arena.data.slice(at, at + size);
    const before = globalNorm(copies(parameters));
    expect(clipGradients(parameters, clipping) / before).toBeCloseTo(1, 12);
    [...parameters].forEach(({ gradient }, k) => {
      expect(largestDifference(gradient, wanted[k]!)).toBeLessThan(tolerance);
    });
    expectBits(parameters.arena.data.slice(at, at + size), values);
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
  it('returns the global norm without a copy', () => {
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

describe('gradients and thresholds anywhere in the range of float32', () => {
  const single = fc.float({ noNaN: true, noDefaultInfinity: true });
  const scaled = fc
    .tuple(single, fc.array(single, { minLength: 1, maxLength: 6 }))
    .map(([size, list]) => list.map((v) => Math.fround(Math.abs(v) > 1 ? (v / 3.5e38) * size : v * size)));
  const thresholds = fc.oneof(
    single.map(Math.abs),
    fc.double({ min: -60, max: 38, noNaN: true }).map((power) => 10 ** power),
  );

  ptest.prop([fc.oneof(scaled, fc.array(single, { minLength: 1, maxLength: 6 })), thresholds], { numRuns: 1000 })(
    'are clipped within 1.2e-7 of each entry, or the smallest number',
    (g, c) => {
      fc.pre(c > 0);
      const largest = Math.max(...g.map(Math.abs));
      const norm = largest && largest * Math.hypot(...g.map((v) => v / largest));
      const exact = norm <= c ? g : g.map((v) => (v / norm) * c);
      for (const kind of ['norm', 'globalNorm']) {
        const parameters = Parameters.of({ w: tensor(g) });
        parameters.arena.data.set(g, parameters.get('w').gradientAt);
        clipGradients(parameters, { [kind]: c } as unknown as Clipping);
        const got = parameters.get('w').gradient.copy().data;
        const slack = norm <= c * 1.000001 ? 2e-6 : 1.2e-7;
        exact.forEach((value, k) => {
          expect(Math.abs(got[k]! - value)).toBeLessThanOrEqual(slack * Math.abs(value) + 2 ** -149);
        });
      }
    },
  );

  it.each([
    [3e38, 1e-7],
    [3e38, 1e-5],
    [1e38, 1e-3],
    [3e38, 1e-30],
    [3e38, 1e-44],
    [3e38, 1e-60],
    [1e-44, 5e-45],
  ])('one entry of %d becomes the threshold %d', (g, c) => {
    for (const clipping of [{ norm: c }, { globalNorm: c }]) {
      const parameters = Parameters.of({ w: tensor([0]) });
      parameters.get('w').gradient.set(0, g);
      clipGradients(parameters, clipping);
      const got = parameters.get('w').gradient.get(0);
      expect(Math.abs(got - c)).toBeLessThanOrEqual(1.2e-7 * c + 2 ** -149);
    }
    expectBits(clipByNorm(tensor([g]), c), tensor([c]));
    expectBits(clipByGlobalNorm([tensor([g])], c)[0][0], tensor([c]));
  });

  it('multiply by one rounded factor as long as that is a normal number', () => {
    for (const c of [0.5, 1e-3, 1e-30]) {
      const g = randomNormal([9], { seed: 1 });
      const parameters = Parameters.of({ w: g });
      parameters.arena.data.set(g.data, parameters.get('w').gradientAt);
      const norm = clipGradients(parameters, { globalNorm: c });
      expectBits(
        parameters.get('w').gradient,
        g.data.map((v) => v * Math.fround(c / norm)),
      );
    }
  });

  it('clips float64 gradients, too', () => {
    const parameters = Parameters.of({ w: tensor([0]) }, { dtype: 'float64' });
    parameters.get('w').gradient.set(0, 1e308);
    clipGradients(parameters, { globalNorm: 1e-10 });
    expect(parameters.get('w').gradient.get(0) / 1e-10).toBeCloseTo(1, 14);
    const wide = tensor([1e308], { dtype: 'float64' });
    expect((clipByNorm(wide, 1e-10).get(0) as number) / 1e-10).toBeCloseTo(1, 14);
    const backward = clipByNormBackward(
      tensor([1, 1], { dtype: 'float64' }),
      tensor([1e308, 0], { dtype: 'float64' }),
      1e-10,
    );
    expect(backward.get(1) / 1e-318).toBeCloseTo(1, 5);
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

  it('clips infinities by value, and keeps NaN', () => {
    const [infinite, nan] = [dirty(-Infinity), dirty(Number.NaN)];
    expect(clipGradients(infinite, { value: 1 })).toBe(Infinity);
    expect(all(infinite)).toEqual([0, -1, 1]);
    clipGradients(nan, { value: 1 });
    expect(all(nan)).toEqual([0, Number.NaN, 1]);
  });

  it('clips by norm each parameter separately', () => {
    const [infinite, nan] = [dirty(Infinity), dirty(Number.NaN)];
    clipGradients(infinite, { norm: 1 });
    clipGradients(nan, { norm: 1 });
    expect(all(infinite)).toEqual([0, Number.NaN, 1]);
    expect(all(nan)).toEqual([Number.NaN, Number.NaN, 1]);
  });

  it('gives NaN everywhere by global norm, as in TensorFlow', () => {
    for (const bad of [Infinity, Number.NaN]) {
      const parameters = dirty(bad);
      expect(clipGradients(parameters, { globalNorm: 1 })).toBe(bad);
      expect(all(parameters)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    }
  });
});
