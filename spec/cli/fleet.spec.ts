import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { folderStore, nextValues } from '../../lib/fleet/index.ts';
import { Sequential, StandardScaler } from '../../lib/index.ts';
import { built, skipped } from '../support/consumer.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
let folder = '';
const at = (name: string): string => path.join(folder, name);

function bptt(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', cwd: folder });
  return { code: status, out: stdout, err: stderr };
}

/** Runs the command, and sends it SIGINT once its store has a result. */
async function interrupted(store: string, ...words: string[]): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder });
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  const has = (): boolean => {
    try {
      return readFileSync(path.join(store, 'manifest.jsonl')).length > 0;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  };
  const timer = setInterval(() => {
    if (!has()) return;
    clearInterval(timer);
    child.kill('SIGINT');
  }, 20);
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  return { code, err };
}

const files = (store: string, end: string): string[] =>
  readdirSync(store, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(end));

/** Five weekly series of 80 days, one of them short, one with a gap at its end. */
function table(): string {
  const rows = ['unique_id,ds,y'];
  for (let k = 0; k < 5; k++) {
    for (let t = 0; t < (k === 3 ? 20 : 80); t++) {
      const value = 100 * (k + 1) + [0, 3, 9, 4, 1, 20, 25][t % 7]!;
      rows.push(`"shop ${k}",${t},${k === 4 && t === 78 ? '' : value}`);
    }
  }
  return rows.join('\n');
}

const FLEET = ['fleet', 'shops.csv', '--by', 'unique_id', '--horizon', '7', '--season', '7', '--units', '6'];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bptt-fleet-'));
  writeFileSync(at('shops.csv'), table());
});
afterAll(() => rmSync(folder, { recursive: true }));

(built ? describe : describe.skip)(`bptt fleet${skipped}`, () => {
  it('trains, evaluates, forecasts, and computes nothing twice', async () => {
    const words = [...FLEET, '--epochs', '40', '--report', 'page.html', '--json', '--windows', '2'];
    const { code, out, err } = bptt(...words);
    expect(err).toContain('4 series, 12 models (results in shops.fleet)');
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({ series: 4, short: ['shop 3'], failures: [], store: 'shops.fleet' });
    expect(new Set(found.gaps)).toEqual(new Set(['shop 4']));
    expect(found.errors.mase.counted).toBe(0); // the same each week: the naive forecast has no error
    expect(found.errors.smape).toMatchObject({ counted: 8, naive: { mean: 0 } });
    expect(found.errors.smape.model.mean).toBeLessThan(0.1);

    const [head, ...rows] = readFileSync(at('shops.forecast.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('unique_id,step,y');
    expect(rows.length).toBe(3 * 7);
    const store = folderStore(at('shops.fleet'));
    const values = Array.from({ length: 80 }, (_, t) => 100 + [0, 3, 9, 4, 1, 20, 25][t % 7]!);
    const forecasts = new Set<string>();
    for await (const key of store.keys()) {
      const model = Sequential.fromBytes((await store.get(key))!.model, { classes: [StandardScaler] });
      forecasts.add(
        nextValues(model, values)
          .map((y, k) => `shop 0,${k + 1},${y}`)
          .join(),
      );
    }
    expect(forecasts).toContain(rows.slice(0, 7).join());

    const page = readFileSync(at('page.html'), 'utf8');
    expect(page).toContain('<h1>Forecasts of shops.csv</h1>');
    expect(page.match(/<svg /g)!.length).toBeGreaterThan(0);

    const lines = readFileSync(at('shops.fleet/manifest.jsonl'), 'utf8');
    const again = bptt(...words);
    expect(JSON.parse(again.out)).toEqual(found);
    expect(readFileSync(at('shops.fleet/manifest.jsonl'), 'utf8')).toBe(lines);
  });

  it('has models with which `bptt forecast` continues a series, also by differences', async () => {
    expect(bptt(...FLEET, '--epochs', '3', '--windows', '0', '--store', 'f', '--out', 'f.csv').code).toBe(0);
    const rows = readFileSync(at('f.csv'), 'utf8').split('\n').slice(1, 8);
    const found = files(at('f'), '.safetensors').map((name) => {
      const words = ['--by', 'unique_id', '--id', 'shop 0', '--json'];
      const { series } = JSON.parse(bptt('forecast', path.join('f', name), 'shops.csv', ...words).out);
      return series[0].values.map((y: number, k: number) => `shop 0,${k + 1},${y}`).join();
    });
    expect(found).toContain(rows.join());
  });

  it('interrupted says how to go on, and goes on to the same models', async () => {
    const words = [...FLEET, '--epochs', '150', '--patience', '150', '--workers', '1', '--store', 'half'];
    const { code, err } = await interrupted(at('half'), ...words);
    expect(err).toContain('Interrupted. What was trained is in half; the same command goes on.');
    expect(code).toBe(130);
    expect(files(at('half'), '.safetensors').length).toBeLessThan(8);
    expect(files(at('half'), '.checkpoint').length).toBe(1);
    expect(bptt(...words, '--out', 'half.csv').code).toBe(0);
    expect(files(at('half'), '.checkpoint')).toEqual([]);
    expect(bptt(...words.slice(0, -1), 'whole', '--out', 'whole.csv').code).toBe(0);
    expect(readFileSync(at('half.csv'), 'utf8')).toBe(readFileSync(at('whole.csv'), 'utf8'));
    const models = files(at('whole'), '.safetensors').sort();
    expect(files(at('half'), '.safetensors').sort()).toEqual(models);
    for (const name of models) expect(readFileSync(at(`half/${name}`))).toEqual(readFileSync(at(`whole/${name}`)));
  });

  it('has a forecast for each series, also for equal ones, in the order of the file', () => {
    const value = (id: string, t: number): number => (id.startsWith('same') ? t % 3 : 100 + (t % 5));
    const ids = [
      'z',
      'same 1',
      'same 2',
      'same',
      '"same, window 1"',
      'a',
      `${'x'.repeat(200)}1`,
      `${'x'.repeat(200)}2`,
    ];
    const rows = ids.flatMap((id) => Array.from({ length: 40 }, (_, t) => `${id},${t},${value(id, t)}`));
    writeFileSync(at('same.csv'), ['unique_id,ds,y', ...rows].join('\n'));
    const words = ['--by', 'unique_id', '--horizon', '2', '--units', '2', '--epochs', '3', '--workers', '2'];
    const { code, out } = bptt('fleet', 'same.csv', ...words, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).errors.smape.counted).toBe(ids.length);
    const lines = readFileSync(at('same.forecast.csv'), 'utf8').trim().split('\n').slice(1);
    expect(lines.map((line) => line.replace(/,[^,]*$/, ''))).toEqual(ids.flatMap((id) => [`${id},1`, `${id},2`]));
    const values = new Map(lines.map((line) => [line.replace(/,[^,]*$/, ''), Number(line.split(',').at(-1))]));
    expect(values.get('same 1,1')).toBe(values.get('same 2,1'));
    expect(values.get('same 1,1')).toBeLessThan(10);
    expect(values.get('a,1')).toBeGreaterThan(90);
  });

  it.each<[string, string[], number, RegExp]>([
    ['no horizon', ['fleet', 'shops.csv'], 2, /required option '--horizon <steps>' not specified/],
    ['no such file', ['fleet', 'no.csv', '--horizon', '2'], 1, /no\.csv: there is no such file or folder/],
    ['no --by', ['fleet', 'shops.csv', '--horizon', '2'], 1, /a column unique_id\. Give --by unique_id/],
    [
      'another column',
      ['fleet', 'shops.csv', '--by', 'id', '--horizon', '2'],
      1,
      /one of the columns unique_id, ds, y/,
    ],
    ['a target of words', [...FLEET, '--target', 'unique_id'], 1, /"target" must be a column of numbers/],
    ['a long input', [...FLEET, '--input', '90'], 1, /no series has the \d+ values.*Try a smaller --input/],
    ['another cell', [...FLEET, '--cell', 'RNN'], 2, /Allowed choices are GRU, LSTM, SimpleRNN/],
  ])('refuses %s', (_, words, expected, message) => {
    const { code, out, err } = bptt(...words);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
    expect([code, out]).toEqual([expected, '']);
  });

  it('tells of jobs that fail, and ends with 1', () => {
    const words = ['--timeout', '0.001', '--store', 'late', '--windows', '0'];
    const { code, out } = bptt(...FLEET, ...words);
    expect(out).toMatch(/shop 0 failed: job: took more than 1 ms/);
    expect(code).toBe(1);
  });
});
