import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: programs of the docs have no types
import * as examples from '../../docs/gates/examples.mjs';
import { built, skipped } from '../support/consumer.ts';

interface Gate {
  readonly input: number;
  readonly own: number;
  readonly bias: number;
}
interface Example {
  readonly cell: 'LSTM' | 'GRU';
  readonly sequence: string;
  readonly weights: Readonly<Record<string, Gate>>;
}
interface Trace {
  readonly gates: Readonly<Record<string, readonly number[]>>;
  readonly memory: readonly number[];
  readonly output: readonly number[];
  readonly kept: readonly number[];
  readonly exact: readonly number[];
}

const EXAMPLES = examples.EXAMPLES as Readonly<Record<string, Example>>;
const SEQUENCES = examples.SEQUENCES as Readonly<Record<string, { readonly values: readonly number[] }>>;
const page = readFileSync('docs/gates.md', 'utf8');

/** Runs a program, and returns what it prints as JSON. */
function run<T>(script: string): T {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));

/** The unit by the formulas (L1) to (L6) and (G1) to (G4). */
function byHand({ cell, weights }: Example, values: readonly number[]) {
  let [h, c] = [0, 0];
  return values.map((x) => {
    const a = (gate: string, own = h) => {
      const { input, own: w, bias } = weights[gate]!;
      return input * x + w * own + bias;
    };
    if (cell === 'LSTM') {
      const [f, g, i, o] = [sigmoid(a('forget')), Math.tanh(a('candidate')), sigmoid(a('input')), sigmoid(a('output'))];
      c = i * g + f * c;
      h = o * Math.tanh(c);
      return { memory: c, output: h, keeps: f };
    }
    const [r, z] = [sigmoid(a('reset')), sigmoid(a('update'))];
    h = (1 - z) * h + z * Math.tanh(a('candidate', r * h));
    return { memory: h, output: h, keeps: 1 - z };
  });
}

(built ? describe : describe.skip)(`the page of the gates${skipped}`, () => {
  const others: readonly Example[] = [
    ...Object.values(EXAMPLES),
    {
      cell: 'LSTM',
      sequence: 'wave',
      weights: Object.fromEntries(
        ['forget', 'candidate', 'input', 'output'].map((gate, k) => [
          gate,
          { input: 1 - k, own: k - 1.5, bias: 0.5 * k },
        ]),
      ),
    },
    {
      cell: 'GRU',
      sequence: 'wave',
      weights: Object.fromEntries(
        ['reset', 'update', 'candidate'].map((gate, k) => [gate, { input: 1 - k, own: k - 1.5, bias: 0.5 * k }]),
      ),
    },
  ];
  const traces = run<readonly Trace[]>(`
    import { SEQUENCES } from './docs/gates/examples.mjs';
    import { runUnit } from './docs/gates/unit.mjs';
    const examples = ${JSON.stringify(others)};
    console.log(JSON.stringify(examples.map(({ cell, weights, sequence }) => runUnit(cell, weights, SEQUENCES[sequence].values))));`);

  it.each(others.map((example, k) => [k, example] as const))('unit %i follows the formulas', (k, example) => {
    const { values } = SEQUENCES[example.sequence]!;
    const { memory, output, kept, exact } = traces[k]!;
    const expected = byHand(example, values);
    expected.forEach((step, t) => {
      expect(memory[t]).toBeCloseTo(step.memory, 12);
      expect(output[t]).toBeCloseTo(step.output, 12);
    });
    const T = values.length;
    expect(kept).toHaveLength(T + 1);
    const product = expected.slice(-3).reduce((all, { keeps }) => all * keeps, 1);
    expect(kept[T - 3]! / product).toBeCloseTo(1, 6); // means of gates are float32
    const alone = Object.values(example.weights).every(({ own }) => own === 0);
    if (alone) for (const [i, value] of exact.entries()) expect(value / kept[i]!).toBeCloseTo(1, 5);
    else expect(Math.abs(exact[0]! / kept[0]! - 1)).toBeGreaterThan(0.1);
  });

  const named = (name: string) => traces[Object.keys(EXAMPLES).indexOf(name)]!.memory;

  it('units do what their sentences say', () => {
    expect(named('remember')[59]).toBeGreaterThan(0.65);
    expect(named('leak')[15]! / named('leak')[5]!).toBeCloseTo(0.04, 2);
    expect(named('erase')[24]).toBeGreaterThan(0.8);
    expect(Math.abs(named('erase')[30]!)).toBeLessThan(0.01);
    expect(named('erase')[40]).toBeGreaterThan(0.9);
    named('count').forEach((c, t) => {
      expect(Math.abs(c - Math.tanh(1) * (t < 15 ? t + 1 : 29 - t))).toBeLessThan(0.02);
    });
    const bounded = named('bounded');
    expect(bounded[14]! - bounded[9]!).toBeLessThan(0.05);
  });

  it('the table of the forget gate is right', () => {
    for (const bias of [0, 1, 3, 5]) {
      const f = sigmoid(bias);
      const row = new RegExp(`\\| ${bias} \\| ([\\d.]+) \\| (\\S+) \\| (\\S+) \\| ([\\d.]+) \\|`).exec(page)!;
      const numbers = row.slice(1).map((text) => {
        const [factor, power] = text.split('·10');
        const digits = [...(power ?? '⁰')]
          .map((sign) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign))
          .map((k) => (k === 0 ? '-' : k - 1));
        return Number(`${factor}e${digits.join('')}`);
      });
      [f, f ** 10, f ** 50, Math.log(0.5) / Math.log(f)].forEach((expected, k) => {
        expect(numbers[k]! / expected).toBeCloseTo(1, 1.5);
      });
    }
  });

  it('trained nets count as far as the page says', () => {
    const { LSTM, GRU, rises } = run<{ LSTM: number; GRU: number; rises: readonly number[] }>(`
      import { longestWord, readWord, trainCounter } from './docs/gates/counting.mjs';
      const [lstm, gru] = ['LSTM', 'GRU'].map(trainCounter);
      const { states } = readWord(lstm, 20);
      const c = states.map(([value]) => value);
      console.log(JSON.stringify({ LSTM: longestWord(lstm), GRU: longestWord(gru), rises: c.slice(1).map((value, t) => value - c[t]) }));`);
    expect(page).toContain(`all words up to n = ${LSTM}.`);
    expect(page).toContain(`only those up to n = ${GRU}:`);
    for (const rise of rises.slice(0, 20)) expect(Math.abs(rise - 1)).toBeLessThan(0.15);
    for (const rise of rises.slice(21)) expect(Math.abs(rise + 1)).toBeLessThan(0.15);
  });
});
