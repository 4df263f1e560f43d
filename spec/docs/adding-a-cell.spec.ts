import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Cell, type CellOptions, RNN, randomNormal, type Tensor } from '../../lib/index.ts';
import { gradcheck, recurrentProperties } from '../../lib/verify/index.ts';
import { run, snippetsOf } from './snippets.ts';

type CellClass = new (options: CellOptions) => Cell<'h'>;

const { abs, exp, max, tanh } = Math;
const dtype = 'float64';

const snippets = snippetsOf('CONTRIBUTING.md').filter(({ heading }) => heading === 'Adding a cell');
const { exports, checked } = await run(snippets[0]!);
const JANETCell = exports.JANETCell as CellClass;

const sigmoid = (a: number): number => 1 / (1 + exp(-a));

/** The three equations of the page for one row, on plain arrays: independent of kernels, storage and order of blocks. */
function stepByHand(cell: Cell<'h'>, x: readonly number[], h: readonly number[]): number[] {
  const affine = (gate: string, recurrent: readonly number[]): number[] => {
    const { W, b } = cell.gate(gate);
    const input = [...recurrent, ...x];
    return h.map((_, j) => input.reduce((sum, v, k) => sum + W.get(j, k) * v, b?.get(j) ?? 0));
  };
  const f = affine('forget', h).map(sigmoid);
  const candidate = affine('candidate', h).map(tanh);
  return h.map((v, j) => f[j]! * v + (1 - f[j]!) * candidate[j]!);
}

function layerOf<C extends Cell<'h'>>(cell: C, returnSequences = true): RNN<C> {
  return new RNN({ cell, returnSequences });
}

describe('the cell of CONTRIBUTING.md', () => {
  it('is one program, with its proof', () => {
    expect(snippets).toHaveLength(1);
    expect(checked).toBe(4);
  });

  it('computes its equations', () => {
    const [B, T, I, H] = [2, 7, 3, 5];
    const layer = layerOf(
      new JANETCell({ units: H, inputSize: I, dtype, biasInitializer: () => [...Array(2 * H).keys()] }),
    );
    const x = randomNormal([B, T, I], { seed: 1, dtype });
    const h0 = randomNormal([B, H], { seed: 2, dtype });
    const y = layer.forward(x, { initialState: { h: h0 } });
    for (let b = 0; b < B; b++) {
      let h = h0.pick(b).toArray() as number[];
      for (let t = 0; t < T; t++) {
        h = stepByHand(layer.cell, x.pick(b, t).toArray() as number[], h);
        const worst = max(...h.map((v, j) => abs(v - y.get(b, t, j))));
        expect(worst).toBeLessThan(1e-14);
      }
    }
  });

  it.each([
    [1, true],
    [1, false],
    [9, true],
    [9, false],
  ])('has the gradients of finite differences: T = %i, returnSequences %p', (T, returnSequences) => {
    for (const useBias of [true, false]) {
      const layer = layerOf(new JANETCell({ units: 3, useBias, dtype }), returnSequences);
      const initialState = { h: randomNormal([2, 3], { seed: 3, dtype }) };
      const report = gradcheck(layer, { x: randomNormal([2, T, 4], { seed: 4, dtype }), initialState });
      expect(`${report}`).toMatch(/^gradcheck passed/);
    }
  });

  it.each(['dh', 'da_f', 'da_c'])('is refused when its %s is wrong by a factor of 1.00001', (what) => {
    const cell = new JANETCell({ units: 3, dtype });
    const right = cell.backwardStep.bind(cell);
    cell.backwardStep = (step) => {
      right(step);
      const at = { dh: step.dStates.h, da_f: step.dGates, da_c: step.dGates + cell.units }[what]!;
      cell.parameters.arena.data[at]! *= 1.00001;
    };
    const x = randomNormal([2, 4, 3], { seed: 5, dtype });
    expect(gradcheck(layerOf(cell), { x }).passed).toBe(false);
  });

  const properties = recurrentProperties(
    ({ returnSequences, ...options }) => layerOf(new JANETCell(options), returnSequences),
    { maxT: 9 },
  );
  it.each(Object.entries(properties))('%s', (_, property) => {
    fc.assert(property, { numRuns: 20 });
  });

  it('gives the same bits step by step as over a sequence', () => {
    const layer = layerOf(new JANETCell({ units: 5, inputSize: 3 }), false);
    const x = randomNormal([2, 8, 3], { seed: 6 });
    const whole = layer.forward(x);
    let h: Tensor = layer.cell.zeroState(2).h;
    for (let t = 0; t < 8; t++) h = layer.cell.step(x.pick(null, t), { h })[1].h;
    expect(h.toArray()).toEqual(whole.toArray());
  });
});
