import { describe, expect, it } from '@jest/globals';
import { inExample } from './in-example.ts';
import { read } from './snippets.ts';

const inAddition = <Result>(body: string): Result =>
  inExample('addition', ['data', 'model', 'baselines', 'pictures'], body);

type Sum = readonly [number, number];

describe('the sums of the example', () => {
  it('are all different in either order; those of the result are not seen in a rehearsal', () => {
    const [run, rehearsal, again] = inAddition<Record<'heldOut' | 'trained', Sum[]>[]>(`
      return [{}, { rehearse: true }, {}].map((each) => data.drawSums({ heldOut: 50, trained: 900, ...each }));`);
    const names = (sums: readonly Sum[]): string[] => sums.map((sum) => [...sum].sort((a, b) => a - b).join('+'));
    const all = [...run!.heldOut, ...rehearsal!.heldOut, ...run!.trained];
    expect(new Set(names(all)).size).toBe(50 + 50 + 900);
    expect(rehearsal!.trained).toEqual(run!.trained);
    expect(again).toEqual(run);
    expect(all.flat().every((n) => Number.isInteger(n) && n >= 0 && n <= 999)).toBe(true);
  });

  it('are spelled as tokens, with padding, and the end of each answer', () => {
    const { source, target, text } = inAddition<Record<string, unknown>>(`
      const sums = [[999, 999], [7, 85], [0, 0]];
      return {
        source: data.sources(sums).toArray(),
        target: data.targets(sums).toArray(),
        text: data.spelled([3, 11, 11, 10, 1]),
      };`);
    expect({ source, target, text }).toEqual({
      source: [
        [11, 11, 11, 12, 11, 11, 11],
        [9, 12, 10, 7, 0, 0, 0],
        [2, 12, 2, 0, 0, 0, 0],
      ],
      target: [
        [3, 11, 11, 10, 1],
        [11, 4, 1, 0, 0],
        [2, 1, 0, 0, 0],
      ],
      text: '1998',
    });
  });
});

describe('the answers of the example', () => {
  it('are right if every digit is', () => {
    expect(inAddition<number>(`return model.share([[1, 2], [50, 50], [9, 9]], ['3', '10', '18']);`)).toBe(2 / 3);
  });

  it('of the baselines are looked up, in either order', () => {
    const found = inAddition<string[][]>(`
      const parts = { heldOut: [[10, 500], [1, 1]], trained: [[2, 2], [499, 12], [12, 480], [100, 392]] };
      return baselines.BASELINES.map(({ run }) => run(parts));`);
    expect(found).toEqual([
      ['511', '4'],
      ['492', '492'],
    ]);
  });

  it('have weights for each character, and their digits in the picture', () => {
    const { shape, svg } = inAddition<{ shape: number[]; svg: string }>(`
      const net = model.buildModel({ attends: true }, { units: 4, embedding: 3 });
      const { weights } = model.attendedAnswer(net, [123, 456]);
      const svg = pictures.attentionPicture([123, 456], { tokens: [7, 9, 11, 1, 0].slice(0, weights.shape[0]), weights });
      return { shape: weights.shape, svg };`);
    expect(shape[1]).toBe(7);
    expect(svg).toContain('1 (1) to 5 (1): ');
    expect(svg).toContain('writes 123+456 = 579');
    expect(svg).toContain('6 (7) to end (4): ');
  });
});

describe('docs/addition.md', () => {
  it('has the pictures of the run whose results it lists', () => {
    const page = read('docs/addition.md');
    const [chart, map] = ['accuracy', 'attention'].map((name) => read(`docs/addition/${name}.svg`));
    const rows = [...page.matchAll(/^\| ([^|]+) \| ([\d.]+) % \| (\d+) \|/gm)];
    expect(rows.map(([, name]) => name)).toEqual([
      'LSTMs with attention',
      'LSTMs without attention',
      'nearest training sum',
      'most frequent answer',
    ]);
    for (const [, , share, wrong] of rows) expect(Number(share)).toBeCloseTo(100 - Number(wrong) / 20, 10);
    for (const [, name] of rows.slice(0, 2)) expect(chart).toContain(`>${name}<`);
    expect(map).toContain('= 825</title>');
  });
});
