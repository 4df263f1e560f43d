import { describe, expect, it } from '@jest/globals';
import type { LayerFlow } from '../../lib/flow/gradient-flow.ts';
import { flowTriangle } from '../../lib/plot/index.ts';
import { ramp } from '../../lib/plot/palette.ts';
import { lstmFlow, simpleRnnFlow, triangle } from '../support/flow-specimens.ts';
import { box, cells, type Drawn, marks, read, ticksOf, wordsOf } from '../support/svg.ts';

const layerOf = (T: number, norm: (from: number, to: number) => number): LayerFlow => ({
  ...simpleRnnFlow({ T: 1, B: 1, H: 1 }),
  jacobians: { h: triangle(T, 0, norm) },
});
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
    expect(wordsOf(drawn)).toEqual(expect.arrayContaining(['from step i', 'to step t', '‖∂hₜ/∂hᵢ‖']));
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
      '1 of 6 values are 0, and have the lowest colour of the ramp.',
      '1 of 6 values are ∞, and have the highest colour of the ramp.',
      '1 of 6 values are NaN and not drawn.',
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
    expect(flowTriangle(two, { state: 'c' })).toContain('‖∂cₜ/∂cᵢ‖');
  });

  it('draws the bound of a SimpleRNN and the path through c of an LSTM, and knows which has which', () => {
    const [rnn, lstm] = [simpleRnnFlow({ T: 3, B: 1, H: 2 }), lstmFlow({ T: 3, B: 1, H: 2 })];
    expect(flowTriangle(rnn, { quantity: 'bound' })).toContain('Wₕₕ');
    expect(flowTriangle(lstm, { quantity: 'directPath' })).toContain('‖∏ diag f‖');
    expect(() => flowTriangle(rnn, { quantity: 'directPath' })).toThrow(
      '"quantity" must be available in the Jacobians of',
    );
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
    const downwards = cells(big).sort((a, b) => box(a).top - box(b).top || box(a).left - box(b).left);
    expect(levelIn('diverging', downwards[1]!)).toBe(11); // 10⁻² of a ramp to 10⁻⁶: a third of 16 below the middle
  });
});
