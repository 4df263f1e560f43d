import { afterAll, describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import {
  assign,
  GRU,
  type Layer,
  LSTM,
  MGU,
  Random,
  randomUniform,
  Sequential,
  SimpleRNN,
  type Tensor,
} from '../../lib/index.ts';
import {
  arbitraries,
  assertGradients,
  type PassShape,
  type RecurrentLayer,
  type RecurrentLayerOptions,
} from '../../lib/verify/index.ts';
import { LayerPool } from '../../lib/verify/layer-pool.ts';
import { type RecurrentCase, recurrentCase } from '../../lib/verify/recurrent-case.ts';

const { abs, max } = Math;

type Make = (options: RecurrentLayerOptions & { readonly useBias?: boolean }) => RecurrentLayer & Layer;

const layers: Readonly<Record<string, Make>> = {
  LSTM: (options) => new LSTM(options),
  'GRU, reset before': (options) => new GRU(options),
  'GRU, reset after': (options) => new GRU({ ...options, resetAfter: true }),
  MGU: (options) => new MGU(options),
  'SimpleRNN, tanh': (options) => new SimpleRNN(options),
  'SimpleRNN, relu': (options) => new SimpleRNN({ ...options, activation: 'relu' }),
};

/** Full Jacobians in all, so that nobody shrinks the numbers unseen. */
let checked = 0;

/** Mostly small, so that a thousand take seconds; T from 1, saturated weights, states and now and then no bias. */
function passes(make: Make): Arbitrary<RecurrentCase> {
  const biased = new LayerPool(make, 'float64');
  const unbiased = new LayerPool((options) => make({ ...options, useBias: false }), 'float64');
  const small = { maxT: 4, maxB: 2, maxI: 2, maxH: 2, special: 'none' } as const;
  return fc.oneof(
    { weight: 32, arbitrary: recurrentCase(biased, small) },
    { weight: 4, arbitrary: recurrentCase(unbiased, small) },
    { weight: 1, arbitrary: recurrentCase(biased, { ...small, maxT: 12, maxI: 3, maxH: 3 }) },
  );
}

/** Whether a relu is fed something so near its kink at 0 that there is no derivative to compare with. */
function nearKink({ x, initialState, weights, shape }: RecurrentCase): boolean {
  const { kernel: W, recurrentKernel: U, bias } = weights;
  for (let b = 0; b < shape.B; b++) {
    let h = Array.from({ length: shape.H }, (_, j) => initialState.h!.get(b, j));
    for (let t = 0; t < shape.T; t++) {
      const a = h.map((_, j) => {
        let sum = bias?.get(j) ?? 0;
        for (let i = 0; i < shape.I; i++) sum += x.get(b, t, i) * W!.get(i, j);
        for (let k = 0; k < shape.H; k++) sum += h[k]! * U!.get(k, j);
        return sum;
      });
      if (a.some((sum) => abs(sum) < 1e-3)) return true;
      h = a.map((sum) => max(sum, 0));
    }
  }
  return false;
}

/** Two layers whose weights are all above 0, as the input is, so that no relu is fed its kink. */
function stackOf(make: Make, { I, H }: PassShape, seed: number): Sequential {
  const dtype = 'float64';
  const first = make({ units: H + 1, inputSize: I, seed, dtype, returnSequences: true });
  const second = make({ units: H, inputSize: H + 1, seed, dtype, returnSequences: false });
  const stack = new Sequential([first, second], { dtype, seed, inputSize: I }).build();
  const random = new Random(seed);
  for (const { value } of stack.parameters) {
    assign(value, randomUniform(value.shape, { low: 0.1, high: 0.9, seed: random, dtype }));
  }
  return stack;
}

function inputOf({ T, B, I }: PassShape, seed: number): Tensor {
  return randomUniform([B, T, I], { low: 0.2, high: 1, seed, dtype: 'float64' });
}

const isRelu = (name: string): boolean => name.endsWith('relu');

describe('every gradient agrees with finite differences to 1e-9 of the largest', () => {
  for (const [name, make] of Object.entries(layers)) {
    test(`${name}: 1,000 random full Jacobians`, () => {
      const smooth = isRelu(name) ? passes(make).filter((pass) => !nearKink(pass)) : passes(make);
      const property = fc.property(smooth, (pass) => {
        assertGradients(pass.layer(), { x: pass.x, initialState: pass.initialState, cotangents: 'all' });
        checked++;
      });
      fc.assert(property, { numRuns: 1000 });
    });

    test(`${name}: two layers, the full Jacobian`, () => {
      const shapes = arbitraries.shape({ maxT: 4, maxB: 2, maxI: 2, maxH: 2 });
      const property = fc.property(shapes, fc.nat(1e6), (shape, seed) => {
        assertGradients(stackOf(make, shape, seed), { x: inputOf(shape, seed), cotangents: 'all' });
        checked++;
      });
      fc.assert(property, { numRuns: 50 });
    });

    test(`${name}: longer than 33 steps`, () => {
      const pool = new LayerPool(make, 'float64');
      const long = recurrentCase(pool, { maxT: 40, maxB: 2, maxI: 2, maxH: 4, scale: 0.5, special: 'none' }).filter(
        (pass) => pass.shape.T >= 33 && !(isRelu(name) && nearKink(pass)),
      );
      const property = fc.property(long, (pass) => {
        const { x, initialState } = pass;
        assertGradients(pass.layer(), { x, initialState, cotangents: 2, maxEntries: 12 });
      });
      fc.assert(property, { numRuns: 10 });
    });
  }

  afterAll(() => expect(checked).toBeGreaterThanOrEqual(5 * 1050));
});
