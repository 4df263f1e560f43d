import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  constantSchedule,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  inverseSquareRoot,
  joinSchedules,
  linearWarmup,
  oneCycle,
  piecewiseSchedule,
  polynomialDecay,
  type Schedule,
  stepDecay,
} from '../../lib/index.ts';

// Every schedule against its closed form, which the engine's own functions compute.

const { abs, cos, floor, max, min, sqrt, PI } = Math;
const rate = fc.double({ min: 1e-6, max: 10, noNaN: true });
const length = fc.integer({ min: 1, max: 300 });
const factor = fc.double({ min: 0.05, max: 1.2, noNaN: true });
const step = fc.nat(700);
const form = fc.constantFrom('cosine', 'linear');

/** Within the rounding of a few operations. */
function expectNear(got: number, expected: number, scale = abs(expected)): void {
  expect(abs(got - expected)).toBeLessThanOrEqual(1e-12 * scale + 1e-300);
}

const half = (share: number): number => (1 + cos(PI * share)) / 2;

ptest.prop([rate, step])('constant: (H1)', (r, k) => expect(constantSchedule(r)(k)).toBe(r));

ptest.prop([rate, length, factor, step])('step decay: (H2)', (r, every, f, k) => {
  const schedule = stepDecay(r, { every, factor: f });
  expectNear(schedule(k), r * f ** floor(k / every));
  expect(schedule(floor(k / every) * every)).toBe(schedule(k)); // constant in between
});

ptest.prop([rate, factor, length, fc.constantFrom(0, 1e-3), step])('exponential: (H3)', (r, f, n, minimum, k) => {
  expectNear(exponentialDecay(r, { factor: f, steps: n, minimum })(k), max(r * f ** (k / n), minimum));
  expectNear(exponentialDecay(r, { factor: f })(k % 100), r * f ** (k % 100));
});

ptest.prop([rate, rate, length, fc.double({ min: 0.2, max: 4, noNaN: true }), step])(
  'polynomial: (H4)',
  (from, end, n, power, k) => {
    const schedule = polynomialDecay(from, { steps: n, end, power });
    expectNear(schedule(k), end + (from - end) * (1 - min(k, n) / n) ** power, max(from, end));
    expect([schedule(0), schedule(n), schedule(n + k)]).toEqual([from, end, end]);
  },
);

ptest.prop([rate, fc.oneof(rate, fc.constant(0)), length, step])('cosine: (H5)', (from, end, n, k) => {
  const schedule = cosineDecay(from, { steps: n, end });
  expectNear(schedule(k), end + (from - end) * half(min(k, n) / n), max(from, end));
  expect([schedule(0), schedule(n), schedule(n + k)]).toEqual([from, end, end]);
});

ptest.prop([rate, length, fc.integer({ min: 1, max: 3 }), fc.double({ min: 0.3, max: 1.5, noNaN: true }), step])(
  'restarts: (H6), one cosine after another',
  (from, n, cycleFactor, peakFactor, k) => {
    const schedule = cosineRestarts(from, { steps: n, cycleFactor, peakFactor, end: from / 100 });
    let [begin, size, peak] = [0, n, from];
    for (; k >= begin + size; begin += size, size *= cycleFactor, peak *= peakFactor);
    expectNear(schedule(k), cosineDecay(peak, { steps: size, end: from / 100 })(k - begin), max(peak, from));
  },
);

ptest.prop([rate, fc.integer({ min: 2, max: 300 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }), form, step])(
  'one cycle: (H7)',
  (peak, n, rise, shape, k) => {
    const schedule = oneCycle(peak, { steps: n, rise, startDivisor: 10, endDivisor: 100, form: shape });
    const weight = (share: number): number => (shape === 'cosine' ? half(share) : 1 - share);
    const turn = max(rise * n - 1, 0);
    const first = (share: number): number => peak + (peak / 10 - peak) * weight(share);
    const second = (share: number): number => peak / 1000 + (peak - peak / 1000) * weight(share);
    const at = min(k, n - 1);
    expectNear(schedule(k), at < turn ? first(at / turn) : second((at - turn) / (n - 1 - turn)), peak);
    expect(schedule(n + k)).toBe(peak / 10 / 100);
  },
);

ptest.prop([rate, length, step])('inverse square root: (H8)', (peak, warmup, k) => {
  expectNear(inverseSquareRoot(peak, { warmup })(k), peak * min((k + 1) / warmup, sqrt(warmup / (k + 1))));
  expect(inverseSquareRoot(peak, { warmup })(warmup - 1)).toBe(peak);
});

ptest.prop([rate, rate, length, step])('warm-up: (H9), then the schedule itself', (from, to, w, k) => {
  const inner = exponentialDecay(to, { factor: 0.99 });
  const schedule = linearWarmup(inner, { steps: w, from });
  if (k < w) expectNear(schedule(k), from + ((to - from) * k) / w, max(from, to));
  expect([schedule(0), schedule(w + k)]).toEqual([from, inner(k)]);
});

const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  rate.map(constantSchedule),
  fc.tuple(rate, length).map(([r, n]) => cosineDecay(r, { steps: n })),
  rate.map((r) => exponentialDecay(r, { factor: 0.9 })),
);

ptest.prop([
  fc.array(schedules, { minLength: 1, maxLength: 5 }),
  fc.array(length, { minLength: 4, maxLength: 4 }),
  step,
])('joined: (H10), each from its own step 0', (parts, lengths, k) => {
  const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b));
  const boundaries = ends.slice(0, parts.length - 1);
  const i = boundaries.filter((b) => b <= k).length;
  boundaries.forEach((b, j) => {
    expect(joinSchedules(parts, boundaries)(b)).toBe(parts[j + 1]!(0));
  });
  expect(joinSchedules(parts, boundaries)(k)).toBe(parts[i]!(k - (boundaries[i - 1] ?? 0)));
});

ptest.prop([fc.array(fc.tuple(length, rate), { minLength: 1, maxLength: 5 }), step])('piecewise: (H11)', (gaps, k) => {
  const at = (i: number): number => gaps.slice(1, i + 1).reduce((sum, [gap]) => sum + gap, 0);
  const points = gaps.map(([, r], i) => [at(i), r] as const);
  const i = points.filter(([from]) => from <= k).length - 1;
  const [from, r] = points[i]!;
  const [to, next] = points[i + 1] ?? [Infinity, r];
  const share = (k - from) / (to - from);
  expect(piecewiseSchedule(points)(k)).toBe(r);
  expectNear(piecewiseSchedule(points, { between: 'linear' })(k), r + (next - r) * share, max(r, next));
  expectNear(piecewiseSchedule(points, { between: 'cosine' })(k), next + (r - next) * half(share), max(r, next));
});

describe('all of them', () => {
  const all: readonly Schedule[] = [
    stepDecay(0.1, { every: 7, factor: 0.3 }),
    exponentialDecay(0.1, { factor: 0.7, steps: 9 }),
    polynomialDecay(0.1, { steps: 30, power: 0.7 }),
    cosineDecay(0.1, { steps: 30, end: 0.003 }),
    cosineRestarts(0.1, { steps: 5, cycleFactor: 2, peakFactor: 0.9 }),
    oneCycle(0.1, { steps: 30 }),
    inverseSquareRoot(0.1, { warmup: 7 }),
    linearWarmup(cosineDecay(0.1, { steps: 25 }), { steps: 5 }),
    piecewiseSchedule(
      [
        [0, 0.1],
        [9, 0.02],
        [30, 0.001],
      ],
      { between: 'cosine' },
    ),
  ];

  it('have no state: any order of steps gives the same rates, the same bits on every engine', () => {
    const steps = Array.from({ length: 40 }, (_, k) => k);
    const forward = all.map((schedule) => steps.map(schedule));
    const backward = all.map((schedule) => [...steps].reverse().map(schedule).reverse());
    expect(backward).toEqual(forward);
    expect(all.map((schedule) => schedule(11))).toEqual([
      0.03, 0.06466590832518362, 0.07263444833318637, 0.07122672718917632, 0.031094235253127368, 0.0950484632013474,
      0.07637626158259735, 0.0864484313710706, 0.019577941654968335,
    ]);
  });

  it('stay between 0 and their peak, at huge steps too', () => {
    for (const schedule of all) {
      for (const k of [0, 1, 29, 30, 31, 1e6, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
        expect(schedule(k)).toBeGreaterThanOrEqual(0);
        expect(schedule(k)).toBeLessThanOrEqual(0.1);
      }
    }
  });
});
