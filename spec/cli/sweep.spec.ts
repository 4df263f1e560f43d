import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hyperband, Study, sweep } from '../../lib/fleet/index.ts';
import { built, skipped } from '../support/consumer.ts';
import { inProcess } from '../support/in-process.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
let folder = '';
const at = (name: string): string => path.join(folder, name);
const write = (name: string, value: unknown): void => writeFileSync(at(name), JSON.stringify(value));

function bptt(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', cwd: folder });
  return { code: status, out: stdout, err: stderr };
}

const SPACE = {
  rate: { kind: 'uniform', low: 0.001, high: 0.3, log: true },
  cell: { kind: 'choice', choices: ['GRU', 'SimpleRNN'] },
} as const;
const values = Array.from({ length: 30 }, (_, t) => (t * t) % 7);
const jobOf = (rate: unknown, cell: unknown) => ({
  model: {
    inputSize: 1,
    layers: [
      { kind: cell, units: 3 },
      { kind: 'Dense', units: 1 },
    ],
  },
  training: { optimizer: { kind: 'Adam', learningRate: rate }, loss: { kind: 'MeanSquaredError' }, epochs: 9 },
  data: { loader: 'series', values, input: 4, horizon: 1 },
});
const JOB = jobOf({ parameter: 'rate' }, { parameter: 'cell' });

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bptt-sweep-'));
  write('s.json', { space: SPACE, job: JOB });
  writeFileSync(
    at('s.mjs'),
    `const values = ${JSON.stringify(values)};
    export const space = ${JSON.stringify(SPACE)};
    const jobOf = ${jobOf.toString()};
    export const job = ({ parameters: { rate, cell } }) => jobOf(rate, cell);`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

(built ? describe : describe.skip)(`bptt sweep${skipped}`, () => {
  it('has the table of the function `sweep`, from JSON and from a module', async () => {
    const make = ({ parameters: { rate, cell } }: { parameters: { rate: number; cell: string } }) =>
      jobOf(rate, cell) as never;
    const study = await sweep(SPACE, make, { executor: inProcess(), pruner: hyperband({ maxSteps: 9 }), seed: 4 });
    const words = ['--pruner', 'hyperband', '--seed', '4', '--report', 's.html'];
    const { code, out, err } = bptt('sweep', 's.json', ...words, '--csv', 'json.csv');
    expect(code).toBe(0);
    expect(err).toContain('17 trials (study in s.study.json)');
    expect(out).toMatch(/^5 trials complete, 12 ended early, 0 failed\n\ntrial +loss +rate +cell\n/);
    expect(readFileSync(at('json.csv'), 'utf8')).toBe(study.toCsv());
    const other = ['--max-epochs', '9', '--save', 'm.json', '--csv', 'module.csv', '--workers', '1'];
    expect(bptt('sweep', 's.mjs', ...words, ...other).code).toBe(0);
    expect(readFileSync(at('module.csv'), 'utf8')).toBe(study.toCsv());
    expect(readFileSync(at('s.html'), 'utf8').match(/<h2>/g)!.length).toBe(2);
  });

  it('shows a study that is done, and refuses one with other options', () => {
    const again = bptt('sweep', 's.json', '--pruner', 'hyperband', '--seed', '4', '--json');
    expect(again.err).toContain('17 trials, of which 17 have begun');
    expect(JSON.parse(again.out).trials.length).toBe(17);
    const { code, err } = bptt('sweep', 's.json', '--seed', '4');
    expect(err).toContain('s.study.json: it is a sweep of another space, or with other options. --fresh replaces it');
    expect(code).toBe(1);
    expect(bptt('sweep', 's.json', '--trials', '2', '--fresh').code).toBe(0);
  });

  it('interrupted goes on to the same table', async () => {
    const words = ['sweep', 's.json', '--trials', '60', '--seed', '1', '--workers', '1', '--save', 'half.json'];
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder });
    let err = '';
    child.stderr.on('data', (text) => {
      err += text;
    });
    const timer = setInterval(() => existsSync(at('half.json')) && child.kill('SIGINT') && clearInterval(timer), 10);
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130);
    expect(err).toContain('Interrupted. The study is in half.json; the same command goes on.');
    expect(Study.fromJSON(JSON.parse(readFileSync(at('half.json'), 'utf8'))).done).toBe(false);
    expect(bptt(...words, '--csv', 'half.csv').code).toBe(0);
    expect(bptt(...words.slice(0, -1), 'whole.json', '--csv', 'whole.csv').code).toBe(0);
    expect(readFileSync(at('half.csv'), 'utf8')).toBe(readFileSync(at('whole.csv'), 'utf8'));
  });

  it.each<[string, unknown, string[], number, RegExp]>([
    ['no space', { job: JOB }, [], 1, /it has to be JSON with the members "space" and "job"/],
    ['null', null, [], 1, /it has to be JSON with the members/],
    ['a distribution of another kind', { space: { x: { kind: 'normal' } }, job: JOB }, [], 1, /"space\.x" must/],
    [
      'a parameter that the job does not use',
      { space: { ...SPACE, x: SPACE.rate }, job: JOB },
      [],
      1,
      /does not use x\. Write/,
    ],
    [
      'another parameter',
      { space: { rate: SPACE.rate }, job: JOB },
      ['--trials', '1'],
      1,
      /Trial 0 failed:.*a parameter "cell"/,
    ],
    [
      'no epochs for Hyperband',
      { space: SPACE, job: { ...JOB, training: { ...JOB.training, epochs: undefined } } },
      ['--pruner', 'asha'],
      1,
      /needs --max-epochs/,
    ],
    [
      'a job that fails',
      { space: SPACE, job: { ...JOB, data: { loader: 'sql' } } },
      ['--trials', '2'],
      1,
      /job\.data\.loader/,
    ],
    ['epochs that nobody reads', { space: SPACE, job: JOB }, ['--max-epochs', '3'], 1, /--max-epochs is for --pruner/],
    ['nothing complete', { space: SPACE, job: { ...JOB, data: {} } }, ['--trials', '1'], 1, /complete\. --fresh tries/],
    ['another sampler', { space: SPACE, job: JOB }, ['--sampler', 'best'], 2, /Allowed choices are tpe, random/],
  ])('says what is wrong: %s', (what, json, options, expected, message) => {
    const name = `${what.replaceAll(' ', '-')}.json`;
    write(name, json);
    const { code, out, err } = bptt('sweep', name, ...options);
    expect(out + err).toMatch(message);
    expect(err).not.toContain('    at ');
    expect(code).toBe(expected);
  });

  it('says what is wrong with a file that is no JSON, and with a module', () => {
    writeFileSync(at('bad.json'), '{');
    expect(bptt('sweep', 'bad.json').err).toContain('bad.json: it is no JSON');
    writeFileSync(at('wrong.mjs'), 'export const spac e');
    const { code, err } = bptt('sweep', 'wrong.mjs');
    expect(err).toBe('bptt: wrong.mjs: it cannot be loaded: SyntaxError: Missing initializer in const declaration\n');
    expect(code).toBe(1);
    writeFileSync(at('bad.mjs'), 'export const space = 1;');
    expect(bptt('sweep', 'bad.mjs').err).toContain('or a module (.mjs) that exports space');
    expect(bptt('sweep', 'none.json').err).toContain('there is no such file');
  });
});
