import { describe, expect, it } from '@jest/globals';
import type { LayerFlow } from '../../lib/flow/gradient-flow.ts';
import { eigenvalues } from '../../lib/plot/index.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import { groups, marks, placeOf, read, runsOf, wordsOf } from '../support/svg.ts';

describe('eigenvalues', () => {
  const spectrum = (pairs: number[][]): LayerFlow => ({
    ...simpleRnnFlow({ T: 1, B: 1, H: 1 }),
    H: pairs.length,
    recurrent: {
      eigenvalues: tensor(pairs, { dtype: 'float64' }),
      singularValues: tensor(
        pairs.map(() => 1.5),
        { dtype: 'float64' },
      ),
      spectralRadius: 1.25,
      norm: 1.5,
    },
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
      expect.arrayContaining(['Spectral radius 1.25, ‖Wₕₕ‖₂ 1.5.', '|λ| > 1 (2)', 'real part', 'imaginary part']),
    );
  });

  it('takes those on the circle up to rounding for inside', () => {
    const words = wordsOf(
      read(
        eigenvalues(
          spectrum([
            [1 + 1e-7, 0],
            [0, -1.00001],
          ]),
        ),
      ),
    );
    expect(words).toEqual(expect.arrayContaining(['|λ| ≤ 1 (1)', '|λ| > 1 (1)']));
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
    expect(wordsOf(drawn).at(-1)).toBe('2 of 3 eigenvalues are not shown, because they are not finite.');
  });

  it('writes each number out when pointed at', () => {
    const drawn = read(
      eigenvalues(
        spectrum([
          [-0.3, 0.4],
          [0.3, -0.4],
          [0.6, 0],
        ]),
      ),
    );
    expect(marks(drawn, 'dot').map(({ children }) => children[0]!.text)).toEqual([
      '−0.3 + 0.4i, |λ| = 0.5',
      '0.3 − 0.4i, |λ| = 0.5',
      '0.6 + 0i, |λ| = 0.6',
    ]);
  });

  it('refuses the flow of another layer', () => {
    expect(() => eigenvalues(lstmFlow({ T: 1, B: 1, H: 1 }))).toThrow(
      'eigenvalues: "layer" must belong to a SimpleRNN',
    );
  });
});
