import { describe, expect, it } from '@jest/globals';
import { Random } from '../../../lib/index.ts';

interface Drawn {
  readonly x: Float32Array;
  readonly xShape: readonly [B: number, T: number, I: number];
  readonly y: Float32Array;
  readonly yShape: readonly number[];
}
type Draw<D extends Drawn = Drawn> = (random: Random, B: number) => D;

const { drawAdding } = (await import('../../../docs/exams/tasks/adding.mjs' as string)) as { drawAdding: Draw };
const temporalOrder = (await import('../../../docs/exams/tasks/temporal-order.mjs' as string)) as {
  drawTemporalOrder: Draw;
  SYMBOLS: readonly string[];
};
const reber = (await import('../../../docs/exams/tasks/embedded-reber.mjs' as string)) as {
  drawEmbeddedReber: Draw<Drawn & { readonly legal: readonly (readonly number[])[] }>;
  SYMBOLS: readonly string[];
};

/** Batches of one stream. */
function batches<D extends Drawn>(draw: Draw<D>, count: number, B: number): D[] {
  const random = new Random(1);
  return Array.from({ length: count }, () => draw(random, B));
}

/** Sequences of a batch, each [T][I], with the index of their target. */
function rowsOf({ x, xShape: [B, T, I] }: Drawn): number[][][] {
  const row = (b: number, t: number): number[] => [...x.subarray((b * T + t) * I, (b * T + t + 1) * I)];
  return Array.from({ length: B }, (_, b) => Array.from({ length: T }, (_, t) => row(b, t)));
}

/** One-hot rows as symbols; throws for a row that is not one-hot. */
function spell(row: readonly (readonly number[])[], symbols: readonly string[]): string {
  const letter = (step: readonly number[]): string => {
    const ones = symbols.filter((_, i) => step[i] === 1);
    if (ones.length !== 1 || step.filter((value) => value !== 0).length !== 1) throw new Error(`not one-hot: ${step}`);
    return ones[0]!;
  };
  return row.map(letter).join('');
}

/** How often each value comes, by share. */
function shares(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1 / values.length;
  return counts;
}

describe.each([
  ['adding', drawAdding],
  ['temporal order', temporalOrder.drawTemporalOrder],
  ['embedded Reber', reber.drawEmbeddedReber],
] as [string, Draw][])('%s', (_, draw) => {
  it('is the same for the same seed, and not for another', () => {
    const [a, b, other] = [7, 7, 8].map((seed) => draw(new Random(seed), 1));
    expect(a).toEqual(b);
    expect(a).not.toEqual(other);
  });

  it('has the shapes it says', () => {
    for (const { x, xShape, y, yShape } of batches(draw, 20, 1)) {
      expect(x).toHaveLength(xShape.reduce((size, n) => size * n, 1));
      expect(y).toHaveLength(yShape.reduce((size, n) => size * n, 1));
    }
  });
});

describe('adding', () => {
  const drawn = batches(drawAdding, 150, 5);
  const examples = drawn.flatMap((batch) => rowsOf(batch).map((row, b) => ({ row, target: batch.y[b]! })));

  it('takes every length from 100 to 110', () => {
    const lengths = new Set(drawn.map(({ xShape }) => xShape[1]));
    expect([...lengths].sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, k) => 100 + k));
  });

  it('marks two steps, one of the first ten and another of the first 49, and the ends with −1', () => {
    const firsts = new Set<number>();
    const lasts = new Set<number>();
    for (const { row } of examples) {
      const markers = row.map(([, marker]) => marker!);
      const marked = markers.flatMap((marker, t) => (marker === 1 ? [t] : []));
      expect([markers[0], markers.at(-1)]).toEqual([-1, -1]);
      expect(markers.filter((marker) => marker === 0)).toHaveLength(row.length - 2 - marked.length);
      if (row[0]![0] === 0) marked.unshift(0); // the first step was drawn: its number is 0
      expect(marked).toHaveLength(2);
      firsts.add(marked[0]!);
      lasts.add(marked[1]!);
    }
    expect([Math.min(...firsts), Math.max(...firsts), Math.max(...lasts)]).toEqual([0, 9, 48]);
  });

  it('asks for 0.5 + (X1 + X2) / 4', () => {
    for (const { row, target } of examples) {
      const sum = row.reduce((total, [value, marker]) => total + (marker === 1 ? value! : 0), 0);
      expect(target).toBeCloseTo(0.5 + sum / 4, 6);
    }
  });

  it('has numbers spread over [−1, 1), so that the constant 0.5 has a squared error of (2/3)/16', () => {
    const values = examples.flatMap(({ row }) => row.map(([value]) => value!));
    expect(Math.min(...values.slice(0, 9999))).toBeLessThan(-0.99);
    expect(Math.max(...values.slice(0, 9999))).toBeGreaterThan(0.99);
    const error = examples.reduce((sum, { target }) => sum + (target - 0.5) ** 2, 0) / examples.length;
    expect(Math.abs(error - 1 / 24)).toBeLessThan(0.007); // four standard errors of 750 examples, and the first steps' zeros
  });
});

describe('temporal order', () => {
  const drawn = batches(temporalOrder.drawTemporalOrder, 150, 5);
  const examples = drawn.flatMap((batch) =>
    rowsOf(batch).map((row, b) => ({ text: spell(row, temporalOrder.SYMBOLS), answer: batch.y[b]! })),
  );

  it('is E, distractors with X or Y at steps 10 to 20 and 50 to 60, and B; 100 to 110 steps', () => {
    for (const { text } of examples) {
      expect(text).toMatch(/^E[abcd]{8,18}[XY][abcd]{29,49}[XY][abcd]+B$/);
      const [first, second] = [...text].flatMap((symbol, t) => ('XY'.includes(symbol) ? [t + 1] : []));
      expect([first! >= 10, first! <= 20, second! >= 50, second! <= 60]).toEqual([true, true, true, true]);
      expect([text.length >= 100, text.length <= 110]).toEqual([true, true]);
    }
    expect(new Set(examples.map(({ text }) => text.length)).size).toBe(11);
    expect(new Set(examples.map(({ text }) => text.search(/[XY]/))).size).toBe(11);
  });

  it('names the classes XX, XY, YX, YY', () => {
    for (const { text, answer } of examples) {
      expect(['XX', 'XY', 'YX', 'YY'][answer]).toBe(text.replace(/[^XY]/g, ''));
    }
  });

  it('has classes and distractors in equal shares', () => {
    for (const share of Object.values(shares(examples.map(({ answer }) => answer)))) {
      expect(Math.abs(share - 1 / 4)).toBeLessThan(0.065); // four standard errors of 750
    }
    const distractors = shares([...examples.map(({ text }) => text.replace(/[^abcd]/g, '')).join('')]);
    for (const share of Object.values(distractors)) expect(Math.abs(share - 1 / 4)).toBeLessThan(0.01); // six of 75,000
  });
});

describe('embedded Reber', () => {
  /** The grammar as a regular expression, written down from the picture of the automaton and not from its table. */
  const EMBEDDED = /^B(T|P)B(?:(?:TS*X|PT*VP)(?:XT*VP)*(?:S|XT*VV)|PT*VV)E\1E$/;
  const drawn = batches(reber.drawEmbeddedReber, 2000, 1);
  const texts = drawn.map((batch) => {
    const [row] = rowsOf(batch);
    return spell(row!, reber.SYMBOLS) + reber.SYMBOLS[batch.y.at(-1)!]!;
  });

  it('yields strings of the grammar only', () => {
    expect(texts.filter((text) => !EMBEDDED.test(text))).toEqual([]);
    expect('BTBPVVEPE').not.toMatch(EMBEDDED); // the wrong symbol at the last but one
  });

  it('has the shortest strings and long ones, with T and P outside in equal shares', () => {
    const lengths = texts.map((text) => text.length);
    expect(Math.min(...lengths)).toBe(9);
    expect(Math.max(...lengths)).toBeGreaterThan(30);
    expect(Math.abs(shares(texts.map((text) => text[1]!)).T! - 1 / 2)).toBeLessThan(0.045); // four standard errors of 2,000
  });

  it('asks for the next symbol', () => {
    const targets = drawn.map(({ y }) => [...y].map((symbol) => reber.SYMBOLS[symbol]).join(''));
    expect(targets).toEqual(texts.map((text) => text.slice(1)));
  });

  it('knows the legal successors: those that follow a beginning in any string, and the outer symbol alone', () => {
    const seen = new Map<string, Set<number>>();
    const follow = (k: number, t: number): Set<number> => seen.get(texts[k]!.slice(0, t + 1)) ?? new Set();
    drawn.forEach(({ y }, k) => {
      y.forEach((symbol, t) => {
        seen.set(texts[k]!.slice(0, t + 1), follow(k, t).add(symbol));
      });
    });
    const sorted = (symbols: Iterable<number>): string => [...symbols].sort().join();
    // Beginnings of up to six symbols come often enough in 2,000 strings to show all that may follow.
    const problems = drawn.flatMap(({ legal }, k) =>
      legal.filter((symbols, t) => {
        if (t < 6) return sorted(symbols) !== sorted(follow(k, t));
        return [...follow(k, t)].some((symbol) => !symbols.includes(symbol));
      }),
    );
    expect(problems).toEqual([]);
    const ends = drawn.map(({ legal }) =>
      legal.slice(-2).flatMap((each) => each.map((symbol) => reber.SYMBOLS[symbol])),
    );
    expect(ends.map((each) => each.join(''))).toEqual(texts.map((text) => `${text[1]}E`));
  });
});
