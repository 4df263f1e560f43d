import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: programs of the docs have no types
import * as features from '../../docs/voice/features.mjs';
// @ts-expect-error: programs of the docs have no types
import * as numbers from '../../docs/voice/numbers.mjs';
// @ts-expect-error: programs of the docs have no types
import { Resampler } from '../../docs/voice/resampler.mjs';
// @ts-expect-error: programs of the docs have no types
import * as settings from '../../docs/voice/settings.mjs';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const cosine = numbers.cosine as (turns: number) => number;
const exponential = numbers.exponential as (x: number) => number;
const log2 = numbers.log2 as (x: number) => number;
const amplitudeOf = numbers.amplitudeOf as (decibels: number) => number;
const featuresOf = features.featuresOf as (samples: ArrayLike<number>) => Float32Array[];
const EDGES = features.EDGES as readonly number[];
const PROGRAMS = ['numbers', 'features', 'resampler', 'speech', 'backgrounds', 'sound', 'settings', 'detector'];
const inVoice = <Result>(body: string): Result =>
  inExample('../voice', ['sound', 'detector', 'features', 'backgrounds'], body);

const tone = (hertz: number, rate: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / rate));

describe('functions with the same bits on every engine', () => {
  test.prop([fc.double({ min: -1000, max: 1000, noNaN: true })])('agree with Math', (x) => {
    expect(cosine(x / 100)).toBeCloseTo(Math.cos((2 * Math.PI * x) / 100), 12);
    expect(exponential(x / 20) / Math.exp(x / 20)).toBeCloseTo(1, 12);
    const positive = Math.fround(Math.exp(x / 20));
    expect(Math.abs(log2(positive) - Math.log2(positive))).toBeLessThan(1e-8);
  });

  it('have exact values where these are exact', () => {
    expect([0, 0.5, 1, -3].map(cosine)).toEqual([1, -1, 1, 1]);
    expect([0.25, 1, 8].map(log2)).toEqual([-2, 0, 3]);
    expect(exponential(0)).toBe(1);
    expect(amplitudeOf(20)).toBeCloseTo(10, 12);
    expect(amplitudeOf(-6)).toBeCloseTo(0.501187, 6);
  });

  it('are the only ones that the programs use, besides those that are exact', () => {
    const exact = /^(abs|round|floor|ceil|min|max|sqrt|imul|PI|LN2|LN10|LOG2E)$/;
    for (const name of PROGRAMS) {
      const code = read(`docs/voice/${name}.mjs`).replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
      const used = [...code.matchAll(/Math\.(\w+)/g)].map(([, member]) => member!);
      expect([name, used.filter((member) => !exact.test(member))]).toEqual([name, []]);
      expect(code.replaceAll('2 ** 3', '')).not.toContain('**');
    }
  });
});

describe('features of sound', () => {
  it('are log₂ of the energy in each band, by the definition of the transform', () => {
    const samples = Float32Array.from({ length: 256 }, (_, n) => Math.sin(n * n));
    const power = Array.from({ length: 129 }, (_, k) => {
      let [re, im] = [0, 0];
      for (let n = 0; n < 256; n++) {
        const w = (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 256)) * samples[n]!;
        re += w * Math.cos((2 * Math.PI * k * n) / 256);
        im -= w * Math.sin((2 * Math.PI * k * n) / 256);
      }
      return re * re + im * im;
    });
    const [, frame] = featuresOf(samples); // the first one begins with silence
    for (let band = 0; band < EDGES.length - 1; band++) {
      const [low, high] = [band, band + 1].map((k) => Math.round((EDGES[k]! * 256) / 8000));
      const energy = power.slice(low, high).reduce((sum, p) => sum + p, 0);
      expect(frame![band]).toBeCloseTo(Math.log2(energy + 1e-6), 4);
    }
  });

  it('are loudest in the band of a tone', () => {
    for (const [hertz, band] of [
      [150, 0],
      [1000, 7],
      [3400, 15],
    ] as const) {
      const frame = featuresOf(tone(hertz, 8000, 512)).at(-1)!;
      expect(frame.indexOf(frame.reduce((a, b) => Math.max(a, b)))).toBe(band);
    }
  });

  test.prop([fc.integer({ min: 1, max: 600 })])('are one frame for each 128 samples, of no later ones', (count) => {
    const samples = tone(440, 8000, 640);
    const some = featuresOf(samples.subarray(0, count));
    expect(some).toHaveLength(Math.floor(count / 128));
    expect(some).toEqual(featuresOf(samples).slice(0, some.length));
  });
});

describe('the resampler', () => {
  const resampled = (samples: Float32Array, rate: number): number[] => {
    const out: number[] = [];
    const resampler = new Resampler(rate, (sample: number) => out.push(sample)) as { push(sample: number): void };
    for (const sample of samples) resampler.push(sample);
    return out;
  };
  /** Amplitude of a frequency in the second half. */
  const amplitude = (samples: readonly number[], hertz: number): number => {
    const half = samples.slice(samples.length / 2);
    const parts = [Math.cos, Math.sin].map((wave) =>
      half.reduce((sum, v, n) => sum + v * wave((2 * Math.PI * hertz * n) / 8000), 0),
    );
    return (2 * Math.hypot(...(parts as [number, number]))) / half.length;
  };

  it('changes nothing at 8 kHz', () => {
    expect(resampled(tone(440, 8000, 100), 8000)).toEqual([...tone(440, 8000, 100)]);
  });

  it.each([16_000, 44_100, 48_000, 96_000, 6000])(
    'keeps tones below half the rate from %d Hz, and their pitch',
    (rate) => {
      for (const hertz of [200, 1000, 2000]) {
        const out = resampled(tone(hertz, rate, rate), rate);
        expect(Math.abs(out.length - 8000)).toBeLessThan(3);
        expect(amplitude(out, hertz)).toBeCloseTo(1, 1.5);
      }
    },
  );

  it.each([16_000, 44_100, 48_000])('removes tones above it, which would come back as others, from %d Hz', (rate) => {
    for (const hertz of [5000, 6500]) {
      expect(amplitude(resampled(tone(hertz, rate, rate), rate), 8000 - hertz)).toBeLessThan(0.02);
    }
  });
});

describe('synthetic sound', () => {
  it('has speech above its background by the decibels of the settings, and the same bits for the same seed', () => {
    const made = inVoice<{ background: string; gap: number; share: number; most: number; same: boolean }[]>(`
      return Object.keys(backgrounds.BACKGROUNDS).map((background) => {
        const make = (decibels, seed = 1) => sound.makeSound({ background, decibels, seed, seconds: 12 });
        const { samples, spoken } = make(20);
        const power = (wanted) => {
          let [sum, count] = [0, 0];
          for (let n = 0; n < samples.length; n++) if (spoken[n] === wanted) [sum, count] = [sum + samples[n] ** 2, count + 1];
          return sum / count;
        };
        const equal = (a, b) => a.samples.every((v, n) => v === b.samples[n]) && a.spoken.every((v, n) => v === b.spoken[n]);
        return {
          background,
          gap: 10 * Math.log10(power(1) / power(0)),
          share: spoken.reduce((a, b) => a + b) / spoken.length,
          most: samples.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
          same: equal(make(20), make(20)) && !equal(make(20), make(20, 2)),
        };
      });`);
    expect(made.map(({ background }) => background)).toEqual(['hiss', 'hum', 'clicks', 'notes']);
    for (const { gap, share, most, same } of made) {
      expect(Math.abs(gap - 20)).toBeLessThan(2.5); // the background is not the same everywhere
      expect(share).toBeGreaterThan(0.3);
      expect(share).toBeLessThan(0.8);
      expect(most).toBeLessThanOrEqual(1);
      expect(same).toBe(true);
    }
  });
});

describe('the address of the page', () => {
  const any = fc.record({
    background: fc.constantFrom('hiss', 'hum', 'clicks', 'notes'),
    decibels: fc.constantFrom(...(settings.DECIBELS as number[])),
    seed: fc.integer({ min: 0, max: 999_999_999 }),
  });

  test.prop([any])('gives its settings again', (some) => {
    expect(settings.readSettings(settings.writeSettings(some))).toEqual(some);
  });

  it('is empty at first, and nonsense is as at first', () => {
    expect(settings.writeSettings(settings.BUILT_IN)).toBe('');
    for (const text of ['', 'background=toString&decibels=3&seed=-1', 'seed=1e3&__proto__=1&decibels=']) {
      expect(settings.readSettings(text)).toEqual(settings.BUILT_IN);
    }
  });
});

describe('the report of the example', () => {
  it('counts wrong frames, misses, false alarms and F1', () => {
    const errors = inExample(
      'voice',
      ['errors'],
      'return errors.errorsOf([{ labels: [1, 1, 1, 0, 0, 0, 0, 0] }], [[1, 1, 0, 1, 0, 0, 0, 0]]);',
    );
    expect(errors).toEqual({ wrong: 2 / 8, misses: 1 / 3, alarms: 1 / 5, f1: 4 / 6 });
  });

  it('runs the net on a stream with the bits of the whole sequence', () => {
    const same = inVoice<boolean>(`
      const { readFileSync } = await import('node:fs');
      const { Sequential, Tensor } = await import('bptt');
      const bytes = readFileSync('docs/voice/voice.safetensors');
      const { samples } = sound.makeSound({ background: 'hum', decibels: 5, seed: 4, seconds: 3 });
      const frames = features.featuresOf(samples);
      const x = Float32Array.from(frames.flatMap((frame) => Array.from(frame, detector.scaled)));
      const y = Sequential.fromBytes(bytes).predict(new Tensor({ data: x }, [1, frames.length, 16]));
      const found = detector.detect(bytes, samples);
      return frames.every((frame, t) =>
        frame.every((band, k) => band === found[17 * t + k]) && found[17 * t + 16] === y.get(0, t, 0));`);
    expect(same).toBe(true);
  });
});

describe('docs/voice.md', () => {
  it('has the model, the pictures, the results and the hash of a run, to the byte', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bptt-'));
    try {
      const args = ['docs/examples/voice.mjs', '--out', folder];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      for (const name of ['voice.safetensors', 'errors.svg', 'sound.svg']) {
        expect(readFileSync(path.join(folder, name)).equals(readFileSync(`docs/voice/${name}`))).toBe(true);
      }
      const page = read('docs/voice.md');
      const rows = [...page.matchAll(/^\| ([^|]+) \| ([\d.]+ %) \| ([\d.]+ %) \| ([\d.]+ %) \| ([\d.]+ %) \|$/gm)];
      expect(rows).toHaveLength(4);
      for (const [, ...cells] of rows) expect(stdout).toMatch(new RegExp(`^${cells.join(' +')}$`, 'm'));
      expect(page).toContain(`\`${/page: ([0-9a-f]{16})$/m.exec(stdout)![1]}\``);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
