import { describe, expect, it } from '@jest/globals';
import type { GateFlow } from '../../lib/flow/gradient-flow.ts';
import { flowTriangle, gateActivations } from '../../lib/plot/index.ts';
import { ramp } from '../../lib/plot/palette.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import {
  all,
  box,
  cells,
  type Drawn,
  groups,
  heatMaps,
  marks,
  placeOf,
  read,
  runsOf,
  ticksOf,
  wordsOf,
} from '../support/svg.ts';

const levelIn = (name: Parameters<typeof ramp>[0], cell: Drawn): number =>
  ramp(name).findIndex(([light]) => light === cell.attributes.fill);
describe('gateActivations', () => {
  const layer = lstmFlow({ T: 7, B: 2, H: 3 });

  it('has a cell for every step and unit of every gate, in the columns of its letters', () => {
    const drawn = read(gateActivations(layer, { input: 'abcdefg' }));
    expect(heatMaps(drawn).map(({ length }) => length)).toEqual([21, 21, 21, 21]);
    const letters = marks(drawn, 'text');
    expect(letters.map(({ text }) => text).join('')).toBe('abcdefg');
    const columns = [...new Set(heatMaps(drawn)[2]!.map((cell) => (box(cell).left + box(cell).right) / 2))];
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
    const first = box(heatMaps(drawn)[0]![0]!);
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
    expect(wordsOf(drawn).at(-1)).toBe('f: 1 of 4 values are NaN and not drawn.');
  });

  it('draws the gates and the steps that are asked for', () => {
    const drawn = read(
      gateActivations(layer, {
        gates: ['output', 'forget'],
        steps: [3, 5],
        input: ['a', 'bb', 'ccc', 'd', 'e', 'f', 'g'],
      }),
    );
    expect(heatMaps(drawn).map(({ length }) => length)).toEqual([9, 9]);
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

it('has one ramp for each heat map', () => {
  const ramps = (svg: string): number => all(read(svg), ({ attributes }) => attributes.class === 'ramp').length;
  expect(ramps(gateActivations(lstmFlow({ T: 2, B: 1, H: 2 })))).toBe(4);
  expect(ramps(flowTriangle(simpleRnnFlow({ T: 2, B: 1, H: 2 })))).toBe(1);
});
