import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';

/** Examples import the built package by its own name, so they run in processes of their own. */
function node(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

/** Those that compute in one process. */
const NOTES = [
  'clip-by-value',
  'clip-by-norm',
  'clip-by-global-norm',
  'lstm-cell',
  'lstm-stacked',
  'gru-cell',
  'gru-stacked',
] as const;
const NAMES = [...NOTES, 'wide-simd', 'long-sequence'] as const;

type Matrix = number[][];
interface Results {
  'clip-by-value': { a: Matrix; b: Matrix };
  'clip-by-norm': { a: Matrix; b: Matrix; c: Matrix; norms: number[] };
  'clip-by-global-norm': { w1: Matrix; w2: Matrix; ww1: Matrix; ww2: Matrix; norm: number };
  'lstm-cell': { out: number[]; h: number[]; c: number[]; first: number[] };
  'lstm-stacked': { out: number[]; parameters: number; first: number[] };
  'gru-cell': { out: number[]; h: number[]; first: number[] };
  'gru-stacked': { out: number[]; parameters: number; first: number[] };
  'wide-simd': { enabled: boolean; wide: boolean; out: number[] };
  'long-sequence': { total: number; allocated: number; grown: number; losses: number[] };
}

function resultsOf(names: readonly string[]): Results {
  const script = `
    const results = {};
    for (const name of ${JSON.stringify(names)}) {
      results[name] = (await import(\`./docs/examples/\${name}.mjs\`)).result;
    }
    console.log('\\n' + JSON.stringify(results));`;
  const { stdout, stderr, status } = node('--input-type=module', '--eval', script);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Results;
}

const norm = (...matrices: Matrix[]): number => Math.sqrt(matrices.flat(2).reduce((sum, x) => sum + x * x, 0));

describe('the examples of the notes', () => {
  const results = resultsOf(NOTES);

  it('clip by value to [0.4, 0.6]', () => {
    const { a, b } = results['clip-by-value'];
    const low = Math.fround(0.4);
    const high = Math.fround(0.6);
    expect(b).toEqual(a.map((row) => row.map((x) => Math.min(Math.max(x, low), high))));
    expect(b).not.toEqual(a);
  });

  it('clip by norm: nothing below it, the norm itself above it', () => {
    const { a, b, c, norms } = results['clip-by-norm'];
    expect(b).toEqual(a);
    expect(norms[0]).toBeCloseTo(norm(a), 12);
    expect(norm(c)).toBeCloseTo(0.5, 6);
    expect(c[1]![0]! / a[1]![0]!).toBeCloseTo(0.5 / norm(a), 6);
  });

  it('clip by global norm: the norm before is √(‖w1‖² + ‖w2‖²), the norm after 2', () => {
    const { w1, w2, ww1, ww2, norm: before } = results['clip-by-global-norm'];
    expect(before).toBeCloseTo(Math.sqrt(norm(w1) ** 2 + norm(w2) ** 2), 12);
    expect(norm(ww1, ww2)).toBeCloseTo(2, 6);
    expect(ww1[0]![0]! / w1[0]![0]!).toBeCloseTo(2 / before, 6);
  });

  it('step cells through [2, 80, 100] to [2, 64]', () => {
    const { out, h, c } = results['lstm-cell'];
    expect([out, h, c, results['gru-cell'].out, results['gru-cell'].h]).toEqual(Array(5).fill([2, 64]));
  });

  it('stack two layers: [2, 64], and as many parameters as by hand', () => {
    const one = (gates: number, inputs: number): number => gates * 64 * (inputs + 64 + 1);
    expect(results['lstm-stacked']).toMatchObject({ out: [2, 64], parameters: one(4, 100) + one(4, 64) });
    expect(results['gru-stacked']).toMatchObject({ out: [2, 64], parameters: one(3, 100) + one(3, 64) });
  });

  it('give outputs between -1 and 1, all different', () => {
    for (const name of ['lstm-cell', 'lstm-stacked', 'gru-cell', 'gru-stacked'] as const) {
      const { first } = results[name];
      expect(new Set(first).size).toBe(4);
      for (const y of first) expect(Math.abs(y)).toBeLessThan(1);
    }
  });
});

describe('the example of wide vectors', () => {
  it('computes with or without them, and backend agrees', () => {
    const { enabled, wide, out } = resultsOf(['wide-simd'])['wide-simd'];
    expect([wide, out]).toEqual([enabled, [2, 64]]);
  });
});

describe('the example of a long sequence', () => {
  it('trains on 100,000 steps of 128 units within 64 MB', () => {
    const { total, allocated, grown, losses } = resultsOf(['long-sequence'])['long-sequence'];
    expect(total).toBeLessThanOrEqual(64e6);
    expect(allocated).toBeLessThanOrEqual(Math.ceil((total + 64) / 65_536) * 65_536); // whole pages
    expect(grown).toBeLessThan(96e6); // all of the process, garbage included; the tape alone would be 600 MB
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });
});

describe('the example of threads', () => {
  it('gets the bits of this thread from a worker, and moves buffers', () => {
    const { stdout, stderr } = node('docs/examples/threads.mjs');
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      '16 predictions of the worker, with the bits of this thread: true',
      'its next state likewise: true; buffers moved: true',
    ]);
  });
});

const SWEEP = ['sweep-history', 'sweep-slices', 'parallel-coordinates', 'importance'];

describe('the example of plots', () => {
  it('draws the pictures of the page, of a net that has learned', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
    try {
      expect(node('docs/examples/plots.mjs', folder).status).toBe(0);
      for (const name of [
        'loss',
        'gradient-norms',
        'flow-triangle',
        'attention-map',
        'schedules',
        'rate-range',
        ...SWEEP,
      ]) {
        const svg = readFileSync(path.join(folder, `${name}.svg`), 'utf8');
        expect(svg.replaceAll(/\d/g, '').length).toBe(
          readFileSync(`docs/plots/${name}.svg`, 'utf8').replaceAll(/\d/g, '').length,
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('npm run example', () => {
  it('runs an example', () => {
    expect(node('docs/examples/run.mjs', 'clip-by-norm').stdout).toContain('clipped to 5');
  });

  it('lists the examples without a name', () => {
    const { status, stdout } = node('docs/examples/run.mjs');
    expect(status).toBe(0);
    for (const name of [
      ...NAMES,
      'threads',
      'plots',
      'co2',
      'digits',
      'addition',
      'characters',
      'speech',
      'voice',
      'music',
      'weather',
      'fleet',
    ])
      expect(stdout).toContain(name);
  });

  it('fails for an unknown name, and lists them too', () => {
    const { status, stdout, stderr } = node('docs/examples/run.mjs', 'nothing');
    expect(status).toBe(1);
    expect(stderr).toContain('no example "nothing"');
    expect(stdout).toContain('lstm-cell');
  });
});

describe('npm start', () => {
  it('writes a whole report after a short training, too', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
    try {
      const { status, stdout, stderr } = node('scripts/start.mjs', '--epochs', '1', '--report', folder);
      expect([status, stderr.replace(/^.*epoch 1.*$/m, '').trim()]).toEqual([0, '']);
      expect(stdout).toContain('gradcheck passed');
      expect(stdout).toContain('SHA-256 4d9f2f4ac5641af2'); // of one epoch, whether the flow is recorded or not
      expect(stdout).toMatch(/It beats "last year \+ mean drift" at each of the 12 months ahead\./);
      expect(stdout).toMatch(/Of 1308 observed values, [\d.]+ % are within the intervals of 80 %/);
      const page = readFileSync(path.join(folder, 'co2.html'), 'utf8');
      expect(page.match(/ role="img"/g)).toHaveLength(16);
      for (const heading of [
        'Gradients through time, after 31 training steps',
        'Gates of lstm2',
        'lstm1.kernel: values',
      ]) {
        expect(page).toContain(heading);
      }
      expect(page).toContain('creativecommons.org/licenses/by/4.0');
      expect(page).not.toMatch(/NaN|undefined|Infinity|<script|src=/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the months ahead at which the model does not beat a baseline, and fails for all but its own part', () => {
    const { verdict, missed } = inExample<{ verdict: string; missed: string[] }>(
      'co2',
      ['errors', 'baselines'],
      `const of = (name, ...errors) => ({ name, rmse: errors[0], mae: 1, byHorizon: errors.map((rmse) => ({ rmse, mae: 1 })) });
       const twelve = (rmse) => Array(12).fill(rmse);
       const all = [
         of('model', ...twelve(1)),
         of('a', ...twelve(1.1)),
         of('b', ...twelve(1.1).with(0, 1.05).with(2, 1.01).with(3, 0.9).with(11, 1)),
         of(baselines.PART, ...twelve(0.5)),
       ];
       return { verdict: errors.verdictOn(all), missed: errors.unbeaten(all) };`,
    );
    expect(missed).toEqual(['b']);
    expect(verdict).toBe(
      'Over the held-out decade the model is off by 1.000 ppm (root mean square), the strongest baseline, "line + season", by ' +
        '0.500 ppm: 100 % more for the model. It beats "a" at each of the 12 months ahead. It does not beat "b" at 3 to 4, 12 ' +
        'months ahead: its error is less than 2 % smaller there, or larger. It does not beat "line + season" at 1 to 12 months ' +
        'ahead: its error is less than 2 % smaller there, or larger.',
    );
  });
});

describe('the remedy that the report of npm start does not apply', () => {
  it('was tried: the errors in the report are those of its rehearsal', () => {
    const { stdout } = node('docs/examples/co2/remedy.mjs');
    const found = [...stdout.matchAll(/RMSE \w+: +([\d.]+) ppm/g)].map(([, rmse]) => rmse);
    const stated = readFileSync('docs/examples/co2/remedy.mjs', 'utf8').match(/without: ([\d.]+),\s+withIt: ([\d.]+)/);
    expect(found).toEqual(stated!.slice(1));
  }, 300_000);
});

describe('npm run bench', () => {
  it('verifies and times', () => {
    const { status, stdout } = node('bench/bench.mjs', '--quick', '--only', 'streaming');
    expect(status).toBe(0);
    expect(stdout).toContain('all 12 cases verified');
    expect(stdout).toMatch(/LSTM step .*GFLOP\/s .*%/);
  });
});
