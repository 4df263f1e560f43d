import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const FILES = ['phones', 'synthesis', 'features', 'data', 'model', 'errors', 'collapse', 'baselines', 'pictures'];
const inSpeech = <Result>(body: string): Result => inExample('speech', FILES, body);

describe('the utterances of the example', () => {
  it('have 3 to 8 labels, with a pause between equal ones, and a time for each label', () => {
    const made = inSpeech<{ labels: number[]; times: number[]; frames: number; bands: number; finite: boolean }[]>(`
      const { trained } = data.makeUtterances({ share: 0.02 });
      return trained.map(({ labels, frames, times }) => ({
        labels, times, frames: frames.length, bands: frames[0].length, finite: frames.flat().every(Number.isFinite),
      }));`);
    expect(made).toHaveLength(64);
    expect(new Set(made.map(({ labels }) => labels.length))).toEqual(new Set([3, 4, 5, 6, 7, 8]));
    for (const { labels, times, frames, bands, finite } of made) {
      expect([times.length, bands, finite]).toEqual([frames, 20, true]);
      const runs = times.filter((label, t) => label !== times[t - 1] && label !== 0);
      expect(runs).toEqual(labels); // so the collapse of the true times has no error
    }
  });

  it('are the same for the same seed, and others in a rehearsal', () => {
    const [first, again, rehearsal] = inSpeech<{ trained: number[]; heldOut: number[] }[]>(`
      const sums = (list) => list.map(({ frames }) => frames.flat().reduce((a, b) => a + b));
      return [{}, {}, { rehearse: true }].map((options) => {
        const { trained, heldOut } = data.makeUtterances({ share: 0.005, ...options });
        return { trained: sums(trained), heldOut: sums(heldOut) };
      });`);
    expect(again).toEqual(first);
    expect(rehearsal!.trained).toEqual(first!.trained);
    expect(new Set([...first!.heldOut, ...rehearsal!.heldOut, ...first!.trained]).size).toBe(20);
  });

  it('have the energy of a tone in its band, by a transform that agrees with the sum of its definition', () => {
    const { loudest, same } = inSpeech<{ loudest: number[]; same: boolean }>(`
      const tone = (f) => Float32Array.from({ length: 256 }, (_, n) => Math.sin((2 * Math.PI * f * n) / 8000));
      const loudest = [200, 1000, 3000].map((f) => {
        const [frame] = features.features(tone(f));
        return frame.indexOf(Math.max(...frame));
      });
      // The sum over all bands of a weighted power, by the plain definition of the transform.
      const samples = Float32Array.from({ length: 256 }, (_, n) => Math.sin(n * n));
      const power = Array.from({ length: 128 }, (_, k) => {
        let [re, im] = [0, 0];
        for (let n = 0; n < 256; n++) {
          const w = (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 256)) * samples[n];
          re += w * Math.cos((2 * Math.PI * k * n) / 256);
          im -= w * Math.sin((2 * Math.PI * k * n) / 256);
        }
        return re * re + im * im;
      });
      const mel = (f) => 1127 * Math.log(1 + f / 700);
      const width = (mel(4000) - mel(100)) / 21;
      const [frame] = features.features(samples);
      const same = frame.every((value, band) => {
        const weight = (k) => Math.max(0, 1 - Math.abs(mel((k * 8000) / 256) - mel(100) - width * (band + 1)) / width);
        return Math.abs(value - Math.log(1e-4 + power.reduce((sum, p, k) => sum + weight(k) * p, 0))) < 1e-9;
      });
      return { loudest, same };`);
    expect(same).toBe(true);
    expect(loudest).toEqual([...loudest].sort((a, b) => a - b));
    expect(new Set(loudest).size).toBe(3);
  });
});

describe('the report of the example', () => {
  it('counts label errors as edit distances', () => {
    const { distances, errors } = inSpeech<Record<string, unknown>>(`
      const pairs = [[[], []], [[1, 2], []], [[1, 2, 3], [1, 3]], [[1, 2, 3], [4, 1, 2, 5]], [[1, 1], [1]]];
      return {
        distances: pairs.map(([a, b]) => errors.errorsOf([{ labels: [...a, 9] }], [[...b, 9]]).rate * (a.length + 1)),
        errors: errors.errorsOf([{ labels: [1, 2, 3] }, { labels: [4] }], [[1, 3], [4]]),
      };`);
    expect(distances).toEqual([0, 2, 1, 2, 1]);
    expect(errors).toEqual({ rate: 0.25, right: 0.5 });
  });

  it('merges frames of baselines', () => {
    const merged = inSpeech<number[][]>(`
      return [[[0, 1, 1, 0, 2, 2, 1, 2, 2, 0], 2], [[1, 1, 0, 0, 1, 1], 2], [[1, 2, 3], 1], [[0, 0], 1]].map((each) =>
        collapse.collapse(...each));`);
    expect(merged).toEqual([[1, 2], [1, 1], [1, 2, 3], []]);
  });

  it('draws the phones of an utterance and the outputs above 0.1', () => {
    const picture = inSpeech<string>(`
      const frames = Array.from({ length: 4 }, (_, t) => Array.from({ length: 20 }, (_, b) => t + b));
      const row = (k) => Array.from({ length: 11 }, (_, j) => (j === k ? 0.9 : 0.01));
      const said = { frames, times: [0, 3, 3, 0], labels: [3] };
      return pictures.utterancePicture(said, [row(0), row(3), row(0), row(0)], [3]);`);
    expect(picture).toContain('<title>Said: a. Read: a</title>');
    expect(picture.match(/class="blank"/g)).toHaveLength(1);
    expect(picture.match(/class="line c3"/g)).toHaveLength(1);
    expect(picture).not.toMatch(/NaN|undefined/);
  });
});

describe('a short training of the example', () => {
  it('reads better than the nearest template, which knows all times', () => {
    const [own, ...others] = inSpeech<number[]>(`
      const parts = data.makeUtterances({ share: 0.25 });
      const scale = data.scaleOf(parts.trained);
      const [known, unseen] = [parts.trained, parts.heldOut].map((each) => data.arrays(each, scale));
      const net = model.buildModel();
      await model.train(net, known, () => {}, { ...model.SETTINGS, epochs: 4, batchSize: 8 });
      const rates = [errors.errorsOf(parts.heldOut, model.readWith(net, unseen)).rate];
      for (const { run } of baselines.BASELINES) {
        rates.push(errors.errorsOf(parts.heldOut, await run(parts, scale)).rate);
      }
      return rates;`);
    for (const rate of others) expect(rate).toBeLessThan(0.45); // no straw men
    expect(own).toBeLessThan(Math.max(...others) - 0.05);
  }, 60_000);
});

describe('docs/speech.md', () => {
  it('has the pictures of the run whose results it lists', () => {
    const page = read('docs/speech.md');
    const [chart, utterance] = ['errors', 'utterance'].map((name) => read(`docs/speech/${name}.svg`));
    const names = [...page.matchAll(/^\| ([^|]+) \| [\d.]+ % \| [\d.]+ % \|/gm)].map(([, name]) => name!);
    expect(names).toEqual([
      'CTC, best path',
      'CTC, beam of 16',
      'softmax regression, with times',
      'nearest template, with times',
    ]);
    for (const name of names.slice(2)) expect(chart).toContain(`>${name}<`);
    expect(utterance).toMatch(/<title>Said: \w+( \w+)+\. Read: /);
  });
});
