import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { CTCLoss, randomNormal, Tensor, tensor } from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';
import { enumerate } from '../support/ctc-enumeration.ts';

const { abs, exp, log, max } = Math;
const dtype = 'float64';

function softmax(row: readonly number[]): number[] {
  const sum = row.reduce((a, v) => a + exp(v), 0);
  return row.map((v) => exp(v) / sum);
}

/** All texts of up to `most` labels. */
function texts(labels: readonly number[], most: number): number[][] {
  if (most === 0) return [[]];
  return [[], ...labels.flatMap((label) => texts(labels, most - 1).map((rest) => [label, ...rest]))];
}

const padded = (labels: readonly number[]): Tensor => tensor([[...labels, -1]]);

describe('CTCLoss against the enumeration of all paths', () => {
  const cases = [1, 2, 3, 4, 5, 6].flatMap((T) => [0, 1, 2].map((blank) => [T, blank] as const));

  it.each(cases)('of %i time steps, with the blank %i: every target', (T, blank) => {
    const F = 3;
    const logits = randomNormal([1, T, F], { seed: T, dtype, sd: 2 });
    const { total, through } = enumerate((logits.toArray() as number[][][])[0]!.map(softmax), blank);
    const labels = [0, 1, 2].filter((k) => k !== blank);
    const p = (logits.toArray() as number[][][])[0]!.flatMap(softmax);
    const zero = new CTCLoss({ blank, impossible: 'zero', reduction: 'sum' });
    let possible = 0;
    for (const target of texts(labels, T)) {
      const expected = total.get(target.join(' '));
      const { loss, gradient } = zero.evaluate(logits, padded(target));
      if (expected === undefined) {
        expect([loss, ...gradient.data].every((v) => v === 0)).toBe(true);
        expect(() => new CTCLoss({ blank }).evaluate(logits, padded(target))).toThrow(/fit into its time steps/);
        continue;
      }
      possible++;
      expect(abs(loss + log(expected))).toBeLessThan(1e-12 * max(1, abs(loss)));
      const sums = through.get(target.join(' '))!;
      gradient.data.forEach((g, k) => {
        expect(abs(g - (p[k]! - sums[k]! / expected))).toBeLessThan(1e-12);
      });
    }
    expect(possible).toBe(total.size);
  });
});

describe('CTCLoss', () => {
  const logits = randomNormal([3, 6, 4], { seed: 1, dtype });
  const target = tensor([
    [1, 1, 2],
    [3, -1, -1],
    [-1, -1, -1],
  ]);
  const lengths = [6, 3, 4];

  it.each([{}, { reduction: 'sum' }, { perLabel: true }, { blank: 0, impossible: 'zero' }] as const)(
    'has the gradient of finite differences, %j',
    (options) => {
      const loss = new CTCLoss(options);
      assertGradients({
        variables: { logits },
        forward: () => ({ loss: tensor([loss.evaluate(logits, target, { lengths }).loss], { dtype }) }),
        backward: ({ loss: dLoss }) => {
          const { gradient } = loss.evaluate(logits, target, { lengths });
          return { logits: new Tensor({ data: gradient.data.map((v) => v * dLoss!.get(0)) }, gradient.shape) };
        },
      });
    },
  );

  ptest.prop([fc.integer({ min: 1, max: 5 }), fc.nat(99)])('of a batch is that of each row alone', (B, seed) => {
    const y = randomNormal([B, 5, 4], { seed });
    const t = tensor(Array.from({ length: B }, (_, b) => (b % 2 === 0 ? [1, (seed % 3) + 1, -1] : [2, -1, -1])));
    const steps = Array.from({ length: B }, (_, b) => 5 - (b % 2));
    const loss = new CTCLoss({ reduction: 'sum' });
    const whole = loss.evaluate(y, t, { lengths: steps });
    for (let b = 0; b < B; b++) {
      const alone = loss.evaluate(y.lo(b).hi(1), t.lo(b).hi(1), { lengths: [steps[b]!] });
      expectBits(alone.gradient, whole.gradient.lo(b).hi(1));
      expectBits(alone.each, whole.each.lo(b).hi(1));
    }
  });

  it('leaves masked time steps out, with gaps too', () => {
    const mask = tensor([[1, 0, 1, 1, 0, 1]]);
    const kept = [0, 2, 3, 5];
    const part = tensor([kept.map((t) => Array.from({ length: 4 }, (_, k) => logits.get(0, t, k)))], { dtype });
    const cut = new CTCLoss().evaluate(part, tensor([[1, 2]]));
    const masked = new CTCLoss().evaluate(logits.hi(1), tensor([[1, 2]]), { mask });
    expect(masked.loss).toBe(cut.loss);
    kept.forEach((t, k) => {
      expectBits(masked.gradient.pick(0, t), cut.gradient.pick(0, k));
    });
    expect([1, 4].flatMap((t) => Array.from(masked.gradient.pick(0, t).copy().data))).toEqual(new Array(8).fill(0));
  });

  it('does not underflow over 10,000 time steps', () => {
    const T = 10_000;
    const uniform = new Tensor({ data: new Float64Array(T * 3) }, [1, T, 3]);
    const { loss, gradient } = new CTCLoss().evaluate(uniform, tensor([[1]]));
    // Of 3^T paths, T(T + 1)/2 spell one label: a run of it, anywhere.
    expect(abs(loss / (T * log(3) - log((T * (T + 1)) / 2)) - 1)).toBeLessThan(1e-12);
    expect(gradient.data.every((g) => abs(g) <= 1)).toBe(true);
    const rows = Array.from(
      { length: T },
      (_, t) => gradient.data[3 * t]! + gradient.data[3 * t + 1]! + gradient.data[3 * t + 2]!,
    );
    expect(max(...rows.map(abs))).toBeLessThan(1e-14);
    const peaked = randomNormal([1, T, 5], { seed: 3, sd: 40, dtype });
    const labels = tensor([Array.from({ length: 50 }, (_, k) => (k % 4) + 1)]);
    const far = new CTCLoss().evaluate(peaked, labels);
    expect(far.loss).toBeGreaterThan(1e4);
    expect([far.loss, ...far.gradient.data].every(Number.isFinite)).toBe(true);
  });

  it('a sequence of no time steps spells nothing', () => {
    const { each, gradient } = new CTCLoss().evaluate(logits, tensor([[1], [-1], [-1]]), { lengths: [6, 0, 1] });
    expect(each.get(1)).toBe(0);
    expect(Array.from(gradient.pick(1).copy().data)).toEqual(new Array(24).fill(0));
  });

  it('counts impossible rows in the mean', () => {
    const impossible = tensor([[1], [2], [3]]);
    const loss = new CTCLoss({ impossible: 'zero' });
    const { loss: mean, each } = loss.evaluate(logits, impossible, { lengths: [6, 0, 6] });
    expect(each.get(1)).toBe(0);
    expect(mean).toBeCloseTo((each.get(0) + each.get(2)) / 3, 14);
  });

  it('divides by the number of labels, at least 1', () => {
    const each = new CTCLoss({ reduction: 'sum' }).evaluate(logits, target, { lengths }).each;
    const per = new CTCLoss({ reduction: 'sum', perLabel: true }).evaluate(logits, target, { lengths }).each;
    for (const [b, count] of [3, 1, 1].entries()) expect(per.get(b)).toBeCloseTo(each.get(b) / count, 14);
  });
});
