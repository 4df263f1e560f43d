import { describe, expect, it } from '@jest/globals';
import { built, skipped } from '../support/consumer.ts';
import { inExample } from './in-example.ts';

const suite = built ? describe : describe.skip;

suite(`the controls of docs/vanishing-and-exploding.md${skipped}`, () => {
  it('measure powers of ρ in a linear net, less in tanh, and clip to the threshold', () => {
    const [linear, tanh, small] = inExample<
      {
        back: number[];
        powers: number[];
        eigenvalues: [number, number][];
        before: number;
        after: number;
        triangle: number[][];
      }[]
    >(
      '../vanishing-and-exploding',
      ['measure'],
      `const of = (change) => measure.measure({ cell: 'linear', radius: 1.2, steps: 20, size: 1, clip: 1, ...change });
       return [of({}), of({ cell: 'tanh' }), of({ clip: 1e6, radius: 0.5 })];`,
    );
    for (const [n, norm] of linear!.back.entries()) expect(norm / linear!.powers[n]!).toBeCloseTo(1, 4);
    expect(linear!.eigenvalues.every(([re, im]) => Math.abs(Math.hypot(re, im) - 1.2) < 1e-5)).toBe(true);
    expect(tanh!.back.at(-1)).toBeLessThan(linear!.back.at(-1)!);
    expect(linear!.before).toBeGreaterThan(1);
    expect(linear!.after).toBe(1);
    expect(small!.after).toBe(small!.before);
    for (const [from, to, norm] of linear!.triangle) expect(norm! / 1.2 ** (to! - from!)).toBeCloseTo(1, 4);
  });
});
