import { describe, expect, it } from '@jest/globals';
import { built, skipped } from '../support/consumer.ts';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

interface Seen {
  readonly passed: boolean;
  readonly variables: readonly { readonly name: string; readonly passed: boolean }[];
  readonly worst: { readonly numeric: number; readonly analytic: number; readonly error: number };
}

const suite = built ? describe : describe.skip;

suite(`docs/wrong-gradients.md${skipped}`, () => {
  const reports = () =>
    inExample<{ title: string; url: string; broken: Seen; mended: Seen }[]>(
      '../wrong-gradients',
      ['bugs', 'check'],
      'return bugs.BUGS.map((bug) => ({ ...bug, ...check.check(bug.name) }));',
    );

  it('shows faults that the check finds, in the variables that it lists, and nets that are right without them', () => {
    const page = read('docs/wrong-gradients.md');
    for (const { title, url, broken, mended } of reports()) {
      expect([title, broken.passed, mended.passed]).toEqual([title, false, true]);
      expect(broken.worst.error).toBeGreaterThan(0.1);
      const row = page.split('\n').find((line) => line.startsWith(`| ${title} |`))!;
      expect(row).toContain(url);
      const wrong = broken.variables.filter(({ passed }) => !passed).map(({ name }) => name);
      expect(row.split('|').at(-2)!.trim().split(', ').sort()).toEqual(wrong.sort());
    }
  });
});

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
