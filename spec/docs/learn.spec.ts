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

suite(`docs/gates.md${skipped}`, () => {
  it('has a counter that accepts aⁿbⁿ and nothing else', () => {
    const accepted = inExample<string[]>(
      '../gates',
      ['unit'],
      `const words = Array.from({ length: 2 ** 8 }, (_, k) => k.toString(2).padStart(8, '0')).concat(['01', '0011', '001', '10']);
       return words.filter((word) => unit.accepts(unit.runLSTM(unit.COUNTER, [...word].map((s) => (s === '0' ? 1 : -1)))));`,
    );
    const balanced = (word: string): boolean => {
      let open = 0;
      const neverBelow = [...word].every((s) => {
        open += s === '0' ? 1 : -1;
        return open >= 0;
      });
      return neverBelow && open === 0;
    };
    expect(accepted).toContain('00001111');
    expect(accepted.every(balanced)).toBe(true);
    expect(accepted).toHaveLength(14 + 2); // 14 words of 8 letters are balanced
  });

  it('shows the gates that the cells compute: c = f·c + i·g, h = o·tanh(c), and the product of f', () => {
    const { steps, products, decay } = inExample<{
      steps: { i: number; f: number; o: number; g: number; c: number; h: number }[];
      products: number[];
      decay: number;
    }>(
      '../gates',
      ['unit'],
      `const gates = { input: { x: 1, h: 0.5, b: -1 }, forget: { x: -0.5, h: 2, b: 1 }, output: { x: 0.3, h: -1, b: 0.2 }, candidate: { x: 1.5, h: -0.7, b: 0.1 } };
       const slow = unit.runLSTM(unit.START, unit.INPUTS.pulse);
       return { ...unit.runLSTM(gates, unit.INPUTS['a⁷b⁵']), decay: slow.steps.at(-1).c / slow.steps[0].c - slow.products[0] };`,
    );
    let c = 0;
    for (const [t, step] of steps.entries()) {
      c = step.f * c + step.i * step.g;
      expect(step.c).toBeCloseTo(c, 12);
      expect(step.h).toBeCloseTo(step.o * Math.tanh(c), 12);
      expect(products[t]).toBeCloseTo(
        steps.slice(t + 1).reduce((kept, { f }) => kept * f, 1),
        12,
      );
    }
    expect(decay).toBeCloseTo(0, 12);
  });

  it('has the figures of its table', () => {
    const page = read('docs/gates.md');
    for (const [bias, power] of [
      [0, '4.9·10⁻⁴'],
      [1, '0.032'],
      [3, '0.59'],
      [6, '0.97'],
    ] as const) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${bias} |`))!;
      const kept = (1 / (1 + Math.exp(-bias))) ** 11;
      expect(row).toContain(`| ${power} |`);
      expect(Number(power.replace('·10⁻⁴', 'e-4')) / kept).toBeCloseTo(1, 1);
    }
  });

  it('trains a counter, one unit of which goes up and down', () => {
    const { score, states } = inExample<{ score: number; states: { symbol: string; c: number[]; next: string }[] }>(
      '../gates',
      ['counter'],
      'const run = counter.trainCounter(1); return { score: run.score(), states: counter.statesOf(run, 8, 8) };',
    );
    expect(score).toBe(1);
    expect(states.at(-1)!.next).toBe('end');
    expect(states.slice(9, -1).every(({ next }) => next === 'b')).toBe(true);
    const moves = (from: number, to: number, unit: number): number => states[to]!.c[unit]! - states[from]!.c[unit]!;
    expect([0, 1, 2].some((unit) => moves(2, 8, unit) * moves(9, 16, unit) < -9)).toBe(true);
  });

  it('has a GRU unit that keeps 1 − z', () => {
    const ratio = inExample<number>(
      '../gates',
      ['unit'],
      `const steps = unit.runGRU({ update: -3, reset: -20 }, unit.INPUTS.pulse); return steps[5].h / steps[4].h + steps[0].z;`,
    );
    expect(ratio).toBeCloseTo(1, 8);
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
