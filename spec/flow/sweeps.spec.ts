import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StepValues } from '../../lib/cells/facts.ts';
import { gradientFlow } from '../../lib/flow/index.ts';
import { jacobianNorms } from '../../lib/flow/jacobian/jacobian-norms.ts';
import { layerProducts } from '../../lib/flow/jacobian/layer-products.ts';
import type { Pair } from '../../lib/flow/jacobian/pair.ts';
import { singularValues } from '../../lib/flow/jacobian/singular-values.ts';
import { sweepBack } from '../../lib/flow/jacobian/sweeps.ts';
import { type BackwardStep, MeanSquaredError, RNN, randomNormal, Sequential, SGD, SimpleRNN } from '../../lib/index.ts';
import { KINDS, PlainCell, scattered, traced } from '../support/flow.ts';

const dtype = 'float64';
const T = 9;
const pairsWithin = fc.array(
  fc.tuple(fc.nat(T), fc.nat(T)).map(([a, b]): Pair => [Math.min(a, b), Math.max(a, b)]),
  { minLength: 1, maxLength: 12 },
);

describe('sweepBack', () => {
  it('gives each pair what lies between its slots, in the order of the pairs', () => {
    fc.assert(
      fc.property(pairsWithin, (pairs) => {
        const found = sweepBack<number[], number[]>(pairs, {
          begin: () => [],
          back: (sweeps, step) => {
            for (const sweep of sweeps) sweep.push(step);
          },
          read: (sweep) => [...sweep],
        });
        expect(found).toEqual(pairs.map(([from, to]) => Array.from({ length: to - from }, (_, k) => to - 1 - k)));
      }),
    );
  });

  it('visits each step once for each t, however many pairs end at it', () => {
    const last = Array.from({ length: 1001 }, (_, from): Pair => [from, 1000]);
    let visits = 0;
    const count = {
      begin: () => 0,
      back: (sweeps: Iterable<number>) => {
        for (const _ of sweeps) visits++;
      },
      read: () => 0,
    };
    sweepBack([...last, ...last], count);
    expect(visits).toBe(1000);
    visits = 0;
    sweepBack(
      [
        [2, 5],
        [3, 5],
        [7, 9],
        [7, 7],
      ],
      count,
    );
    expect(visits).toBe(3 + 2);
  });
});

/** The product of the Jacobians of steps [from, to), one after the other, [n, n]. */
function definition(J: (values: StepValues) => Float64Array, steps: readonly StepValues[], n: number): Float64Array {
  let product = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  for (const values of steps) {
    const [left, right] = [J(values), product];
    product = Float64Array.from({ length: n * n }, (_, k) => {
      let sum = 0;
      for (let m = 0; m < n; m++) sum += left[k - (k % n) + m]! * right[m * n + (k % n)]!;
      return sum;
    });
  }
  return product;
}

describe.each(Object.keys(KINDS))('∂s_t/∂s_i of many pairs at once: %s', (kind) => {
  it('gives the product of the steps between, with its bound and direct path', () => {
    fc.assert(
      fc.property(pairsWithin, fc.nat(1e6), fc.constantFrom(1, 2, 5), (pairs, seed, H) => {
        const layer = scattered(KINDS[kind]!(H, 2), seed, 0.5);
        const { rows } = traced(layer, randomNormal([2, T, 2], { seed, dtype }));
        const norms = jacobianNorms('spec', 'l', layer.cell, rows, { pairs, method: 'product', keep: true });
        const { matrix, size: n } = layerProducts(layer.cell);
        const W = layer.parameters.get('recurrentKernel').value.copy().data as Float64Array;
        layer.cell.states.forEach((state, k) => {
          norms[state]!.forEach(({ row, from, to, jacobian, norm, bound, directPath }, p) => {
            expect([row, from, to]).toEqual([Math.floor(p / pairs.length), ...pairs[p % pairs.length]!]);
            const steps = rows[row]!.steps.slice(from, to);
            const J = definition(matrix, steps, n);
            for (let r = 0; r < H; r++) {
              for (let c = 0; c < H; c++) {
                const defined = J[(k * H + r) * n + k * H + c]!;
                expect(Math.abs(jacobian!.get(r, c) - defined)).toBeLessThanOrEqual(1e-12 * Math.max(1, norm));
              }
            }
            if (kind.startsWith('SimpleRNN')) {
              const slopes = steps.map(({ next: [h] }) =>
                Math.max(...h!.map((v) => (kind.endsWith('relu') ? Number(v > 0) : 1 - v * v))),
              );
              const defined = slopes.reduce((product, slope) => product * slope * singularValues(W, H)[0]!, 1);
              expect(Math.abs(bound! - defined)).toBeLessThanOrEqual(1e-12 * defined);
            }
            if (state === 'c') {
              const paths = Array.from({ length: H }, (_, j) => steps.reduce((f, { gates }) => f * gates[H + j]!, 1));
              expect(Math.abs(directPath! - Math.max(...paths))).toBeLessThanOrEqual(1e-13);
            }
          });
        });
      }),
      { numRuns: 25 },
    );
  });
});

describe("jacobians: 'last'", () => {
  it('takes one sweep back: one way back more of each step', () => {
    let steps = 0;
    class CountingCell extends PlainCell {
      override backwardStep(step: BackwardStep): void {
        steps++;
        super.backwardStep(step);
      }
    }
    const model = new Sequential([new RNN({ cell: new CountingCell({ units: 2 }), returnSequences: true })]);
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const x = randomNormal([1, 400, 1], { seed: 1 });
    gradientFlow(model, x, randomNormal([1, 400, 2], { seed: 2 }), { jacobians: 'last' });
    expect(steps).toBe(2 * 400);
  });

  it('takes 125,000 steps, with the norms of the definition', () => {
    const steps = 125_000;
    const layer = new SimpleRNN({ units: 1, returnSequences: true });
    const model = new Sequential([layer], { seed: 3, dtype });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const [x, y] = [1, 2].map((seed) => randomNormal([1, steps, 1], { seed, dtype }));
    const { h } = gradientFlow(model, x!, y!, { jacobians: 'last' }).layers[0]!.jacobians;
    expect(h!.length).toBe(steps + 1);
    const W = Math.abs(layer.parameters.get('recurrentKernel').value.get(0, 0));
    const tail = 60;
    const states = model
      .predict(x!)
      .pick(0, null, 0)
      .lo(steps - tail)
      .toArray() as number[];
    for (const back of [0, 1, 7, tail]) {
      const defined = states.slice(tail - back).reduce((product, v) => product * (1 - v * v) * W, 1);
      expect(Math.abs(h![steps - back]!.norm - defined)).toBeLessThanOrEqual(1e-13 * defined);
      expect(Math.abs(h![steps - back]!.bound! - defined)).toBeLessThanOrEqual(1e-13 * defined);
    }
  });
});
