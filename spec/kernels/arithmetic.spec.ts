import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { SIGMOID, TANH } from '../../lib/kernels/activation-kinds.ts';
import { exp, exp64, sigmoid, sigmoid64, tanh, tanh64 } from '../../lib/kernels/arithmetic.ts';
import { expectBits } from '../support/bits.ts';
import { simdHeap } from '../support/heap.ts';
import { bits, floats, fromBits, neighbour, stratified } from './stratified.ts';

type Scalar = (x: number) => number;

// Under jest a look-up of a global in a loop, `Infinity` too, costs seventy times the call.
const { abs, fround, imul, exp: mathExp, tanh: mathTanh } = Math;
const { is } = Object;
const { MAX_VALUE, POSITIVE_INFINITY } = Number;
const SMALLEST = 2 ** -149;
const ULP_OF_1 = 2 ** -23;

/** Distance between the float32 numbers around `exact`. */
function ulp(exact: number): number {
  const rounded = abs(fround(exact));
  floats[0] = rounded > abs(exact) ? neighbour(rounded, -1) : rounded;
  const size = fromBits(bits[0]! & 0x7f800000) * ULP_OF_1;
  return size > SMALLEST ? size : SMALLEST;
}

const inputs = stratified();

/** The input with the largest `measure`, if that exceeds `bound`; a NaN exceeds every bound. */
function violation(measure: Scalar, bound: number): string | undefined {
  let worst = -POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!;
    const found = measure(x);
    if (!(found <= worst)) {
      worst = found;
      at = x;
      if (found !== found) break;
    }
  }
  return worst <= bound ? undefined : `${worst} at x = ${at}`;
}

/** How far `actual` is from `exact`, in ulp; Infinity unless it is a float32 and overflows where `exact` does. */
function ulpError(actual: number, exact: number): number {
  const rounded = fround(exact);
  const finite = abs(actual) <= MAX_VALUE && abs(rounded) <= MAX_VALUE;
  if (fround(actual) !== actual || (!finite && actual !== rounded)) return POSITIVE_INFINITY;
  if (!finite) return 0;
  return abs(actual - exact) / ulp(exact);
}

/** FNV-1a over the bits of all results. */
function hash(f: Scalar): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < inputs.length; i++) {
    floats[0] = f(inputs[i]!);
    sum = imul(sum ^ bits[0]!, 0x01000193);
  }
  return sum >>> 0;
}

function referenceSigmoid(x: number): number {
  return x < 0 ? mathExp(x) / (1 + mathExp(x)) : 1 / (1 + mathExp(-x));
}

const functions = [
  { name: 'exp', f: exp, reference: mathExp, ulps: 1, lowest: 0, highest: Infinity, expectedHash: 3168780136 },
  { name: 'tanh', f: tanh, reference: mathTanh, ulps: 2, lowest: -1, highest: 1, expectedHash: 576049687 },
  {
    name: 'sigmoid',
    f: sigmoid,
    reference: referenceSigmoid,
    ulps: 2.5,
    lowest: 0,
    highest: 1,
    expectedHash: 3512673359,
  },
];

describe('the inputs', () => {
  it('are about a million', () => {
    expect(inputs.length).toBeGreaterThan(1_000_000);
  });
});

describe.each(functions)('$name in float32', ({ f, reference, ulps, lowest, highest, expectedHash }) => {
  it(`is within ${ulps} ulp`, () => {
    expect(violation((x) => ulpError(f(x), reference(x)), ulps)).toBeUndefined();
  });

  it('never falls from one float32 to the next', () => {
    expect(violation((x) => (f(neighbour(x, 1)) >= f(x) ? 0 : 1), 0)).toBeUndefined();
  });

  it(`stays within ${lowest} and ${highest}`, () => {
    expect(violation((x) => (f(x) >= lowest && f(x) <= highest ? 0 : 1), 0)).toBeUndefined();
  });

  it('has the limits at the infinities', () => {
    expect(f(-Infinity)).toBe(lowest);
    expect(f(Infinity)).toBe(highest);
  });

  it('keeps NaN', () => {
    expect(f(NaN)).toBeNaN();
    expect(f(fromBits(0x7fc12345))).toBeNaN();
    expect(f(fromBits(-1))).toBeNaN();
  });

  it('gives these very bits on every engine', () => {
    expect(hash(f)).toBe(expectedHash);
  });

  ptest.prop([fc.float({ noNaN: true }), fc.float({ noNaN: true })])('keeps the order of any two numbers', (a, b) => {
    expect(a <= b ? f(a) <= f(b) : f(a) >= f(b)).toBe(true);
  });
});

describe('exp in float32', () => {
  it('overflows to Infinity and underflows to 0 where rounding says so', () => {
    expect(exp(88.72283172607422)).toBeLessThan(Infinity);
    expect(exp(88.72283935546875)).toBe(Infinity);
    expect(exp(-103.97207641601562)).toBe(2 ** -149);
    expect(exp(-103.97208404541016)).toBe(0);
  });

  it('is exactly 1 at ±0', () => {
    expect([exp(0), exp(-0)]).toEqual([1, 1]);
  });
});

describe('tanh in float32', () => {
  it('is odd, bit for bit', () => {
    expect(violation((x) => (is(tanh(-x), -tanh(x)) ? 0 : 1), 0)).toBeUndefined();
  });

  it('keeps the sign of zero', () => {
    expect(tanh(0)).toBe(0);
    expect(tanh(-0)).toBe(-0);
  });

  it('is x itself for subnormal x', () => {
    expect(tanh(2 ** -149)).toBe(2 ** -149);
    expect(tanh(-(2 ** -130))).toBe(-(2 ** -130));
  });

  ptest.prop([fc.float()])('is odd for any number', (x) => {
    expect(tanh(-x)).toBe(-tanh(x));
  });
});

describe('sigmoid in float32', () => {
  it('sums to 1 with its mirror image within 2⁻²³', () => {
    expect(violation((x) => abs(sigmoid(x) + sigmoid(-x) - 1), 2 ** -23)).toBeUndefined();
  });

  it('is exactly one half at ±0', () => {
    expect([sigmoid(0), sigmoid(-0)]).toEqual([0.5, 0.5]);
  });

  it('keeps the left tail down to the smallest subnormal', () => {
    expect(sigmoid(-103)).toBe(fround(mathExp(-103)));
    expect(sigmoid(-103.97207641601562)).toBe(2 ** -149);
    expect(sigmoid(-105)).toBe(0);
  });
});

describe('the float64 lane', () => {
  it("is the engine's own exp and tanh", () => {
    expect([exp64(1.5), tanh64(1.5)]).toEqual([mathExp(1.5), mathTanh(1.5)]);
  });

  it('computes a sigmoid that neither overflows nor loses its left tail', () => {
    expect(sigmoid64(-700)).toBe(mathExp(-700));
    expect([sigmoid64(-Infinity), sigmoid64(-1e3), sigmoid64(0), sigmoid64(1e3)]).toEqual([0, 0, 0.5, 1]);
    expect(sigmoid64(NaN)).toBeNaN();
  });

  ptest.prop([fc.double({ min: -700, max: 700, noNaN: true })])('agrees with float32', (x) => {
    const single = fround(x);
    expect(ulpError(exp(single), exp64(single))).toBeLessThanOrEqual(1);
    expect(ulpError(tanh(single), tanh64(single))).toBeLessThanOrEqual(2);
    expect(ulpError(sigmoid(single), sigmoid64(single))).toBeLessThanOrEqual(2.5);
  });
});

describe('the vector kernels over the same million', () => {
  const n = inputs.length;
  const heap = simdHeap(2 * n);

  it.each([
    ['tanh', TANH, tanh],
    ['sigmoid', SIGMOID, sigmoid],
  ] as const)('%s has the bits of the reference', (_, kind, f) => {
    heap.data.set(inputs);
    heap.kernels.activationForward(kind, n, n, 0, n, 1, n);
    expectBits(heap.data.subarray(n, 2 * n), inputs.map(f));
  });
});
