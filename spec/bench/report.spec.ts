import { describe, expect, it } from '@jest/globals';
import { read } from '../docs/snippets.ts';

const { replaceSections } = await import('../../bench/page/markdown.mjs' as string);
const { kernelTable, layerTable, peerTable, randomTable, ratioTable, setup, streamingTable, verdict } = await import(
  '../../bench/page/tables.mjs' as string
);
const { ratioChart } = await import('../../bench/page/chart.mjs' as string);

const SHAPE = { B: 2, T: 80, I: 100, H: 64 };
const ROW = {
  group: 'layers, B 2',
  name: 'LSTM forward',
  engine: 'bptt',
  version: '1',
  processor: 'C',
  width: 128,
  verified: true,
  shape: SHAPE,
  median: 0.5,
  spread: [0.4, 0.6],
  wall: 0.5,
  rounds: 3,
  rate: { value: 27, unit: 'GFLOP/s' },
  gflops: 27,
  fractionOfPeak: 0.618,
  ratioToOurs: 1,
  ratioToNarrow: null,
};
const TRAINING = { ...ROW, name: 'LSTM training step', median: 2, gflops: 20, fractionOfPeak: 0.5 };
const SLOWER = { ...ROW, engine: 'slow <b>', median: 60, ratioToOurs: 120, verified: false };
const FASTER = { ...ROW, engine: 'fast', median: 0.25, ratioToOurs: 0.5 };

describe('the report', () => {
  it('puts forward pass and training step of a layer on one line', () => {
    const wide = [ROW, TRAINING].map((row) => ({ ...row, width: 256, ratioToNarrow: 0.625, median: row.median / 2 }));
    const [head, , ...lines] = layerTable([ROW, wide[0], TRAINING, wide[1]]).split('\n');
    const columns = 'GFLOP/s | of peak | by 128';
    expect(head).toBe(`|  | bits | forward | ${columns} | training step | ${columns} | steps a second |`);
    expect(lines).toEqual([
      '| LSTM, B 2, T 80, I 100, H 64 | 128 | 500 µs | 27.0 | 62 % |  | 2.00 ms | 20.0 | 50 % |  | 500 |',
      '| LSTM, B 2, T 80, I 100, H 64 | 256 | 250 µs | 27.0 | 62 % | 0.63× | 1.00 ms | 20.0 | 50 % | 0.63× | 1000 |',
    ]);
  });

  it('gives each width of a stream a line', () => {
    const step = { ...ROW, group: 'streaming, B 1', name: 'LSTM step', width: 256, ratioToNarrow: 0.9 };
    expect(streamingTable([ROW, step]).split('\n').slice(2)).toEqual([
      '| LSTM step, B 2, I 100, H 64 | 256 | 500 µs | 2000 | 27.0 | 62 % | 0.90× |',
    ]);
  });

  it('says for each library where which is faster, by the faster of our widths', () => {
    const wide = { ...ROW, engine: 'bptt wide', ratioToOurs: 0.8 };
    const shape = 'LSTM forward, B 2, T 80, I 100, H 64';
    const near = { ...FASTER, engine: 'near', ratioToOurs: 0.9 };
    expect(verdict([ROW, wide, FASTER, near]).split('\n')).toEqual([
      `- **fast**. bptt is faster: none. fast is faster: ${shape} (0.63×).`,
      `- **near**. bptt is faster: ${shape} (1.1×). near is faster: none.`,
    ]);
  });

  it('gives each engine a column, an empty cell where it did not run, and a mark where nothing was compared', () => {
    const lines = peerTable([ROW, SLOWER, FASTER, TRAINING]).split('\n');
    expect(lines).toEqual([
      '|  | bptt | slow <b> | fast |',
      '| --- | ---: | ---: | ---: |',
      '| LSTM forward, B 2, T 80, I 100, H 64 | **500 µs** | 60.0 ms (120×) * | 250 µs (0.50×) |',
      '| LSTM training step, B 2, T 80, I 100, H 64 | **2.00 ms** |  |  |',
    ]);
  });

  it('lists ratios apart from rates', () => {
    const paired = { ...ROW, group: 'x by y', name: 'x', ratioToOurs: 1.337 };
    const kernel = { ...ROW, group: 'kernel', name: 'k' };
    expect(ratioTable([kernel, paired]).split('\n').slice(2)).toEqual([
      '| x, B 2, T 80, I 100, H 64 | 128 | 500 µs | 1.34× |',
    ]);
    expect(kernelTable([kernel, paired]).split('\n').slice(2)).toEqual([
      '| kernel: k | 128 | 500 µs | 27.0 GFLOP/s | 62 % |  |',
    ]);
    const random = { ...paired, group: '9 random numbers by single draws', shape: { n: 9 }, fractionOfPeak: null };
    expect(randomTable([kernel, paired, random]).split('\n').slice(2)).toEqual(['| x, n 9 | 128 | 500 µs | 1.34× |']);
    expect(ratioTable([random]).split('\n')).toHaveLength(2);
  });

  it('names machine, versions and date', () => {
    const text = setup({
      machine: { cpu: 'C', cores: 2, os: 'O', arch: 'A' },
      node: 'v20.0.0',
      versions: { bptt: '1', other: '2' },
      date: '2026-01-02T03:04:05Z',
      settings: { rounds: 3, slice: 0.1 },
      peaks: [
        { width: 128, quantiles: [20, 30, 40, 45, 47] },
        { width: 256, quantiles: [50, 60, 70, 75, 77] },
      ],
      notes: ['other left out'],
    });
    expect(text).toContain('C, 2 cores, O, A; Node v20.0.0; 2026-01-02');
    expect(text).toContain('bptt 1; other 2');
    expect(text).toContain('128-bit peak of one core between 20 and 47 GFLOP/s, median 40');
    expect(text).toContain('256-bit peak of one core between 50 and 77 GFLOP/s, median 70');
    expect(text).toContain('- other left out');
  });

  it('replaces what stands between markers, again and again, and refuses a page without them', () => {
    const page = 'a\n<!-- begin: x -->\n<!-- end: x -->\nb\n';
    const once = replaceSections(page, { x: 'new' });
    expect(once).toBe('a\n<!-- begin: x -->\nnew\n<!-- end: x -->\nb\n');
    expect(replaceSections(once, { x: 'new' })).toBe(once);
    expect(() => replaceSections(page, { y: '' })).toThrow('no section "y"');
  });

  it('finds its sections in the page', () => {
    const names = [
      'bench setup',
      'peers setup',
      'peers',
      'verdict',
      'layers',
      'streaming',
      'ratios',
      'random',
      'kernels',
    ];
    const page = read('docs/benchmarks.md');
    expect(replaceSections(page, Object.fromEntries(names.map((name) => [name, 'TEXT']))).split('TEXT')).toHaveLength(
      10,
    );
  });

  it('draws faster engines left of ours and slower ones right of it, on a logarithmic axis', () => {
    const chart: string = ratioChart([ROW, SLOWER, FASTER]);
    const x = (pattern: RegExp): number => Number(pattern.exec(chart)![1]);
    const ours = x(/class="ours" x1="([\d.]+)"/);
    const [slow, fast] = [x(/x="([\d.]+)"[^>]*>120×/), x(/x="([\d.]+)"[^>]*>0\.50×/)];
    const decade = (slow - ours) / Math.log10(120);
    expect(decade).toBeGreaterThan(50);
    expect((ours - fast) / decade).toBeCloseTo(Math.log10(2), 2);
    expect(chart).toContain('slow &lt;b&gt;');
    expect(chart).not.toContain('undefined');
    expect(chart).not.toContain('NaN');
  });

  it('keeps labels clear of the line of our own time', () => {
    const nearly = [0.97, 1.03].map((ratioToOurs, k) => ({ ...SLOWER, engine: `e${k}`, ratioToOurs }));
    const chart: string = ratioChart([ROW, SLOWER, ...nearly]);
    const ours = Number(/class="ours" x1="([\d.]+)"/.exec(chart)![1]);
    const label = (text: string): string[] =>
      new RegExp(`x="([\\d.]+)" y="\\d+" text-anchor="(\\w+)"[^>]*>${text}<`).exec(chart)!.slice(1);
    const [[left, ends], [right, starts]] = [label('0\\.97×'), label('1\\.0×')] as [string[], string[]];
    expect([ends, starts]).toEqual(['end', 'start']);
    expect([Number(left) < ours, Number(right) > ours]).toEqual([true, true]);
  });
});
