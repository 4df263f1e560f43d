import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { log, log1p } from '../../lib/kernels/log.ts';

type Scalar = (x: number) => number;

const { abs, imul, LN10, LN2, SQRT1_2, SQRT2, log: mathLog, log1p: mathLog1p } = Math;

const value = new Float64Array(1);
const words = new BigInt64Array(value.buffer);
const halves = new Uint32Array(value.buffer);

/** The float64 `steps` further away from zero. */
function neighbour(x: number, steps: number): number {
  value[0] = x;
  words[0]! += BigInt(steps);
  return value[0]!;
}

/** Distance between the float64 numbers around `x`. */
function ulp(x: number): number {
  const magnitude = abs(x);
  return magnitude < 2 ** -1022 ? 2 ** -1074 : neighbour(magnitude, 1) - magnitude;
}

/** Positive float64 of every exponent, and the neighbours of every switch-over. */
function stratified(): Float64Array {
  const inputs: number[] = [];
  let state = 1997;
  const random = (): number => {
    state = (imul(state, 1664525) + 1013904223) | 0;
    return state >>> 0;
  };
  for (let exponent = 0; exponent < 2047; exponent++) {
    const count = abs(exponent - 1023) < 60 ? 600 : 40;
    for (let i = 0; i < count; i++) {
      halves[0] = random();
      halves[1] = (exponent << 20) | (random() >>> 12);
      inputs.push(value[0]!);
    }
  }
  const points = [1, 2, 0.5, SQRT2, SQRT1_2, 2 * SQRT2, 2 ** -1022, 2 ** -53, 2 ** -52, 2 ** 53, 2 ** 1000];
  for (const point of points) for (let i = -200; i <= 200; i++) inputs.push(neighbour(point, i));
  return Float64Array.from(inputs);
}

const positive = stratified();
/** Numbers above -1 for log1p. */
const aboveMinusOne = Float64Array.from([...positive, ...positive.filter((x) => x < 1).map((x) => -x)]);

/** The input with the largest `measure`, if that exceeds `bound`; a NaN exceeds every bound. */
function violation(inputs: Float64Array, measure: Scalar, bound: number): string | undefined {
  let worst = -Infinity;
  let at = 0;
  for (let i = 0; i < inputs.length; i++) {
    const found = measure(inputs[i]!);
    if (!(found <= worst)) {
      worst = found;
      at = inputs[i]!;
      if (found !== found) break;
    }
  }
  return worst <= bound ? undefined : `${worst} at x = ${at}`;
}

/** FNV-1a over the bits of all results. */
function hash(inputs: Float64Array, f: Scalar): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < inputs.length; i++) {
    value[0] = f(inputs[i]!);
    sum = imul(imul(sum ^ halves[0]!, 0x01000193) ^ halves[1]!, 0x01000193);
  }
  return sum >>> 0;
}

describe('log', () => {
  // One ulp is the engine's own, whose last bit is its choice.
  it('is within 2 ulp of Math.log', () => {
    expect(violation(positive, (x) => abs(log(x) - mathLog(x)) / ulp(mathLog(x)), 2)).toBeUndefined();
  });

  it('never falls from one float64 to the next', () => {
    expect(violation(positive, (x) => (log(neighbour(x, 1)) >= log(x) ? 0 : 1), 0)).toBeUndefined();
  });

  it('gives these very bits on every engine', () => {
    expect(hash(positive, log)).toBe(3787268983);
  });

  it('knows the well-known values', () => {
    expect([log(1), log(2), log(0.5), log(4), log(10)]).toEqual([0, LN2, -LN2, 2 * LN2, LN10]);
    expect(log(Number.MAX_VALUE)).toBe(709.782712893384);
    expect(log(Number.MIN_VALUE)).toBe(-744.4400719213812);
    expect(log(2 ** -1022)).toBe(-708.3964185322641);
  });

  it('has the limits and refuses what has no logarithm', () => {
    expect([log(0), log(-0), log(Infinity)]).toEqual([-Infinity, -Infinity, Infinity]);
    expect([log(-Number.MIN_VALUE), log(-1), log(-Infinity), log(NaN)]).toEqual([NaN, NaN, NaN, NaN]);
  });

  ptest.prop([fc.double({ min: 2 ** -500, max: 2 ** 500, noNaN: true })])('turns products by two into sums', (x) => {
    expect(abs(log(2 * x) - (log(x) + LN2))).toBeLessThanOrEqual(2 * ulp(log(x)) + ulp(LN2));
  });
});

describe('log1p', () => {
  it('is within 2 ulp of Math.log1p', () => {
    const error: Scalar = (x) => abs(log1p(x) - mathLog1p(x)) / ulp(mathLog1p(x));
    expect(violation(aboveMinusOne, error, 2)).toBeUndefined();
  });

  it('gives these very bits on every engine', () => {
    expect(hash(aboveMinusOne, log1p)).toBe(56152596);
  });

  it('keeps tiny numbers and the sign of zero', () => {
    expect([log1p(0), log1p(-0)]).toEqual([0, -0]);
    expect([log1p(1e-300), log1p(-1e-300), log1p(Number.MIN_VALUE)]).toEqual([1e-300, -1e-300, Number.MIN_VALUE]);
    expect(log1p(1e-10)).toBe(9.999999999500001e-11);
  });

  it('has the limits and refuses what has no logarithm', () => {
    expect([log1p(-1), log1p(Infinity), log1p(Number.MAX_VALUE)]).toEqual([-Infinity, Infinity, 709.782712893384]);
    expect([log1p(-1.5), log1p(-Infinity), log1p(NaN)]).toEqual([NaN, NaN, NaN]);
  });

  ptest.prop([fc.double({ min: 0, max: 1e300, noNaN: true })])('agrees with log wherever 1 + x is exact', (x) => {
    const exact = 1 + x - 1;
    expect(abs(log1p(exact) - log(1 + exact))).toBeLessThanOrEqual(2 * ulp(log(1 + exact)));
  });
});
