import { spawnSync } from 'node:child_process';
import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: programs of the docs have no types
import * as settings from '../../docs/playground/settings.mjs';
// @ts-expect-error: programs of the docs have no types
import { TASKS as tasks } from '../../docs/playground/tasks.mjs';
import { Random } from '../../lib/index.ts';
import { built, skipped } from '../support/consumer.ts';

interface Batch {
  readonly x: Float32Array;
  readonly xShape: readonly [number, number, number];
  readonly y: Float32Array;
  readonly lengths?: readonly number[];
  readonly weights?: readonly (readonly number[])[];
}

interface Task {
  readonly length: { readonly least: number; readonly most: number; readonly usual: number };
  readonly goal: number;
  draw(random: Random, rows: number, length: number): Batch;
}

type Settings = Readonly<Record<string, string | number>>;
type Setting =
  | { readonly words: readonly string[]; readonly usual: string }
  | { readonly least: number; readonly most: number; readonly whole: boolean; readonly usual: number };

const TASKS = tasks as Readonly<Record<string, Task>>;
const SETTINGS = settings.SETTINGS as Readonly<Record<string, Setting>>;
const USUAL = settings.USUAL as Settings;
const lengthOf = settings.lengthOf as (settings: Settings) => number;
const writeSettings = settings.writeSettings as (settings: Settings) => string;
const readSettings = settings.readSettings as (text: string) => {
  readonly settings: Settings;
  readonly ignored: readonly string[];
};

/** Index of the 1 in each one-hot step of a row; −1 where there is none. */
const symbolsOf = ({ x, xShape: [, T, I] }: Batch, row: number): number[] =>
  Array.from({ length: T }, (_, t) => x.subarray((row * T + t) * I, (row * T + t + 1) * I).indexOf(1));

const draws = (name: string) =>
  fc
    .record({
      seed: fc.nat(),
      rows: fc.integer({ min: 1, max: 4 }),
      length: fc.integer({ min: TASKS[name]!.length.least, max: TASKS[name]!.length.most }),
    })
    .map(({ seed, rows, length }) => ({ rows, length, batch: TASKS[name]!.draw(new Random(seed), rows, length) }));

describe('tasks of the playground', () => {
  test.prop([draws('echo')])('echo asks for the symbol of k steps ago', ({ rows, length: k, batch }) => {
    const [, T] = batch.xShape;
    for (let b = 0; b < rows; b++) {
      const symbols = symbolsOf(batch, b);
      for (let t = k; t < T; t++) expect(batch.y[b * T + t]).toBe(symbols[t - k]);
      expect(batch.weights![b]).toEqual(symbols.map((_, t) => (t < k ? 0 : 1)));
    }
  });

  test.prop([draws('adding')])('adding asks for the mean of the two marked numbers', ({ rows, batch }) => {
    const [, T] = batch.xShape;
    for (let b = 0; b < rows; b++) {
      const steps = Array.from({ length: T }, (_, t) => batch.x.subarray((b * T + t) * 2, (b * T + t) * 2 + 2));
      const marked = steps.filter(([, mark]) => mark === 1).map(([value]) => value!);
      expect(marked).toHaveLength(2);
      expect(batch.y[b]).toBeCloseTo((marked[0]! + marked[1]!) / 2, 6);
    }
  });

  test.prop([draws('order')])('temporal order asks for X and Y in their order', ({ rows, batch }) => {
    for (let b = 0; b < rows; b++) {
      const relevant = symbolsOf(batch, b).filter((symbol) => symbol >= 4);
      expect(relevant).toHaveLength(2);
      expect(batch.y[b]).toBe(2 * (relevant[0]! - 4) + relevant[1]! - 4);
    }
  });

  test.prop([draws('counting')])('counting asks for what is certain in aⁿbⁿ', ({ rows, batch }) => {
    const [, T] = batch.xShape;
    for (let b = 0; b < rows; b++) {
      const length = batch.lengths![b]!;
      const text = symbolsOf(batch, b)
        .slice(0, length)
        .map((symbol) => 'sab'[symbol])
        .join('');
      expect(text).toMatch(/^sa+b+$/);
      const n = (length - 1) / 2;
      expect(text).toBe(`s${'a'.repeat(n)}${'b'.repeat(n)}`);
      const answers = [...batch.y.subarray(b * T, b * T + length)].map((symbol) => 'sab'[symbol]).join('');
      expect(answers).toBe(`${text.slice(1)}s`); // the end has the number of the start
      expect(batch.weights![b]).toEqual(Array.from({ length: T }, (_, t) => (t > n && t < length ? 1 : 0)));
    }
  });

  test.prop([draws('series')])('forecasting asks for the next value', ({ rows, batch }) => {
    const [, T] = batch.xShape;
    for (let b = 0; b < rows; b++) {
      expect([...batch.x.subarray(b * T + 1, (b + 1) * T)]).toEqual([...batch.y.subarray(b * T, (b + 1) * T - 1)]);
    }
  });
});

describe('settings of the playground', () => {
  const any = fc.record(
    Object.fromEntries(
      Object.entries(SETTINGS).map(([name, setting]) => {
        if ('words' in setting) return [name, fc.constantFrom(...setting.words)];
        const { least, most, whole } = setting;
        return [
          name,
          whole ? fc.integer({ min: least, max: most }) : fc.double({ min: least, max: most, noNaN: true }),
        ];
      }),
    ) as Record<string, fc.Arbitrary<string | number>>,
  );

  test.prop([any])('are what their address says', (settings) => {
    const { settings: read, ignored } = readSettings(writeSettings(settings));
    for (const [name, value] of Object.entries(settings)) expect(read[name]).toEqual(value === 0 ? 0 : value);
    expect(ignored).toEqual([]);
  });

  it('are the usual ones where an address says nothing, or nonsense', () => {
    expect(readSettings('').settings).toEqual(USUAL);
    expect(writeSettings(USUAL)).toBe('');
    const text = 'task=fly&units=1e9&rate=fast&seed=1.5&__proto__=1&toString=2&clip=';
    expect(readSettings(text)).toEqual({ settings: USUAL, ignored: text.split('&') });
  });

  test.prop([any])('give a length within the bounds of the task', (settings) => {
    const { least, most } = TASKS[settings.task as string]!.length;
    expect(lengthOf(settings)).toBeGreaterThanOrEqual(least);
    expect(lengthOf(settings)).toBeLessThanOrEqual(most);
  });
});

/** Runs a program, and returns what it prints. */
function runScript(script: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Trains with the settings of an address: the steps to the goal, the score, and the hash. */
function train(address: string, most: number): { steps: number; score: number; hash: string; goal: number } {
  const script = `
    import { Run } from './docs/playground/run.mjs';
    import { readSettings } from './docs/playground/settings.mjs';
    const run = new Run(readSettings('${address}').settings);
    let score = 0;
    while (run.steps < ${most} && score < run.task.goal) {
      for (let k = 0; k < 50; k++) run.step();
      score = run.score();
    }
    console.log(JSON.stringify({ steps: run.steps, score, hash: run.hash(), goal: run.task.goal }));`;
  return JSON.parse(runScript(script)) as ReturnType<typeof train>;
}

(built ? describe : describe.skip)(`runs of the playground${skipped}`, () => {
  it.each(Object.keys(TASKS))('an LSTM learns %s', (task) => {
    const { score, goal } = train(`task=${task}`, 2000);
    expect(score).toBeGreaterThanOrEqual(goal);
  });

  it('a SimpleRNN does not learn to add over 100 steps, and an LSTM does', () => {
    const address = 'task=adding&length=100&seed=3';
    expect(train(`${address}&cell=SimpleRNN`, 1500).score).toBeLessThan(0.5);
    expect(train(`${address}&forgetBias=3`, 3000).score).toBeGreaterThanOrEqual(0.95);
  });

  it('looking at a run changes no bit, and gives numbers for each picture', () => {
    const script = `
      import { observe } from './docs/playground/observe.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      const results = ['task=adding&cell=SimpleRNN&length=60', 'task=counting&layers=2', 'task=series&cell=GRUResetAfter'].map((address) => {
        const [one, other] = [0, 1].map(() => new Run(readSettings(address).settings));
        for (let k = 0; k < 20; k++) {
          one.step();
          other.step();
          if (k % 5 === 0) observe(other, { triangle: true });
        }
        const { layers, input, verdicts } = observe(one, { triangle: true });
        return { same: one.hash() === other.hash(), layers, input, verdicts };
      });
      console.log(JSON.stringify(results));`;
    const [adding, counting, series] = JSON.parse(runScript(script));
    for (const { same, layers, input } of [adding, counting, series]) {
      expect(same).toBe(true);
      for (const { norms, gates, triangle } of layers) {
        expect(norms).toHaveLength(input.length + 1);
        for (const { values } of gates) expect(values).toHaveLength(input.length);
        expect(triangle).toHaveLength(((input.length + 1) * (input.length + 2)) / 2);
      }
    }
    expect(adding.layers[0].norms.at(-1)).toBe(1); // relative to the last step
    expect(adding.layers[0].eigenvalues).toHaveLength(16);
    expect(adding.verdicts[0]).toMatchObject({ kind: 'vanishing', change: { cell: 'LSTM' } });
    expect(counting.layers).toHaveLength(2);
    expect(counting.input.length).toBeLessThan(21); // without padding
  });

  it('a larger forget bias keeps more of the gradient', () => {
    const script = `
      import { observe } from './docs/playground/observe.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      console.log(JSON.stringify(['cell=SimpleRNN', 'forgetBias=1', 'forgetBias=3'].map((address) => {
        const run = new Run(readSettings('length=100&' + address).settings);
        for (let k = 0; k < 100; k++) run.step();
        return observe(run).layers[0].norms[0];
      })));`;
    const [simple, one, three] = JSON.parse(runScript(script));
    expect(one).toBeLessThan(simple);
    expect(three).toBeGreaterThan(100 * simple);
  });

  it('the program of a run ends with its hash', () => {
    const script = `
      import { programOf } from './docs/playground/program.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      console.log(programOf(readSettings('task=echo&cell=GRU').settings, 100));`;
    const program = runScript(script).replaceAll("'./", "'./docs/playground/");
    expect(runScript(program).trim().split('\n').at(-1)).toBe(train('task=echo&cell=GRU', 100).hash);
  });

  it('the same address gives the same bits, another seed others', () => {
    const hashes = ['', '', 'seed=2'].map((seed) => train(`task=echo&cell=GRU&dropout=0.1&${seed}`, 100).hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});
