import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decayOf } from '../../lib/flow/decay.ts';
import { gradientFlow, type JacobianNorm } from '../../lib/flow/index.ts';
import { MeanSquaredError, RNN, Sequential, SGD, tensor, zeros } from '../../lib/index.ts';
import { PlainCell } from '../support/flow.ts';

const f64 = (values: number[][]) => tensor(values, { dtype: 'float64' });
const jacobian = (from: number, to: number, norm: number): JacobianNorm => ({
  ...{ from, to, norm, row: 0, error: 0 },
  ...{ bound: undefined, directPath: undefined, jacobian: undefined },
});

describe('the decay of gradients', () => {
  it('measures rate and horizon of a power', () => {
    const { rate, horizon } = decayOf(f64([[0.0625], [0.125], [0.25], [0.5], [1]]));
    expect(rate).toBeCloseTo(0.5, 14);
    expect(horizon).toBeCloseTo(Math.log2(1000), 12);
    const rising = decayOf(f64([[4], [2], [1]]));
    expect(rising.rate).toBeCloseTo(2, 14);
    expect(rising.horizon).toBe(Infinity);
  });

  it('fits one slope to all rows, each with its own intercept', () => {
    // By hand: slopes of least squares ln 2 and 2·ln 2 over t = 0, 1, 2, equally many points, so 1.5·ln 2 in all.
    const { rate, horizon } = decayOf(
      f64([
        [1, 1000],
        [2, 4000],
        [4, 16000],
      ]),
    );
    expect(rate).toBeCloseTo(2 ** -1.5, 13);
    expect(horizon).toBeCloseTo(Math.log2(1000) / 1.5, 11);
    // The second row has two norms left: its weight is Σ(t − t̄)² = ½ where that of the first is 2.
    const partial = decayOf(
      f64([
        [1, 0],
        [2, 4e-9],
        [4, 16e-9],
      ]),
    );
    expect(partial.rate).toBeCloseTo(2 ** -((2 * 1 + 0.5 * 2) / 2.5), 13);
  });

  it('does not depend on the scale of a row', () => {
    const logs = fc.array(
      fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
      {
        minLength: 2,
        maxLength: 9,
      },
    );
    fc.assert(
      fc.property(logs, fc.constantFrom(1e-30, 0.1, 1e20), (rows, factor) => {
        const norms = rows.map(([a, b]) => [Math.exp(a), Math.exp(b)]);
        const [one, other] = [norms, norms.map(([a, b]) => [a!, b! * factor])].map((each) => decayOf(f64(each)));
        expect(Math.log(other!.rate)).toBeCloseTo(Math.log(one!.rate), 9);
      }),
    );
  });

  it('leaves out norms of 0 and infinite ones, and does not take no gradient for a vanishing one', () => {
    expect(decayOf(f64([[Infinity], [0.25], [0], [1]])).rate).toBeCloseTo(0.5, 14);
    expect(decayOf(f64([[0], [0], [1]]))).toEqual({ rate: 0, horizon: 1 });
    expect(decayOf(f64([[1e-9], [1]]))).toMatchObject({ horizon: 1 }); // a thousandth is left before the first step is over
    expect(decayOf(f64([[0], [0], [0]]))).toEqual({ rate: Number.NaN, horizon: Number.NaN });
  });
});

describe('the horizon', () => {
  const flat = f64([[1], [1], [1]]);

  it('follows the exact norms where these are there, whatever gradients of the loss say', () => {
    const norms = [0, 1, 2, 3, 4].map((from) => jacobian(from, 4, 10 ** -(4 - from)));
    const { rate, horizon } = decayOf(flat, norms);
    expect(rate).toBe(1);
    expect(horizon).toBeCloseTo(3, 12);
  });

  it('takes the horizon where norms stay below a thousandth, interpolated between logarithms', () => {
    const dip = [jacobian(3, 4, 1e-5), jacobian(2, 4, 1e-1), jacobian(0, 4, 1e-5)];
    expect(decayOf(flat, dip).horizon).toBeCloseTo(3, 12); // 1e-1 after two steps, 1e-5 after four
    expect(decayOf(flat, [jacobian(0, 50, 1e-5)]).horizon).toBeCloseTo(30, 12); // from 1 at no distance
  });

  it('takes the geometric mean of norms of one distance', () => {
    const rows = [jacobian(0, 2, 1e-2), { ...jacobian(0, 2, 1e-6), row: 1 }];
    expect(decayOf(flat, rows).horizon).toBeCloseTo(1.5, 12);
  });

  it('goes on along a straight line where the farthest norm is above', () => {
    expect(decayOf(flat, [jacobian(2, 4, 0.1)]).horizon).toBeCloseTo(6, 12);
    expect(decayOf(flat, [jacobian(2, 4, 1)]).horizon).toBe(Infinity);
    expect(decayOf(flat, [jacobian(2, 4, 3)]).horizon).toBe(Infinity);
  });

  it('gives horizon 1 if nothing passes a step, and falls back to gradients without norms over a step', () => {
    expect(decayOf(flat, [jacobian(3, 4, 0), jacobian(0, 4, 0)]).horizon).toBe(1);
    expect(decayOf(flat, [jacobian(4, 4, 1), jacobian(0, 4, Number.NaN)]).horizon).toBe(Infinity);
    const falling = f64([[0.25], [0.5], [1]]);
    expect(decayOf(falling, [jacobian(4, 4, 1)]).horizon).toBeCloseTo(Math.log2(1000), 12);
  });
});

describe('gradientFlow of h_t = w·h_t₋₁ + x_t', () => {
  /** A linear cell of one unit: all of its gradients are powers of w. */
  function linear(w: number, returnSequences = false) {
    const cell = new PlainCell({ units: 1, inputSize: 1, dtype: 'float64', useBias: false });
    const model = new Sequential([new RNN({ cell, returnSequences })], { dtype: 'float64' });
    model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
    const { parameters } = model.build(1);
    parameters.get('rnn1.kernel').assign(f64([[1]]));
    parameters.get('rnn1.recurrentKernel').assign(f64([[w]]));
    return model;
  }
  const x = tensor(
    [1, 3, -2].map((first) => [[first], [0], [0], [0]]),
    { dtype: 'float64' },
  );

  it.each([0.5, 0.9, 1.25])('tells rate and horizon of w = %f', (w) => {
    const { decay, stateGradients } = gradientFlow(linear(w), x, zeros([3, 1])).layers[0]!;
    expect(decay.rate).toBeCloseTo(w, 14);
    if (w < 1) expect(decay.horizon).toBeCloseTo(Math.log(1000) / -Math.log(w), 9);
    else expect(decay.horizon).toBe(Infinity);
    // L = Σh_T²/3, h_T = w³·x_1: ∂L/∂h_t = 2h_T·wᵀ⁻ᵗ/3
    for (const [row, first] of [1, 3, -2].entries()) {
      for (let t = 0; t <= 4; t++) {
        expect(stateGradients.h!.get(t, row)).toBeCloseTo((2 * w ** 3 * Math.abs(first) * w ** (4 - t)) / 3, 14);
      }
    }
  });

  it('does not report vanishing for a loss of 0', () => {
    const flow = gradientFlow(linear(0.5), zeros([3, 4, 1]), zeros([3, 1]));
    expect(flow).toMatchObject({ loss: 0, gradientNorm: 0, verdicts: [] });
    expect(flow.layers[0]!.decay).toEqual({ rate: Number.NaN, horizon: Number.NaN });
  });
});
