import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const inMusic = <Result>(body: string): Result =>
  inExample('music', ['data', 'model', 'baselines', 'midi', 'pictures'], body);

describe('the rags of the example', () => {
  it('are seven, with as many steps as the page says, in range in all keys', () => {
    const pieces = inMusic<{ title: string; steps: number; low: number; high: number; most: number }[]>(`
      return data.readPieces().map(({ title, steps }) => {
        const all = data.inAllKeys({ title, steps }).flatMap((piece) => piece.steps.flat());
        const bound = (f) => all.reduce((a, b) => f(a, b));
        return { title, steps: steps.length, low: bound(Math.min), high: bound(Math.max), most: Math.max(...steps.map((s) => s.length)) };
      });`);
    expect(pieces.map(({ title, steps }) => [title, steps])).toEqual([
      ['Elite Syncopations', 1181],
      ['Maple Leaf Rag', 1151],
      ['Peacherine Rag', 709],
      ['Pine Apple Rag', 1181],
      ['Solace', 1181],
      ['The Easy Winners', 1213],
      ['The Entertainer', 1213],
    ]);
    for (const { low, high, most } of pieces) {
      expect(low).toBeGreaterThanOrEqual(24);
      expect(high).toBeLessThan(24 + 75);
      expect(most).toBeLessThanOrEqual(10); // fingers
    }
  });

  it('are split: none is in two parts, and a rehearsal has none of the held-out ones', () => {
    const [run, rehearsal] = inMusic<Record<'heldOut' | 'trained', string[]>[]>(`
      const titles = (pieces) => pieces.map(({ title }) => title);
      return [{}, { rehearse: true }].map((options) => {
        const { heldOut, trained } = data.split(data.readPieces(), options);
        return { heldOut: titles(heldOut), trained: titles(trained) };
      });`);
    expect([...run!.heldOut, ...run!.trained].sort()).toHaveLength(7);
    expect(new Set([...run!.heldOut, ...run!.trained]).size).toBe(7);
    expect([...rehearsal!.heldOut, ...rehearsal!.trained].sort()).toEqual([...run!.trained].sort());
    expect(run!.heldOut).toEqual(['Pine Apple Rag', 'The Entertainer']);
  });

  it('become windows of notes, with targets one step ahead', () => {
    const { x, y, whole } = inMusic<{ x: number[][][]; y: number[][][]; whole: number[] }>(`
      const piece = { title: '', steps: [[24], [25, 26], [], [98], [24], [25], [26]] };
      const begins = (array) => array.toArray().map((rows) => rows.map((row) => row.flatMap((v, k) => (v ? [k + 24] : []))));
      const { x, y } = data.windowsOf([piece], 3);
      return { x: begins(x), y: begins(y), whole: data.wholePiece(piece).x.shape };`);
    expect(x).toEqual([
      [[24], [25, 26], []],
      [[98], [24], [25]],
    ]);
    expect(y).toEqual([
      [[25, 26], [], [98]],
      [[24], [25], [26]],
    ]);
    expect(whole).toEqual([1, 6, 75]);
  });
});

describe('the figures of the example', () => {
  it('are the likelihood of a step, and the share of notes among the most probable', () => {
    const { nats, found } = inMusic<{ nats: number; found: number }>(`
      const { tensor } = await import('bptt');
      const piece = { steps: [[24], [24, 25], [26]] };
      const logits = (best) => Array.from({ length: 75 }, (_, k) => (best.includes(k + 24) ? Math.log(3) : 0));
      return baselines.figuresOf([piece], () => tensor([[logits([24, 90]), logits([26])]]));`);
    expect(found).toBe(2 / 3); // 24 and 26; 25 is not among the two most probable
    // Probability 3/4 of 24, 90 and 26, else 1/2.
    expect(nats).toBeCloseTo((147 * Math.log(2) - 2 * Math.log(0.75) - Math.log(0.25)) / 2, 4);
  });

  it('of counting are those of the pieces', () => {
    const [frequency, repetition] = inMusic<number[]>(`
      const always = { title: '', steps: Array.from({ length: 200 }, () => [60]) };
      const [, repetitions, frequencies] = baselines.BASELINES;
      return [frequencies, repetitions].map(({ learn }) => {
        const logits = learn([always])({ steps: always.steps.slice(0, 40) }).pick(0, 30);
        return 1 / (1 + Math.exp(-logits.get(36)));
      });`);
    expect(frequency).toBeCloseTo(1 / 12, 2); // in one of twelve keys
    expect(repetition).toBeGreaterThan(0.999);
  });
});

describe('the music of the example', () => {
  it('is written as MIDI', () => {
    const bytes = inMusic<number[]>('return [...midi.midi([[60, 64], [], [62]])];');
    const text = String.fromCharCode(...bytes);
    expect(text.indexOf('MThd')).toBe(0);
    expect(text.indexOf('MTrk')).toBe(14);
    const length = bytes.slice(18, 22).reduce((sum, byte) => 256 * sum + byte, 0);
    expect(bytes).toHaveLength(22 + length);
    const on = [0, 0x90, 60, 80, 0, 0x90, 64, 80, 6, 0x80, 60, 0, 0, 0x80, 64, 0, 12 - 6, 0x90];
    expect(bytes.slice(29, 29 + on.length - 2)).toEqual(on.slice(0, -2));
    expect(bytes.slice(-12)).toEqual([6, 0x90, 62, 80, 6, 0x80, 62, 0, 0, 0xff, 0x2f, 0]);
  });

  it('is learned: a model plays the tune that it was trained on', () => {
    const played = inMusic<number[][]>(`
      const tune = [[60], [64, 67], [62], []];
      const piece = { title: '', steps: Array.from({ length: 100 }, (_, t) => tune[t % 4]) };
      const net = model.buildModel({ ...model.SETTINGS, units: 24 });
      await model.train(net, [piece], () => {}, { ...model.SETTINGS, steps: 24, epochs: 40, batchSize: 8, learningRate: 0.02 });
      return model.play(net, piece.steps.slice(0, 40), 8);`);
    expect(played).toEqual([[60], [64, 67], [62], [], [60], [64, 67], [62], []]);
  });
});

describe('docs/music.md', () => {
  it('has the pictures of the run whose results it lists', () => {
    const page = read('docs/music.md');
    const [chart, roll] = ['nats', 'roll'].map((name) => read(`docs/music/${name}.svg`));
    const names = [...page.matchAll(/^\| ([^|]+) \| [\d.]+ \| [\d.]+ % \|/gm)].map(([, name]) => name!);
    expect(names).toHaveLength(4);
    for (const name of names) expect(chart).toContain(`>${name}<`);
    expect(roll).toContain('<title>The Entertainer, continued</title>');
  });
});
