import { describe, expect, it } from '@jest/globals';
import type { GateFlow, LayerFlow } from '../../lib/flow/gradient-flow.ts';
import { eigenvalues, flowTriangle, gateActivations } from '../../lib/plot/index.ts';
import { ramp } from '../../lib/plot/palette.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { lstmFlow, simpleRnnFlow, triangle } from '../support/flow-specimens.ts';
import { all, box, type Drawn, groups, marks, placeOf, read, runsOf, ticksOf, wordsOf } from '../support/svg.ts';

const layerOf = (T: number, norm: (from: number, to: number) => number): LayerFlow => ({
  ...simpleRnnFlow({ T: 1, B: 1, H: 1 }),
  jacobians: { h: triangle(T, 0, norm) },
});
const cells = (drawn: Drawn): Drawn[] => marks(drawn, 'rect');
const levelIn = (name: Parameters<typeof ramp>[0], cell: Drawn): number =>
  ramp(name).findIndex(([light]) => light === cell.attributes.fill);
const hint = (cell: Drawn): string => cell.children[0]!.text;

describe('flowTriangle', () => {
  const drawn = read(flowTriangle(layerOf(6, (i, t) => 0.1 ** (t - i))));

  it('has a cell for every pair of steps, i across and t down', () => {
    expect(cells(drawn)).toHaveLength(28);
    const [one] = cells(drawn).filter((cell) => hint(cell) === 'from 2 to 5: 0.001');
    const [x, y] = [Object.fromEntries(ticksOf(drawn, 'x'))['2']!, Object.fromEntries(ticksOf(drawn, 'y'))['5']!];
    const { left, right, top, bottom } = box(one!);
    expect((left + right) / 2).toBeCloseTo(x, 1);
    expect((top + bottom) / 2).toBeCloseTo(y, 1);
    const downwards = ticksOf(drawn, 'y').map(([, at]) => at);
    expect(downwards).toEqual([...downwards].sort((a, b) => a - b));
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['from step i', 'to step t', '‖∂h_t/∂h_i‖']));
  });

  it('has colours in the order of the norms, the middle one for 1', () => {
    const level = (text: string): number =>
      levelIn('diverging', cells(drawn).find((cell) => hint(cell).startsWith(text))!);
    const levels = ['from 0 to 6', 'from 0 to 5', 'from 0 to 2', 'from 0 to 1', 'from 3 to 3'].map(level);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect([new Set(levels).size, levels[0], levels[4]]).toEqual([5, 0, 16]);
  });

  it('puts what explodes on the other side of the middle, with a dot', () => {
    const exploding = read(flowTriangle(layerOf(3, (i, t) => (i === 0 ? 2 : 0.5) ** (t - i))));
    const above = cells(exploding).filter((cell) => levelIn('diverging', cell) > 16);
    expect(above.map(hint)).toEqual(['from 0 to 1: 2', 'from 0 to 2: 4', 'from 0 to 3: 8']);
    expect(marks(exploding, 'dot')).toHaveLength(3);
    expect(marks(drawn, 'dot')).toHaveLength(0);
  });

  it('says what the ramp cannot show, and leaves NaN blank', () => {
    const odd = [0, Number.NaN, Infinity, 1, 0.5, 1];
    let next = 0;
    const strange = read(flowTriangle(layerOf(2, () => odd[next++]!)));
    expect(cells(strange)).toHaveLength(5);
    expect(wordsOf(strange).slice(-3)).toEqual([
      '1 of 6 are 0, below the ramp: drawn in its lowest colour.',
      '1 of 6 are ∞, above the ramp: drawn in its highest colour.',
      '1 of 6 are NaN: left blank.',
    ]);
    expect(
      cells(strange)
        .map((cell) => levelIn('diverging', cell))
        .slice(0, 2),
    ).toEqual([0, 32]);
  });

  it('draws one row of the batch, and of one state', () => {
    const two = {
      ...layerOf(1, () => 1),
      jacobians: { h: [...triangle(1, 0, () => 1), ...triangle(2, 4, () => 0.5)], c: triangle(4, 0, () => 1) },
    };
    expect([{}, { row: 4 }, { state: 'c' }].map((o) => cells(read(flowTriangle(two, o))).length)).toEqual([3, 6, 15]);
    expect(flowTriangle(two, { state: 'c' })).toContain('‖∂c_t/∂c_i‖');
  });

  it('draws the bound of a SimpleRNN and the path through c of an LSTM, and knows which has which', () => {
    const [rnn, lstm] = [simpleRnnFlow({ T: 3, B: 1, H: 2 }), lstmFlow({ T: 3, B: 1, H: 2 })];
    expect(flowTriangle(rnn, { quantity: 'bound' })).toContain('W_hh');
    expect(flowTriangle(lstm, { quantity: 'directPath' })).toContain('‖∏ diag f‖');
    expect(() => flowTriangle(rnn, { quantity: 'directPath' })).toThrow('"quantity" must be one that the Jacobians of');
  });

  it('shows steps that were asked for, however far apart', () => {
    const sparse = {
      ...layerOf(1, () => 1),
      jacobians: { h: triangle(100, 0, () => 1).filter(({ from, to }) => from % 25 === 0 && to % 50 === 0) },
    };
    expect(ticksOf(read(flowTriangle(sparse)), 'y').map(([label]) => label)).toEqual(['0', '25', '50', '75', '100']);
    expect(cells(read(flowTriangle(sparse)))).toHaveLength(9);
  });

  it('gathers thousands of pairs into blocks, by their geometric mean', () => {
    const big = read(flowTriangle(layerOf(300, (i) => (i % 2 === 0 ? 1e-6 : 1e2))));
    expect(cells(big).length).toBeLessThanOrEqual(6000);
    expect(wordsOf(big).at(-1)).toMatch(/^Each cell is the geometric mean over 4 × 4 pairs of steps\.$/);
    expect(levelIn('diverging', cells(big)[1]!)).toBe(11); // 10⁻² of a ramp to 10⁻⁶: a third of 16 below the middle
  });
});

describe('gateActivations', () => {
  const layer = lstmFlow({ T: 7, B: 2, H: 3 });

  it('has a cell for every step and unit of every gate, in the columns of its letters', () => {
    const drawn = read(gateActivations(layer, { input: 'abcdefg' }));
    expect(groups(drawn, 'rect').map(({ children }) => children.length)).toEqual([21, 21, 21, 21]);
    const letters = marks(drawn, 'text');
    expect(letters.map(({ text }) => text).join('')).toBe('abcdefg');
    const columns = [
      ...new Set(groups(drawn, 'rect')[2]!.children.map((cell) => (box(cell).left + box(cell).right) / 2)),
    ];
    columns
      .sort((a, b) => a - b)
      .forEach((middle, t) => {
        expect(Math.abs(placeOf(letters[t]!)[0] - middle)).toBeLessThan(0.6);
      });
    expect(wordsOf(drawn)).toEqual(
      expect.arrayContaining(['input gate', 'forget gate', 'candidate gate', 'output gate', 'time step t', 'unit']),
    );
  });

  it('has a series of numbers above, at the same steps', () => {
    const drawn = read(gateActivations(layer, { input: [3, 1, 4, 1, 5, 9, 2] }));
    const [path] = groups(drawn, 'line')[0]!.children;
    const [run] = runsOf(path!);
    const first = box(groups(drawn, 'rect')[0]!.children[0]!);
    expect(run).toHaveLength(7);
    expect(Math.abs(run![0]![0] - (first.left + first.right) / 2)).toBeLessThan(0.6);
    expect(run!.map(([, y]) => y).indexOf(Math.min(...run!.map(([, y]) => y)))).toBe(5);
    expect(
      groups(
        read(
          gateActivations(layer, {
            input: tensor([
              [1, 2],
              [3, 4],
              [5, 6],
              [7, 8],
              [9, 0],
              [1, 2],
              [3, 4],
            ]),
          }),
        ),
        'line',
      ),
    ).toHaveLength(2);
  });

  const gate = (values: number[][], low: number): GateFlow => ({
    ...layer.gates.forget!,
    mean: tensor(values, { dtype: 'float64' }),
    histogram: { low, high: 1, counts: [1] },
  });

  it('has colours in the order of the activations, over the range of the activation', () => {
    const levels = (low: number): number[] =>
      cells(
        read(gateActivations({ ...layer, T: 3, H: 1, gates: { f: gate([[low], [(low + 1) / 2], [1]], low) } })),
      ).map((cell) => levelIn('magnitude', cell));
    expect(levels(0)).toEqual([0, 16, 32]);
    expect(levels(-1)).toEqual([0, 16, 32]);
  });

  it('has unit 0 at the top and the first step on the left', () => {
    const values = [
      [0, 0.25],
      [0.75, 1],
    ];
    const drawn = read(gateActivations({ ...layer, T: 2, H: 2, gates: { f: gate(values, 0) } }));
    const inOrder = cells(drawn).sort((a, b) => box(a).top - box(b).top || box(a).left - box(b).left);
    expect(inOrder.map((cell) => levelIn('magnitude', cell))).toEqual([0, 24, 8, 32]);
  });

  it('leaves NaN blank and says so', () => {
    const drawn = read(
      gateActivations({
        ...layer,
        T: 2,
        H: 2,
        gates: {
          f: gate(
            [
              [0, Number.NaN],
              [1, 0.5],
            ],
            0,
          ),
        },
      }),
    );
    expect(cells(drawn)).toHaveLength(3);
    expect(wordsOf(drawn).at(-1)).toBe('f: 1 of 4 values are NaN: left blank.');
  });

  it('draws the gates and the steps that are asked for', () => {
    const drawn = read(
      gateActivations(layer, {
        gates: ['output', 'forget'],
        steps: [3, 5],
        input: ['a', 'bb', 'ccc', 'd', 'e', 'f', 'g'],
      }),
    );
    expect(groups(drawn, 'rect').map(({ children }) => children.length)).toEqual([9, 9]);
    expect(marks(drawn, 'text').map(({ text }) => text)).toEqual(['ccc', 'd', 'e']);
    expect(ticksOf(drawn, 'x').map(([label]) => label)).toEqual(['3', '4', '5']);
    const headings = wordsOf(drawn).filter((text) => text.endsWith(' gate'));
    expect(headings).toEqual(['output gate', 'forget gate']);
  });

  it('takes blocks of long sequences, whose cells are means', () => {
    const values = Array.from({ length: 400 }, (_, t) => Array.from({ length: 32 }, () => t % 2));
    const drawn = read(gateActivations({ ...layer, T: 400, H: 32, gates: { f: gate(values, 0) } }));
    expect(cells(drawn).length).toBeLessThanOrEqual(6000);
    expect(wordsOf(drawn).at(-1)).toMatch(/^Each cell is the mean over \d steps × \d units?\.$/);
    expect(drawn.text).toContain('399'.slice(0, 1));
  });
});

describe('eigenvalues', () => {
  const spectrum = (pairs: number[][]): LayerFlow => ({
    ...simpleRnnFlow({ T: 1, B: 1, H: 1 }),
    H: pairs.length,
    recurrent: { eigenvalues: tensor(pairs, { dtype: 'float64' }), spectralRadius: 1.25, norm: 1.5 },
  });

  it('puts each eigenvalue at its place about a round unit circle', () => {
    const drawn = read(
      eigenvalues(
        spectrum([
          [0.5, 0],
          [0, 1.25],
          [0, -1.25],
          [-1, 0],
        ]),
      ),
    );
    const [path] = groups(drawn, 'line')[0]!.children;
    const circle = runsOf(path!)[0]!;
    const [xs, ys] = [circle.map(([x]) => x), circle.map(([, y]) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    expect(right - left).toBeCloseTo(bottom - top, 0);
    const [cx, cy, r] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2];
    const places = marks(drawn, 'dot')
      .map(placeOf)
      .map(([x, y]) => [(x - cx) / r, (cy - y) / r].map((v) => Math.round(v * 100) / 100 + 0));
    expect(places).toEqual([
      [0.5, 0],
      [-1, 0],
      [0, 1.25],
      [0, -1.25],
    ]); // those inside first
  });

  it('tells those outside from the others by shape and colour', () => {
    const drawn = read(
      eigenvalues(
        spectrum([
          [0.5, 0],
          [0, 1.25],
          [0, -1.25],
        ]),
      ),
    );
    const [inside, outside] = groups(drawn, 'dot');
    expect([inside!.children.length, outside!.children.length]).toEqual([1, 2]);
    expect([inside!.attributes.fill, inside!.children[0]!.name]).not.toEqual([
      outside!.attributes.fill,
      outside!.children[0]!.name,
    ]);
    expect(wordsOf(drawn)).toEqual(
      expect.arrayContaining(['Spectral radius 1.25, ‖W_hh‖₂ 1.5.', '|λ| > 1 (2)', 'real part', 'imaginary part']),
    );
  });

  it('stays round whatever the height', () => {
    const drawn = read(eigenvalues(spectrum([[0.5, 0]]), { height: 300 }));
    const circle = runsOf(groups(drawn, 'line')[0]!.children[0]!)[0]!;
    const size = (i: 0 | 1): number => Math.max(...circle.map((p) => p[i])) - Math.min(...circle.map((p) => p[i]));
    expect(size(0)).toBeCloseTo(size(1), 0);
  });

  it('counts what is not finite', () => {
    const drawn = read(
      eigenvalues(
        spectrum([
          [0.5, 0],
          [Number.NaN, 0],
          [Infinity, 0],
        ]),
      ),
    );
    expect(marks(drawn, 'dot')).toHaveLength(1);
    expect(wordsOf(drawn).at(-1)).toBe('2 of 3 are not finite: not shown.');
  });

  it('is of a SimpleRNN', () => {
    expect(() => eigenvalues(lstmFlow({ T: 1, B: 1, H: 1 }))).toThrow('eigenvalues: "layer" must be of a SimpleRNN');
  });
});

it('has one ramp for each heat map', () => {
  const ramps = (svg: string): number => all(read(svg), ({ attributes }) => attributes.class === 'ramp').length;
  expect(ramps(gateActivations(lstmFlow({ T: 2, B: 1, H: 2 })))).toBe(4);
  expect(ramps(flowTriangle(simpleRnnFlow({ T: 2, B: 1, H: 2 })))).toBe(1);
});
