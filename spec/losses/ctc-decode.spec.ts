import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { CTCLoss, ctcDecode, randomNormal, type Tensor, tensor } from '../../lib/index.ts';
import { enumerate, spelled } from '../support/ctc-enumeration.ts';

const { abs, exp, log } = Math;
const dtype = 'float64';

function softmax(row: readonly number[]): number[] {
  const sum = row.reduce((a, v) => a + exp(v), 0);
  return row.map((v) => exp(v) / sum);
}

const probabilities = (logits: Tensor): number[][] => (logits.toArray() as number[][][])[0]!.map(softmax);

/** The class with the largest probability at each step. */
const bestClasses = (p: number[][]): number[] => p.map((row) => row.indexOf(Math.max(...row)));

const beam = (beamWidth: number) => ({ strategy: 'beam', beamWidth }) as const;

describe('ctcDecode against the enumeration of all paths', () => {
  const cases = [1, 2, 3, 4, 5, 6].flatMap((T) => [0, 1, 2].map((blank) => [T, blank] as const));

  it.each(cases)('of %i time steps, with the blank %i: the best path', (T, blank) => {
    for (let seed = 0; seed < 20; seed++) {
      const logits = randomNormal([1, T, 3], { seed, dtype, sd: 2 });
      const p = probabilities(logits);
      const best = bestClasses(p);
      const [found] = ctcDecode(logits, { blank })[0]!;
      expect(found!.labels.join(' ')).toBe(spelled(best, blank));
      const expected = best.reduce((sum, k, t) => sum + log(p[t]![k]!), 0);
      expect(abs(found!.logProbability - expected)).toBeLessThan(1e-12 * T);
    }
  });

  it.each(cases)('of %i time steps, with the blank %i: all labels, by a wide beam', (T, blank) => {
    const logits = randomNormal([1, T, 3], { seed: T, dtype, sd: 2 });
    const { total } = enumerate(probabilities(logits), blank);
    const found = ctcDecode(logits, { blank, ...beam(1000) })[0]!;
    expect(new Set(found.map(({ labels }) => labels.join(' ')))).toEqual(new Set(total.keys()));
    expect(found).toHaveLength(total.size);
    for (const { labels, logProbability } of found) {
      expect(abs(logProbability - log(total.get(labels.join(' '))!))).toBeLessThan(1e-12 * (1 + abs(logProbability)));
    }
    for (const [k, { logProbability }] of found.slice(1).entries()) {
      expect(logProbability).toBeLessThanOrEqual(found[k]!.logProbability);
    }
  });
});

describe('ctcDecode', () => {
  const logits = randomNormal([3, 7, 5], { seed: 4, sd: 2 });

  it('merges runs and keeps equal labels with a blank between them', () => {
    const path = (...classes: number[]) => tensor([classes.map((k) => [0, 1, 2].map((j) => (j === k ? 9 : 0)))]);
    const labels = (y: Tensor) => [{}, beam(3)].map((options) => ctcDecode(y, options)[0]![0]!.labels);
    expect(labels(path(1, 1, 0, 1, 2, 2, 0))).toEqual(Array(2).fill([1, 1, 2]));
    expect(labels(path(1, 1, 1))).toEqual(Array(2).fill([1]));
    expect(labels(path(0, 0))).toEqual(Array(2).fill([]));
    expect(ctcDecode(path(1, 2, 1), { blank: 2 })[0]![0]!.labels).toEqual([1, 1]);
  });

  it('finds labels whose paths together are more probable than the best path', () => {
    const p = [0.4, 0.6]; // blank blank: 0.16; 1 in three paths: 0.84; with [0.6, 0.4]: blank blank 0.36, 1: 0.64
    const y = tensor([[0, 1].map(() => [log(p[1]!), log(p[0]!)])]);
    expect(ctcDecode(y)[0]![0]!.labels).toEqual([]);
    const [best, second, ...none] = ctcDecode(y, beam(4))[0]!;
    expect([best!.labels, second!.labels, none]).toEqual([[1], [], []]);
    expect(exp(best!.logProbability)).toBeCloseTo(0.64, 6);
  });

  it('gives equally probable classes to the lowest', () => {
    const y = tensor([[[0, 0, 0, 0]]]);
    expect(ctcDecode(y, { blank: 3 })[0]![0]!.labels).toEqual([0]);
    expect(ctcDecode(y, { blank: 3, ...beam(2) })[0]!.map(({ labels }) => labels)).toEqual([[], [0]]);
  });

  it('leaves out what the mask leaves out, with gaps too', () => {
    const mask = [
      [1, 0, 1, 1, 0, 1, 0],
      [0, 0, 0, 0, 0, 0, 0],
      [1, 1, 1, 0, 0, 0, 0],
    ];
    const kept = mask.map((row) => row.flatMap((counts, t) => (counts ? [t] : [])));
    for (const options of [{}, beam(5)]) {
      const masked = ctcDecode(logits, { mask, ...options });
      for (const row of [0, 2]) {
        const part = tensor([kept[row]!.map((t) => Array.from({ length: 5 }, (_, k) => logits.get(row, t, k)))]);
        expect(masked[row]).toEqual(ctcDecode(part, options)[0]);
      }
      expect(masked[1]).toEqual([{ labels: [], logProbability: 0 }]);
      expect(ctcDecode(logits, { lengths: [7, 0, 3], ...options }).slice(1)).toEqual(masked.slice(1));
    }
  });

  it('takes NaN at time steps that do not count, −∞ as a class without probability, and views', () => {
    const y = logits.copy();
    y.set(0, 6, 2, Number.NaN);
    y.set(0, 0, 1, -Infinity);
    const found = ctcDecode(y, { lengths: [6, 7, 7], ...beam(1000) })[0]!;
    expect(found.every(({ labels }) => labels[0] !== undefined || labels.length === 0)).toBe(true);
    expect(ctcDecode(logits.transpose(1, 0, 2).transpose(1, 0, 2))).toEqual(ctcDecode(logits));
    const only = tensor([[[-Infinity, 0, -Infinity]]]);
    expect(ctcDecode(only, beam(9))[0]).toEqual([{ labels: [1], logProbability: 0 }]);
  });

  it('has a beam of 16 by default', () => {
    expect(ctcDecode(logits, { strategy: 'beam' })).toEqual(ctcDecode(logits, beam(16)));
    expect(ctcDecode(logits, { strategy: 'beam' })[0]).toHaveLength(16);
  });

  ptest.prop([
    fc.nat(9999),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 2, max: 5 }),
    fc.integer({ min: 1, max: 9 }),
  ])('has no more probability than all paths by CTCLoss, and the same with a wide beam', (seed, T, F, width) => {
    const y = randomNormal([1, T, F], { seed, dtype, sd: 3 });
    const lossOf = (labels: readonly number[]): number =>
      new CTCLoss({ reduction: 'sum' }).evaluate(y, tensor([[...labels, -1]])).loss;
    const found = ctcDecode(y, beam(width))[0]!;
    expect(found.length).toBeLessThanOrEqual(width);
    expect(new Set(found.map(({ labels }) => labels.join(' '))).size).toBe(found.length);
    for (const { labels, logProbability } of found) {
      expect(logProbability).toBeLessThanOrEqual(-lossOf(labels) + 1e-10);
    }
    const [path] = ctcDecode(y)[0]!;
    expect(path!.logProbability).toBeLessThanOrEqual(-lossOf(path!.labels) + 1e-10);
    if (F ** T > 1000) return;
    const [best] = ctcDecode(y, beam(1000))[0]!;
    expect(abs(best!.logProbability + lossOf(best!.labels))).toBeLessThan(1e-10);
  });

  it('does not underflow over 3,000 time steps', () => {
    const y = randomNormal([1, 3000, 3], { seed: 1, sd: 3 });
    for (const options of [{}, beam(2)]) {
      const [best] = ctcDecode(y, options)[0]!;
      expect(best!.logProbability).toBeLessThan(-300);
      expect(Number.isFinite(best!.logProbability)).toBe(true);
      expect(best!.labels.length).toBeGreaterThan(500);
    }
  });
});
