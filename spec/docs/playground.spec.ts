import { spawnSync } from 'node:child_process';
import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: programs of the docs have no types
import { readRecord } from '../../docs/examples/co2/record.mjs';
// @ts-expect-error: programs of the docs have no types
import { CO2 } from '../../docs/playground/co2.mjs';
// @ts-expect-error: programs of the docs have no types
import * as series from '../../docs/playground/series.mjs';
// @ts-expect-error: programs of the docs have no types
import * as settings from '../../docs/playground/settings.mjs';
// @ts-expect-error: programs of the docs have no types
import * as tasks from '../../docs/playground/tasks.mjs';
// @ts-expect-error: programs of the docs have no types
import { RHYME } from '../../docs/playground/text.mjs';
import { Random, Tensor } from '../../lib/index.ts';
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
  readonly inputs: readonly string[];
  draw(random: Random, rows: number, length: number, heldOut?: boolean): Batch;
}

type Settings = Readonly<Record<string, string | number>>;
type Setting =
  | { readonly words: readonly string[]; readonly usual: string }
  | { readonly least: number; readonly most: number; readonly whole: boolean; readonly usual: number };

const SETTINGS = settings.SETTINGS as Readonly<Record<string, Setting>>;
const USUAL = settings.USUAL as Settings;
const lengthOf = settings.lengthOf as (settings: Settings) => number;
const writeAddress = settings.writeAddress as (nets: readonly Settings[], hidden?: readonly string[]) => string;
const readAddress = settings.readAddress as (text: string) => {
  readonly nets: readonly Settings[];
  readonly hidden: readonly string[];
  readonly ignored: readonly string[];
};
const TASK_NAMES = tasks.TASK_NAMES as readonly string[];
const taskOf = (task: string, own: Settings = {}) => tasks.taskOf({ ...USUAL, task, ...own }) as Task;
const scoreOf = tasks.scoreOf as (task: object, batch: object, prediction: object) => number;
const textOfSeries = series.textOfSeries as (values: readonly number[]) => string;
const seriesColumns = series.seriesColumns as (
  rows: readonly (readonly string[])[],
) => readonly { readonly name: string; readonly values: readonly number[] }[];

/** Index of the 1 in each one-hot step of a row; −1 where there is none. */
const symbolsOf = ({ x, xShape: [, T, I] }: Batch, row: number): number[] =>
  Array.from({ length: T }, (_, t) => x.subarray((row * T + t) * I, (row * T + t + 1) * I).indexOf(1));

const draws = (name: string) =>
  fc
    .record({
      seed: fc.nat(),
      rows: fc.integer({ min: 1, max: 4 }),
      length: fc.integer({ min: taskOf(name).length.least, max: taskOf(name).length.most }),
      heldOut: fc.boolean(),
    })
    .map(({ seed, rows, length, heldOut }) => ({
      rows,
      length,
      heldOut,
      batch: taskOf(name).draw(new Random(seed), rows, length, heldOut),
    }));

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

  const characters = (batch: Batch, row: number) =>
    symbolsOf(batch, row)
      .map((symbol) => taskOf('text').inputs[symbol]!)
      .join('');

  test.prop([draws('text')])(
    'next character asks for the text, and trains on nine tenths',
    ({ rows, heldOut, batch }) => {
      const [, T] = batch.xShape;
      const split = RHYME.length - Math.ceil(RHYME.length / 10);
      for (let b = 0; b < rows; b++) {
        const read = characters(batch, b);
        const asked = [...batch.y.subarray(b * T, (b + 1) * T)]
          .map((symbol) => taskOf('text').inputs[symbol]!)
          .join('');
        expect(asked.slice(0, -1)).toBe(read.slice(1));
        const part = heldOut ? RHYME.slice(split) : RHYME.slice(0, split);
        expect(part).toContain(read + asked.slice(-1));
      }
    },
  );

  it('any text that fits is drawn from, at any length', () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\n'), minLength: 60, maxLength: 90 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 100 }), fc.nat(), (text, length, seed) => {
        fc.pre(new Set(text).size > 1);
        for (const heldOut of [false, true]) {
          const batch = taskOf('text', { text }).draw(new Random(seed), 3, length, heldOut);
          const inputs = taskOf('text', { text }).inputs;
          const read = symbolsOf(batch, 2).map((symbol) => inputs[symbol]!);
          expect(text).toContain(read.join(''));
        }
      }),
    );
  });

  test.prop([draws('series')])('forecasting asks for the next change', ({ rows, batch }) => {
    const [, T] = batch.xShape;
    for (let b = 0; b < rows; b++) {
      expect([...batch.x.subarray(b * T + 1, (b + 1) * T)]).toEqual([...batch.y.subarray(b * T, (b + 1) * T - 1)]);
    }
  });

  it('forecasting trains on the first four fifths, in units of their changes', () => {
    const values = Array.from({ length: 100 }, (_, k) => (k < 81 ? 3 * (k % 2) : 100 * k));
    const task = taskOf('series', { data: textOfSeries(values) });
    for (let seed = 0; seed < 50; seed++) {
      const { x, y } = task.draw(new Random(seed), 2, 20);
      expect([...x, ...y].map(Math.abs)).toEqual(new Array(80).fill(1));
    }
    const { x } = task.draw(new Random(1), 8, 18, true);
    expect(x.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(30);
  });

  it('a score of changes is 0 for no change, 1 for what comes, below 0 for worse', () => {
    const task = taskOf('series');
    const batch = task.draw(new Random(1), 2, 10) as Batch & { readonly yShape: readonly number[] };
    const like = (factor: number) => new Tensor({ data: batch.y.map((value) => factor * value) }, [2, 10, 1]);
    expect(scoreOf(task, batch, like(0))).toBe(0);
    expect(scoreOf(task, batch, like(1))).toBe(1);
    expect(scoreOf(task, batch, like(-1))).toBeCloseTo(-3, 6);
    const still = { ...batch, y: new Float32Array(20) };
    expect(scoreOf(task, still, like(1))).toBe(0);
  });

  it('the built-in series is the record of the example', () => {
    expect(CO2).toEqual(readRecord().values);
  });

  it('columns of a table are series where all cells are numbers, enough of them, that change', () => {
    const rows = Array.from({ length: 80 }, (_, k) => [`2020-${k}`, String(k % 7), '5', k === 40 ? '' : String(k)]);
    const named = [['ds', 'y', 'constant', 'gap'], ...rows];
    expect(seriesColumns(named).map(({ name, values }) => [name, values.length])).toEqual([['y', 80]]);
    expect(seriesColumns(rows).map(({ name }) => name)).toEqual(['column 2']);
    const commas = rows.map(([day, value]) => [day!, `${value},5`]);
    expect(seriesColumns(commas)[0]!.values.slice(0, 3)).toEqual([0.5, 1.5, 2.5]);
    expect(seriesColumns(named.slice(0, 30))).toEqual([]);
    expect(seriesColumns([])).toEqual([]);
  });
});

describe('addresses of the playground', () => {
  const arbitraries: Record<string, fc.Arbitrary<string | number>> = {
    text: fc.constantFrom(RHYME as string, 'a & b = 100 %, é + 😀; '.repeat(4)),
    data: fc.constantFrom('', textOfSeries(Array.from({ length: 70 }, (_, k) => Math.sin(k)))),
  };
  const arbitraryOf = (name: string): fc.Arbitrary<string | number> => {
    const setting = SETTINGS[name]!;
    if ('words' in setting) return fc.constantFrom(...setting.words);
    if (!('least' in setting)) return arbitraries[name]!;
    const { least, most, whole } = setting;
    return whole
      ? fc.integer({ min: least, max: most })
      : fc.double({ min: least, max: most, noNaN: true }).map((value) => (value === 0 ? 0 : value)); // no −0
  };
  const record = (names: readonly string[]) => fc.record(Object.fromEntries(names.map((n) => [n, arbitraryOf(n)])));
  const some = fc
    .tuple(
      record(Object.keys(settings.SHARED)),
      fc.array(record(Object.keys(settings.OWN)), { minLength: 1, maxLength: 3 }),
    )
    .map(([shared, own]) => own.map((each) => ({ ...shared, ...each }) as Settings));
  const hidden = fc.subarray(settings.CONTROLS as string[]);

  test.prop([some, hidden])('hold all settings of all nets', (nets, hide) => {
    expect(readAddress(writeAddress(nets, hide))).toEqual({ nets, hidden: hide, ignored: [] });
  });

  it('stand for the usual settings where they say nothing, or nonsense', () => {
    expect(readAddress('').nets).toEqual([USUAL]);
    expect(writeAddress([USUAL])).toBe('');
    const text =
      'task=fly&units=1e9&rate=fast&seed=1.5&__proto__=1&toString=2&clip=&nets=4&2.cell=GRU&1.cell=GRU&2.seed=3&text=ab&data=1 2';
    expect(readAddress(text)).toEqual({ nets: [USUAL], hidden: [], ignored: text.split('&') });
    expect(readAddress('nets=2&2.seed=3&hide=rate,fun')).toEqual({
      nets: [USUAL, USUAL],
      hidden: ['rate'],
      ignored: ['2.seed=3', 'hide=fun'],
    });
  });

  it('controls out of bounds give the nearest number, nonsense the usual value', () => {
    const repaired = settings.repaired as (name: string, value: unknown) => unknown;
    const cases: [string, unknown, unknown][] = [
      ['rows', 300, 256],
      ['rows', 0, 1],
      ['units', 3.6, 4],
      ['units', '', 16],
      ['rate', 0, 1e-6],
      ['rate', 0.5, 0.5],
      ['cell', 'fly', 'LSTM'],
      ['text', 'short', RHYME],
    ];
    for (const [name, value, expected] of cases) expect(repaired(name, value)).toBe(expected);
  });

  test.prop([some])('give a length within the bounds of the task', ([net]) => {
    const { least, most } = taskOf(net!.task as string).length;
    expect(lengthOf(net!)).toBeGreaterThanOrEqual(least);
    expect(lengthOf(net!)).toBeLessThanOrEqual(most);
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
    const run = new Run(readSettings('${address}'));
    let score = 0;
    while (run.steps < ${most} && score < run.task.goal) {
      for (let k = 0; k < 50; k++) run.step();
      score = run.score();
    }
    console.log(JSON.stringify({ steps: run.steps, score, hash: run.hash(), goal: run.task.goal }));`;
  return JSON.parse(runScript(script)) as ReturnType<typeof train>;
}

(built ? describe : describe.skip)(`runs of the playground${skipped}`, () => {
  it.each(TASK_NAMES)('an LSTM learns %s', (task) => {
    const { score, goal } = train(`task=${task}`, 2000);
    expect(score).toBeGreaterThanOrEqual(goal);
  });

  /** The score after some steps. */
  const scoreAfter = (address: string, steps: number) => {
    const script = `
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      const run = new Run(readSettings('${address}'));
      const norms = [];
      for (let k = 0; k < ${steps}; k++) norms.push(run.step());
      console.log(JSON.stringify({ score: run.score(), norms }));`;
    return JSON.parse(runScript(script)) as {
      readonly score: number;
      readonly norms: readonly { readonly gradientNorm: number; readonly clippedNorm: number }[];
    };
  };

  it('nets add over 100 steps as the page says', () => {
    const address = 'task=adding&length=100';
    expect(scoreAfter(`${address}&cell=SimpleRNN`, 3000).score).toBeLessThan(0.2);
    expect(scoreAfter(address, 1500).score).toBeLessThan(0.6);
    expect(scoreAfter(address, 3000).score).toBeGreaterThan(0.95);
    expect(scoreAfter(`${address}&forgetBias=3`, 1500).score).toBeGreaterThan(0.95);
  });

  it('clipping limits the norm as the page says', () => {
    const [free, clipped] = ['&clip=0', ''].map((clip) => {
      const { score, norms } = scoreAfter(`task=adding&cell=SimpleRNN&init=large${clip}`, 300);
      expect(score).toBeLessThan(0.3);
      return {
        before: norms.reduce((most, { gradientNorm }) => Math.max(most, gradientNorm), 0),
        least: norms.reduce((least, { gradientNorm }) => Math.min(least, gradientNorm), Infinity),
        after: norms.reduce((most, { clippedNorm }) => Math.max(most, clippedNorm), 0),
      };
    });
    expect(free!.before).toBeGreaterThan(5e5);
    expect(free!.least).toBeLessThan(2);
    expect(free!.after).toBe(free!.before);
    expect(clipped!.before).toBeGreaterThan(5e5);
    expect(clipped!.after).toBeLessThan(1.000001);
  });

  it('nets count to 30 as the page says', () => {
    const address = 'task=counting&length=30';
    for (const cell of ['LSTM', 'GRU']) expect(scoreAfter(`${address}&cell=${cell}`, 1000).score).toBe(1);
    expect(scoreAfter(`${address}&cell=SimpleRNN`, 1000).score).toBeLessThan(0.2);
  });

  it('a rate of 1 saturates the gates as the page says', () => {
    const script = `
      import { observe } from './docs/playground/observe.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      const run = new Run(readSettings('task=echo&rate=1'));
      for (let k = 0; k < 100; k++) run.step();
      console.log(JSON.stringify(observe(run)));`;
    const { layers, verdicts } = JSON.parse(runScript(script));
    for (const { saturated } of layers[0].gates) expect(saturated).toBeGreaterThan(0.975);
    expect(verdicts[0]).toMatchObject({ kind: 'saturated', change: { rate: 0.3 } });
    expect(scoreAfter('task=echo&rate=1', 500).score).toBeLessThan(0.3);
    expect(scoreAfter('task=echo&rate=0.3', 500).score).toBeGreaterThan(0.95);
  });

  it('a button of a verdict applies its remedy, unless there is no setting for it', () => {
    const script = `
      import { observe } from './docs/playground/observe.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      const of = (address, steps = 0) => {
        const run = new Run(readSettings(address));
        for (let k = 0; k < steps; k++) run.step();
        return observe(run).verdicts.map(({ kind, remedy, change }) => ({ kind, remedy, change }));
      };
      console.log(JSON.stringify([of('length=200'), of('length=200&cell=GRU'), of('length=200&forgetBias=3.5'), of('task=counting&length=30', 500)]));`;
    const [lstm, gru, mended, drift] = JSON.parse(runScript(script));
    expect(lstm[0]).toMatchObject({ kind: 'vanishing', change: { forgetBias: 3.35 } });
    expect(lstm[0].remedy).toContain("forget gate's bias to about 3.35");
    expect(gru[0]).toMatchObject({ kind: 'vanishing', change: { cell: 'LSTM', forgetBias: 3.35 } });
    expect(mended).toEqual([]);
    expect(drift[0].remedy).toContain("input gate's bias");
    expect(drift[0].change).toBeUndefined();
  });

  it('looking at a run changes no bit, and gives numbers for each picture', () => {
    const script = `
      import { observe } from './docs/playground/observe.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      const results = ['task=adding&cell=SimpleRNN&length=60', 'task=counting&layers=2', 'task=series&cell=GRUResetAfter', 'task=text&dropout=0.2'].map((address) => {
        const [one, other] = [0, 1].map(() => new Run(readSettings(address)));
        for (let k = 0; k < 20; k++) {
          one.step();
          other.step();
          if (k % 5 === 0) observe(other, { detail: true });
        }
        const seen = observe(one, { detail: true });
        return { same: one.hash() === other.hash(), ...seen };
      });
      console.log(JSON.stringify(results));`;
    const [adding, counting, forecasting, text] = JSON.parse(runScript(script));
    for (const { same, layers, input, stride } of [adding, counting, forecasting, text]) {
      expect(same).toBe(true);
      for (const { norms, gates, triangle } of layers) {
        expect(norms).toHaveLength(input.length + 1);
        for (const { values } of gates) expect(values).toHaveLength(input.length);
        const rows = Math.floor(input.length / stride) + 1;
        expect(triangle).toHaveLength((rows * (rows + 1)) / 2);
        expect(rows).toBeLessThanOrEqual(21);
      }
    }
    expect(adding.layers[0].norms.at(-1)).toBe(1); // relative to the last step
    expect(adding.layers[0].eigenvalues).toHaveLength(16);
    expect(adding.verdicts[0]).toMatchObject({ kind: 'vanishing', change: { cell: 'LSTM' } });
    expect(text.connectivity.text).toHaveLength(text.input.length);
    expect(text.writing.written.length).toBeGreaterThan(100);
    expect(counting.layers).toHaveLength(2);
    expect(counting.input.length).toBeLessThan(21); // without padding
  });

  it('connectivity is the norm of differences of the logits', () => {
    const script = `
      import { Tensor } from 'bptt';
      import { connectivity } from './docs/playground/reading.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      const run = new Run(readSettings('task=text&length=6&dropout=0.3'));
      for (let k = 0; k < 30; k++) run.step();
      const { answers, norms } = connectivity(run);
      const { x } = run.examples(1);
      const [, T, I] = x.shape;
      const [model, step] = [run.copy(), 1e-2];
      const logit = (t, i, k, change) => {
        const moved = x.copy();
        moved.set(0, i, k, moved.get(0, i, k) + change);
        return model.predict(moved).get(0, t, run.task.outputs.indexOf(answers[t]));
      };
      const expected = norms.map((row, t) =>
        row.map((_, i) => {
          let sum = 0;
          for (let k = 0; k < I; k++) sum += ((logit(t, i, k, step) - logit(t, i, k, -step)) / (2 * step)) ** 2;
          return Math.sqrt(sum);
        }),
      );
      console.log(JSON.stringify({ norms, expected }));`;
    const { norms, expected } = JSON.parse(runScript(script)) as { norms: number[][]; expected: number[][] };
    norms.forEach((row, t) => {
      row.forEach((norm, i) => {
        if (i > t) expect(norm).toBe(0);
        else expect(Math.abs(norm / expected[t]![i]! - 1)).toBeLessThan(0.01);
      });
    });
  });

  it('a larger forget bias keeps more of the gradient', () => {
    const script = `
      import { observe } from './docs/playground/observe.mjs';
      import { Run } from './docs/playground/run.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      console.log(JSON.stringify(['cell=SimpleRNN', 'forgetBias=1', 'forgetBias=3'].map((address) => {
        const run = new Run(readSettings('length=100&' + address));
        for (let k = 0; k < 100; k++) run.step();
        return observe(run).layers[0].norms[0];
      })));`;
    const [simple, one, three] = JSON.parse(runScript(script));
    expect(simple).toBeCloseTo(3e-8, 9);
    expect(one).toBeCloseTo(1.1e-12, 13);
    expect(three).toBeCloseTo(2e-5, 5);
  });

  it('the program of a run ends with its hash', () => {
    const script = `
      import { programOf } from './docs/playground/program.mjs';
      import { readSettings } from './docs/playground/settings.mjs';
      console.log(programOf(readSettings('task=echo&cell=GRU'), 100));`;
    const program = runScript(script).replaceAll("'./", "'./docs/playground/");
    expect(runScript(program).trim().split('\n').at(-1)).toBe(train('task=echo&cell=GRU', 100).hash);
  });

  it('the same address gives the same bits, another seed others', () => {
    const hashes = ['', '', 'seed=2'].map((seed) => train(`task=echo&cell=GRU&dropout=0.1&${seed}`, 100).hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });
});
