import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextValues } from '../../lib/fleet/next-values.ts';
import { Dense, Embedding, GRU, Sequential, StandardScaler, Vocabulary } from '../../lib/index.ts';
import { built, skipped } from '../support/consumer.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let folder = '';
const at = (name: string): string => path.join(folder, name);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function bptt(...words: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', cwd: folder });
  return { code: status, out: stdout, err: stderr };
}

/** Runs the command, and sends it a signal once its folder of the training is there and it has had time for steps. */
async function interrupted(signal: NodeJS.Signals, training: string, ...words: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const timer = setInterval(() => {
    if (!existsSync(at(training))) return;
    clearInterval(timer);
    setTimeout(() => child.kill(signal), 100);
  }, 10);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearInterval(timer);
  return { code, out, err };
}

const sentence = 'call me ishmael. some years ago, never mind how long, i went to sea. ';
const SMALL = ['--units', '12', '--epochs', '4'];

/** A season of 7 days and a slow wave, with a repeatable disturbance. */
const valueAt = (t: number): number =>
  Number((20 + 5 * Math.sin((2 * Math.PI * t) / 7) + 2 * Math.sin(t / 9) + ((t * 7919) % 13) / 26).toFixed(3));
const dayAt = (t: number): string => new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bptt-train-'));
  writeFileSync(at('sea.txt'), sentence.repeat(60));
  writeFileSync(at('long.txt'), sentence.repeat(1500));
  const days = Array.from({ length: 300 }, (_, t) => `${dayAt(t)},${valueAt(t)}\n`);
  writeFileSync(at('days.csv'), `ds,y\n${days.join('')}`);
  const shops = ['a', 'b'].flatMap((shop) => days.slice(0, 150).map((row) => `${shop},${row}`));
  writeFileSync(at('shops.csv'), `unique_id,ds,y\n${shops.join('')}`);
  const plain = new Sequential([new GRU({ units: 2 }), new Dense({ units: 1 })], { inputSize: 1 }).build();
  writeFileSync(at('plain.safetensors'), plain.toBytes());
});

afterAll(() => rmSync(folder, { recursive: true }));

const modelOf = (name: string): Sequential =>
  Sequential.fromBytes(new Uint8Array(readFileSync(at(name))), { classes: [Embedding, StandardScaler, Vocabulary] });
const bytesOf = (name: string): Buffer => readFileSync(at(name));

(built ? describe : describe.skip)(`bptt train, generate and forecast${skipped}`, () => {
  it('learns a text, writes it, and says what it found', () => {
    const { code, out, err } = bptt('train', 'sea.txt', '--units', '32', '--json', '--learning-rate', '0.02');
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found.bitsPerCharacter).toBeLessThan(0.5);
    expect(found.bitsByShares).toBeGreaterThan(3.5);
    expect(found.model).toBe('sea.safetensors');
    expect(err).toMatch(/^sea\.txt: \d+ characters to train on, 414 for validation, 20 different ones\n/);
    expect(err).toMatch(/epoch \d+\/\d+ {2}loss \S+ bits {2}validation \S+ bits {2}\S+ steps\/s {2}0:\d\d left\n/);
    const { vocabulary } = modelOf('sea.safetensors').metadata as { vocabulary: Vocabulary };
    expect(vocabulary.size).toBe(20);
    const written = bptt(
      'generate',
      'sea.safetensors',
      '--length',
      '40',
      '--start',
      'some years',
      '--temperature',
      '0.1',
    );
    expect(written).toEqual({ code: 0, err: '', out: `${sentence.slice(17, 67)}\n` });
    expect(existsSync(at('sea.training'))).toBe(false);
  }, 60_000);

  it('generates the same text from the same seed, another one from another, of the most probable characters if asked', () => {
    const text = (...words: string[]): string => bptt('generate', 'sea.safetensors', '--length', '80', ...words).out;
    const hot = ['--temperature', '3'];
    expect(text(...hot)).toBe(text(...hot));
    expect(text(...hot, '--seed', '1')).not.toBe(text(...hot));
    expect(text(...hot, '--top-k', '1', '--seed', '1')).toBe(text('--temperature', '0.01'));
    expect(text(...hot, '--top-p', '0.0001', '--seed', '1')).toBe(text('--temperature', '0.01'));
    expect(text(...hot)).toHaveLength(81);
  });

  it('ends quietly where nobody reads on', async () => {
    const child = spawn(process.execPath, [MAIN, 'generate', 'sea.safetensors', '--length', '100000000'], {
      cwd: folder,
    });
    let err = '';
    child.stderr.on('data', (text) => {
      err += text;
    });
    const began = await new Promise<string>((done) => child.stdout.once('data', (text) => done(String(text))));
    child.stdout.destroy();
    const code = await new Promise((done) => child.on('close', done));
    expect([code, err]).toEqual([0, '']);
    expect(began.length).toBeGreaterThan(0); // long before all was generated
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'goes on after %s to the same bits',
    async (signal) => {
      const words = ['train', 'long.txt', '--units', '16', '--epochs', '3', '--dropout', '0.1'];
      if (!existsSync(at('whole.safetensors'))) expect(bptt(...words, '--out', 'whole.safetensors').code).toBe(0);
      const name = signal.toLowerCase();
      const all = [...words, '--out', `${name}.safetensors`];
      const { code, out, err } = await interrupted(signal, `${name}.training`, ...all);
      expect([code, out]).toEqual([130, '']);
      expect(err).toMatch(
        `the checkpoint is in ${name}.training\nTo go on: npx bptt train long.txt --units 16 --epochs 3 --dropout 0.1 --out ${name}.safetensors\n`,
      );
      expect(existsSync(at(`${name}.safetensors`))).toBe(false);

      const changed = bptt(...all, '--seed', '3');
      expect([changed.code, changed.out]).toEqual([1, '']);
      expect(changed.err).toBe(
        `bptt: ${name}.training: a training was begun there, but --seed was 0, and is 3 now. Give the options of before to go on, --fresh to begin anew, or another --out\n`,
      );
      const rest = bptt(...all);
      expect(rest.code).toBe(0);
      expect(rest.err).toMatch(`Goes on from the checkpoint in ${name}.training\n`);
      expect(Buffer.compare(bytesOf(`${name}.safetensors`), bytesOf('whole.safetensors'))).toBe(0);
      expect(existsSync(at(`${name}.training`))).toBe(false);
    },
    60_000,
  );

  it('does not train twice, and trains anew if asked', () => {
    const words = ['train', 'sea.txt', ...SMALL, '--out', 'again.safetensors'];
    const first = bptt(...words);
    const bytes = bytesOf('again.safetensors');
    const second = bptt(...words);
    expect(second).toEqual({
      code: 0,
      out: first.out,
      err: 'again.safetensors: it was trained before with these options; --fresh trains anew\n',
    });
    expect(bptt(...words, '--units', '8').err).toMatch(
      /^bptt: again\.safetensors: the model is trained already, but --units was 12, and is 8 now; --fresh trains anew /,
    );
    expect(Buffer.compare(bytesOf('again.safetensors'), bytes)).toBe(0);
    expect(bptt(...words, '--units', '8', '--fresh').code).toBe(0);
    expect(modelOf('again.safetensors').parameters.size).toBeLessThan(2000);
    expect(bptt('train', 'sea.txt', '--out', 'plain.safetensors').err).toBe(
      'bptt: plain.safetensors: the file exists, and is no model of bptt train; --fresh trains anew and replaces it, --out writes another file\n',
    );
    expect(bptt('train', 'sea.txt', '--out', './sea.txt').err).toMatch(/it is the file of the data/);
  }, 30_000);

  it('learns a series, and forecasts it better than naive rules', () => {
    const words = ['train', 'days.csv', '--horizon', '7', '--season', '7', '--json'];
    const { code, out } = bptt(...words);
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found.error).toBeLessThan(0.6 * found.seasonalNaiveError);
    expect(found.error).toBeLessThan(0.2 * found.naiveError);
    expect(found.settings).toMatchObject({ target: 'y', time: 'ds', input: 24, horizon: 7, season: 7 });

    // The naive errors, from their definitions: of the targets that begin in the last fifth.
    const [origins, count] = [Array.from({ length: 54 }, (_, i) => 240 + i), 54 * 7];
    const naive = (of: (origin: number, h: number) => number): number =>
      origins
        .flatMap((o) => Array.from({ length: 7 }, (_, h) => Math.abs(valueAt(o + h) - of(o, h))))
        .reduce((a, b) => a + b) / count;
    expect(found.naiveError).toBeCloseTo(
      naive((o) => valueAt(o - 1)),
      4,
    );
    expect(found.seasonalNaiveError).toBeCloseTo(
      naive((o, h) => valueAt(o + h - 7)),
      4,
    );

    const model = modelOf('days.safetensors');
    const values = Array.from({ length: 300 }, (_, t) => valueAt(t));
    const next = nextValues(model, values);
    const json = JSON.parse(bptt('forecast', 'days.safetensors', 'days.csv', '--json').out);
    expect(json.series).toEqual([{ times: next.map((_, k) => dayAt(300 + k)), values: next }]);
    const csv = bptt('forecast', 'days.safetensors', 'days.csv', '--steps', '9').out.trim().split('\n');
    const fed = [...next, ...nextValues(model, [...values, ...next]).slice(0, 2)];
    expect(csv).toEqual(['ds,y', ...fed.map((value, k) => `${dayAt(300 + k)},${Number(value.toPrecision(7))}`)]);
  }, 60_000);

  it('trains on one series of a table, and forecasts that one', () => {
    const words = ['train', 'shops.csv', '--by', 'unique_id', '--epochs', '2'];
    expect(bptt(...words).err).toBe(
      'bptt: shops.csv: the column unique_id names 2 series; --id takes one of them: a, b\n',
    );
    expect(bptt(...words, '--id', 'b').code).toBe(0);
    const lines = bptt('forecast', 'shops.safetensors', 'shops.csv', '--steps', '1').out.trim().split('\n');
    expect(lines).toEqual(['unique_id,ds,y', expect.stringMatching(/^b,2024-05-30,[\d.]+$/)]);
    const named = bptt('forecast', 'shops.safetensors', 'shops.csv', '--steps', '1', '--id', 'a').out.split('\n');
    expect(named[1]).toMatch(/^a,2024-05-30,/);
    expect(bptt('forecast', 'shops.safetensors', 'shops.csv', '--id', 'c').err).toMatch(
      'shops.csv: --id c: there is no such series; it has 2: a, b\n',
    );
  }, 30_000);

  it('numbers forecasts of unequal time steps', () => {
    const rows = Array.from({ length: 40 }, (_, t) => `${dayAt(t * t)},${valueAt(t)}\n`);
    writeFileSync(at('odd.csv'), `ds,y\n${rows.join('')}`);
    const { code, out, err } = bptt('forecast', 'days.safetensors', 'odd.csv', '--steps', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/^step,y\n1,[\d.]+\n2,[\d.]+\n$/);
    expect(err).toBe('odd.csv: the last times of the column ds have no equal steps, so forecasts are numbered\n');
  });

  it('writes a page of losses and samples, or forecasts', () => {
    expect(bptt('train', 'sea.txt', ...SMALL, '--out', 'p.safetensors', '--report', 'p.html').code).toBe(0);
    const page = readFileSync(at('p.html'), 'utf8');
    for (const text of ['A sample at temperature 0.5', 'validation: ', '<svg', '--learning-rate'])
      expect(page).toContain(text);
    expect(bptt('train', 'days.csv', '--epochs', '2', '--out', 'q.safetensors', '--report', 'q.html').code).toBe(0);
    expect(readFileSync(at('q.html'), 'utf8')).toContain('Errors by step ahead');
    expect(bptt('train', 'days.csv', '--report', 'no/q.html').err).toMatch(
      '--report no/q.html: there is no folder no\n',
    );
    expect(bptt('train', 'days.csv', '--report', 'q.pdf').err).toMatch('the name of the page must end in .html\n');
  }, 30_000);

  const series = (count: number, value: (t: number) => unknown): string =>
    `ds,y\n${Array.from({ length: count }, (_, t) => `${t},${value(t)}\n`).join('')}`;

  it.each<[string, string | Uint8Array, string[], string]>([
    ['empty.txt', '', [], 'it is empty'],
    ['few.txt', 'few', [], 'it has 3 characters, and at least 100 are needed'],
    ['same.txt', 'a'.repeat(500), [], 'it has only the character "a", so there is nothing to learn'],
    ['latin.txt', Uint8Array.from({ length: 500 }, () => 0xe9), [], 'it must be text in UTF-8, and has other bytes'],
    ['zeros.txt', 'a\0'.repeat(200), [], 'it must be text in UTF-8, and has zeros'],
    ['wide.txt', 'ab'.repeat(100), ['--window', '150'], 'it has 200 characters, which are too few for windows of 150'],
    ['other.txt', 'ab'.repeat(100), ['--horizon', '3'], '--horizon is for a series, and the file is read as a text'],
    ['names.csv', 'ds,y\n', [], 'it has a line of names (ds, y), and no rows'],
    ['column.csv', 'ds;y\n1;2\n', [], 'it has no column y, and these: ds;y (fields have to be separated by commas)'],
    ['words.csv', series(100, () => 'high'), [], '--target must be a column of numbers; received "high"'],
    ['constant.csv', series(100, () => 5), [], 'the column y is always 5, so there is nothing to learn'],
    ['none.csv', series(100, () => 'NaN'), [], 'the column y has no values'],
    ['short.csv', series(10, (t) => t), [], 'the series has 10 time steps, of which 0 are to train on'],
    ['gaps.csv', series(200, (t) => (t % 10 === 0 ? '' : t % 7)), [], 'the part for training: it must have a window'],
    ['twice.csv', 'ds,y\n1,2\n1,3\n', [], '--time must be different in each row of a series; received "1"; --by names'],
    ['id.csv', series(100, (t) => t % 7), ['--id', 'a'], '--id a needs --by, the column in which the series are named'],
    ['ragged.csv', 'ds,y\n1,2\n2\n', [], 'it must be comma-separated values with a line of names; received 1 fields'],
  ])('refuses to train on %s', (name, content, words, message) => {
    writeFileSync(at(name), content);
    const { code, out, err } = bptt('train', name, ...words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(`bptt: ${name}: ${message}`);
    expect(err.split('\n')).toHaveLength(2);
    expect(existsSync(at(name.replace(/\.\w+$/, '.training')))).toBe(false);
  });

  it('refuses values that cannot be scaled', () => {
    writeFileSync(
      at('large.csv'),
      series(200, (t) => 1e300 * (t % 3)),
    );
    expect(bptt('train', 'large.csv').err).toMatch(/^bptt: --target: the value 1e\+300 is too large to be scaled/);
  });

  it.each<[string[], string]>([
    [
      ['generate', 'days.safetensors'],
      'days.safetensors: its model forecasts series (bptt forecast); text is written by',
    ],
    [['generate', 'plain.safetensors'], 'plain.safetensors: its model has no vocabulary; text is written by'],
    [['generate', 'sea.txt'], 'sea.txt: the format is not known'],
    [['generate', 'sea.safetensors', '--start', 'sea Z'], '--start: the model does not know "Z"'],
    [
      ['forecast', 'sea.safetensors', 'days.csv'],
      'sea.safetensors: its model writes text (bptt generate); forecasts are',
    ],
    [
      ['forecast', 'plain.safetensors', 'days.csv'],
      'plain.safetensors: its model does not say what it reads; forecasts',
    ],
    [
      ['forecast', 'days.safetensors', 'short.csv'],
      'short.csv: the series has 10 values, and the model reads the last 24',
    ],
    [
      ['forecast', 'days.safetensors', 'gaps.csv'],
      'gaps.csv: the series has no value at 180, and the model reads the last',
    ],
    [['forecast', 'days.safetensors', 'none'], 'none: there is no such file or folder'],
  ])('refuses %j', (words, message) => {
    const { code, out, err } = bptt(...words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(`bptt: ${message}`);
    expect(err.split('\n')).toHaveLength(2);
  });

  it.each<[string[], string]>([
    [
      ['train', 'sea.txt', '--dropout', '1'],
      "'--dropout <share>' argument '1' is invalid. It must be a number from 0, below 1.",
    ],
    [
      ['train', 'sea.txt', '--cell', 'tcn'],
      "'--cell <cell>' argument 'tcn' is invalid. It must be one of lstm, gru, rnn.",
    ],
    [['generate', 'sea.safetensors', '--temperature', '0'], 'It must be a number above 0.'],
    [['forecast', 'days.safetensors'], "missing required argument 'file'"],
  ])('refuses the words %j', (words, message) => {
    const { code, err } = bptt(...words);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
