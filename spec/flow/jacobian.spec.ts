import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StateLike } from '../../lib/cells/cell.ts';
import type { StepValues } from '../../lib/cells/facts.ts';
import { jacobianNorms } from '../../lib/flow/jacobian/jacobian-norms.ts';
import { layerProducts } from '../../lib/flow/jacobian/layer-products.ts';
import type { Pair } from '../../lib/flow/jacobian/pair.ts';
import { singularValues } from '../../lib/flow/jacobian/singular-values.ts';
import { tangentOf } from '../../lib/flow/jacobian/tangents.ts';
import type { LayerTrace } from '../../lib/flow/layer-trace.ts';
import {
  type ForwardStep,
  GRUCell,
  LSTM,
  LSTMCell,
  type RNN,
  RNN as RNNLayer,
  randomNormal,
  SimpleRNNCell,
  StateError,
} from '../../lib/index.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { KINDS, PlainCell, scattered, traced } from '../support/flow.ts';

const dtype = 'float64';
const normals = (seed: number, n: number): Float64Array => randomNormal([n], { seed, dtype }).data as Float64Array;

/** A layer with random weights over a random sequence from a random state. */
interface Case {
  readonly layer: RNN;
  readonly trace: LayerTrace;
  readonly seed: number;
}

const seeds = fc.record({
  seed: fc.nat(1e6),
  T: fc.integer({ min: 1, max: 6 }),
  H: fc.constantFrom(1, 2, 3, 5, 9),
  I: fc.integer({ min: 1, max: 3 }),
  sd: fc.constantFrom(0.1, 0.5, 1.5),
});

function caseOf(
  kind: string,
  { seed, T, H, I, sd }: { seed: number; T: number; H: number; I: number; sd: number },
): Case {
  const layer = scattered(KINDS[kind]!(H, I), seed, sd);
  const initial = layer.cell.states.map((name, k) => [name, randomNormal([2, H], { seed: seed + 7 + k, dtype })]);
  const x = randomNormal([2, T, I], { seed: seed + 5, dtype });
  return { layer, trace: traced(layer, x, { initialState: Object.fromEntries(initial) as StateLike }), seed };
}

const numRuns = 60;
const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, j) => sum + v * b[j]!, 0);
/** Σ|terms|: the scale of what rounding can do. */
const size = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, j) => sum + Math.abs(v * b[j]!), 0);

/** The step by the cell itself: joint next states for joint previous states. */
function stepped(layer: RNN, x: Float64Array, previous: Float64Array): Float64Array {
  const { cell } = layer;
  const H = cell.units;
  const state = cell.states.map((name, k) => [name, tensor([previous.slice(k * H, (k + 1) * H)], { dtype })]);
  const [, next] = cell.step(tensor([x], { dtype }), Object.fromEntries(state) as StateLike);
  return Float64Array.from(
    cell.states.flatMap((name) => [...(next as Record<string, { data: Float64Array }>)[name]!.data]),
  );
}

const joint = (states: readonly Float64Array[]): Float64Array => Float64Array.from(states.flatMap((each) => [...each]));

describe.each(Object.keys(KINDS))('the products of a step: %s', (kind) => {
  it('agree: ⟨v, J·u⟩ = ⟨Jᵀ·v, u⟩', () => {
    fc.assert(
      fc.property(seeds, (sizes) => {
        const { layer, trace, seed } = caseOf(kind, sizes);
        const products = layerProducts(layer.cell);
        const [u, v] = [normals(seed + 1, products.size), normals(seed + 2, products.size)];
        for (const values of trace.rows[1]!.steps) {
          const Ju = new Float64Array(products.size);
          products.forward(values, u, Ju);
          const back = v.slice();
          products.backward(values, back);
          const terms = size(v, Ju) + size(back, u);
          expect(Math.abs(inner(v, Ju) - inner(back, u))).toBeLessThanOrEqual(1e-13 * Math.max(terms, 1e-3));
        }
      }),
      { numRuns },
    );
  });

  it('match fourth-order differences of the cell', () => {
    fc.assert(
      fc.property(seeds, (sizes) => {
        const layer = scattered(KINDS[kind]!(sizes.H, sizes.I), sizes.seed, Math.min(sizes.sd, 0.5));
        const n = layer.cell.states.length * sizes.H;
        const x = normals(sizes.seed + 3, sizes.I);
        const [at, u] = [normals(sizes.seed + 4, n), normals(sizes.seed + 5, n)];
        const H = sizes.H;
        const initialState = Object.fromEntries(
          layer.cell.states.map((name, k) => [name, tensor([at.slice(k * H, (k + 1) * H)], { dtype })]),
        ) as StateLike;
        const trace = traced(layer, tensor([[x]], { dtype }), { initialState });
        const h = 1e-3;
        const moved = (by: number): Float64Array =>
          stepped(
            layer,
            x,
            at.map((v, j) => v + by * h * u[j]!),
          );
        const values = trace.rows[0]!.steps[0]!;
        expect([...joint(values.next)]).toEqual([...moved(0)]);
        const [a, b, c, d] = [moved(2), moved(1), moved(-1), moved(-2)];
        const numeric = at.map((_, j) => (8 * (b[j]! - c[j]!) - (a[j]! - d[j]!)) / (12 * h));
        const Ju = new Float64Array(n);
        layerProducts(layer.cell).forward(values, u, Ju);
        const kink =
          kind.includes('relu') && [a, b, c, d].some((each) => each.some((v, j) => v > 0 !== moved(0)[j]! > 0));
        const most = Math.max(1, ...Ju.map(Math.abs), ...u.map((v) => v ** 4));
        if (kink) return;
        for (const [j, v] of Ju.entries()) expect(Math.abs(v - numeric[j]!)).toBeLessThanOrEqual(1e-8 * most);
      }),
      { numRuns },
    );
  });
});

const triangle = (T: number): Pair[] =>
  Array.from({ length: T + 1 }, (_, to) => Array.from({ length: to + 1 }, (_, from): Pair => [from, to])).flat();

describe.each(Object.keys(KINDS))('norms of ∂s_t/∂s_i: %s', (kind) => {
  it('power iteration gives the norms of the whole matrix, at most the bound', () => {
    fc.assert(
      fc.property(seeds, (sizes) => {
        const { layer, trace } = caseOf(kind, sizes);
        const pairs = triangle(sizes.T);
        const product = jacobianNorms('spec', 'layer', layer.cell, trace.rows, {
          pairs,
          method: 'product',
          keep: true,
        });
        const power = jacobianNorms('spec', 'layer', layer.cell, trace.rows, { pairs, method: 'power', keep: false });
        for (const state of layer.cell.states) {
          product[state]!.forEach(({ from, to, row, norm, bound, directPath, jacobian }, p) => {
            const exact = singularValues(jacobian!.data as Float64Array, sizes.H)[0]!;
            const other = power[state]![p]!;
            expect(other).toMatchObject({ from, to, row, bound, directPath });
            expect(Math.abs(norm - exact)).toBeLessThanOrEqual(1e-13 * exact);
            expect(Math.abs(other.norm - exact)).toBeLessThanOrEqual(1e-11 * exact);
            expect([bound === undefined, directPath === undefined]).toEqual([
              !kind.startsWith('SimpleRNN'),
              kind !== 'LSTM' || state !== 'c',
            ]);
            if (bound !== undefined) expect(norm).toBeLessThanOrEqual(bound * (1 + 1e-12));
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('match differences over many steps', () => {
    const { layer, trace } = caseOf(kind, { seed: 3, T: 5, H: 3, I: 2, sd: 0.4 });
    const pairs = [[1, 4]] as const;
    const { steps } = trace.rows[1]!;
    const [norms] = Object.values(
      jacobianNorms('spec', 'layer', layer.cell, trace.rows.slice(1), { pairs, method: 'power', keep: false }),
    );
    const J = differences(layer, randomNormal([2, 5, 2], { seed: 8, dtype }).pick(1), steps, 1, 4);
    expect(Math.abs(norms![0]!.norm - singularValues(J, 3)[0]!)).toBeLessThan(1e-9);
  });
});

/** ∂h_t/∂h_i [H, H] by central differences, the other states held at step i. */
function differences(
  layer: RNN,
  x: { pick(t: number): { copy(): { data: unknown } } },
  steps: readonly StepValues[],
  i: number,
  t: number,
): Float64Array {
  const H = layer.cell.units;
  const start = joint(steps[i]!.previous);
  const run = (from: Float64Array): Float64Array => {
    let at = from;
    for (let k = i; k < t; k++) at = stepped(layer, x.pick(k).copy().data as Float64Array, at);
    return at;
  };
  const J = new Float64Array(H * H);
  for (let c = 0; c < H; c++) {
    const moved = (by: number): Float64Array => run(start.map((v, j) => (j === c ? v + by : v)));
    const [a, b, d, e] = [moved(2e-3), moved(1e-3), moved(-1e-3), moved(-2e-3)];
    for (let r = 0; r < H; r++) J[r * H + c] = (8 * (b[r]! - d[r]!) - (a[r]! - e[r]!)) / 0.012;
  }
  return J;
}

describe('the forward modes', () => {
  it('belong to the step itself: a cell that overrides it loses them', () => {
    class Renamed extends LSTMCell {}
    class Peephole extends LSTMCell {
      override forwardStep(step: ForwardStep): void {
        super.forwardStep(step);
      }
    }
    const built = { units: 2, inputSize: 1, dtype } as const;
    for (const known of [LSTMCell, GRUCell, SimpleRNNCell, Renamed]) {
      expect(tangentOf(new known(built).build())).toBeDefined();
    }
    for (const unknown of [Peephole, PlainCell]) expect(tangentOf(new unknown(built).build())).toBeUndefined();
  });

  it('give what the way back of the same cell gives, where both are asked', () => {
    class Same extends LSTMCell {
      override forwardStep(step: ForwardStep): void {
        super.forwardStep(step);
      }
    }
    const own = scattered(new RNNLayer({ cell: new Same({ units: 5, inputSize: 2, dtype }) }), 4, 0.7);
    const ours = scattered(new LSTM({ units: 5, inputSize: 2, dtype }), 4, 0.7);
    const x = randomNormal([2, 7, 2], { seed: 9, dtype });
    const request = { pairs: triangle(7), method: 'product', keep: false } as const;
    const [a, b] = [own, ours].map((layer) => jacobianNorms('spec', 'l', layer.cell, traced(layer, x).rows, request));
    for (const state of ['h', 'c']) {
      a![state]!.forEach(({ norm }, p) => {
        const expected = b![state]![p]!.norm;
        expect(Math.abs(norm - expected)).toBeLessThanOrEqual(1e-12 * expected);
      });
    }
  });

  it('refuse a cell that does not show what its way back needs', () => {
    class Hidden extends PlainCell {
      override get forwardOrder(): readonly string[] {
        return ['h'];
      }
    }
    const layer = new RNNLayer({ cell: new Hidden({ units: 2, inputSize: 1, dtype }) });
    const { rows } = traced(layer, randomNormal([1, 2, 1], { dtype }));
    const request = { pairs: [[0, 1]], method: 'auto', keep: false } as const;
    expect(() => jacobianNorms('spec', 'rnn1', layer.cell, rows, request)).toThrow(StateError);
  });
});
