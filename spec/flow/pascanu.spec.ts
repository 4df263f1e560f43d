import { describe, expect, it } from '@jest/globals';
import { jacobianNorms } from '../../lib/flow/jacobian/jacobian-norms.ts';
import { singularValues } from '../../lib/flow/jacobian/singular-values.ts';
import { initializers, LSTM, Random, RNN, randomNormal, SimpleRNN } from '../../lib/index.ts';
import { PlainCell, scattered, traced } from '../support/flow.ts';

// What Pascanu, Mikolov and Bengio 2013 state of gradients through time, of nets of this library.

const dtype = 'float64';
const { abs, log } = Math;
const request = { method: 'product', keep: false } as const;

/** A matrix Q·D·Q⁻¹ of moderate condition with the eigenvalues of D, blocks of two turned: `radius` is the largest modulus. */
function withRadius(n: number, radius: number, seed: number): Float64Array {
  const random = new Random(seed);
  const Q = Float64Array.from(initializers.orthogonal()([n, n], random, { gates: 1 }) as ArrayLike<number>);
  const shear = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? radius : 0));
  for (let j = 2; j < n; j++) shear[j * n + j]! *= 0.7; // a first pair of modulus `radius`, turned by 60°
  const [c, s] = [0.5 * radius, 0.8660254037844386 * radius];
  [shear[0], shear[1], shear[n], shear[n + 1]] = [c, -s, s, c];
  for (let j = 2; j < n; j++) shear[j] = 0.3; // not normal
  const at = (i: number, j: number): number => {
    let sum = 0;
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) sum += Q[i * n + a]! * shear[a * n + b]! * Q[j * n + b]!;
    return sum;
  };
  return Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n));
}

describe('a linear net', () => {
  it.each([0.8, 0.95, 1, 1.05, 1.2])(
    'of spectral radius %f: ln ‖∂h_t/∂h_0‖ climbs by its logarithm a step',
    (radius) => {
      const [n, T] = [6, 240];
      const layer = new RNN({ cell: new PlainCell({ units: n, inputSize: 1, dtype }) });
      const W = { data: withRadius(n, radius, 3), shape: [n, n], stride: [n, 1], offset: 0 };
      layer.build().parameters.get('recurrentKernel').assign(W);
      const { rows } = traced(layer, randomNormal([1, T, 1], { seed: 1, dtype }));
      const pairs = [
        [0, 120],
        [0, 240],
      ] as const;
      const [near, far] = jacobianNorms('spec', 'rnn1', layer.cell, rows, { ...request, pairs }).h!;
      const slope = (log(far!.norm) - log(near!.norm)) / 120; // whole turns apart: what is not normal cancels
      expect(abs(slope - log(radius))).toBeLessThanOrEqual(radius === 1 ? 1e-10 : 0.005 * abs(log(radius)));
    },
  );
});

describe('a thousand random nets', () => {
  const T = 12;
  const pairs = Array.from({ length: T + 1 }, (_, k) => [T - k, T] as const);
  const normsOf = (layer: RNN, sigma: number, seed: number): readonly number[] => {
    const H = layer.cell.units;
    const recurrent = scattered(layer, seed, 1).parameters.get('recurrentKernel');
    const W = recurrent.value.copy().data as Float64Array;
    const factor = sigma / singularValues(W, H)[0]!;
    recurrent.assign({ data: W.map((v) => v * factor), shape: [H, H], stride: [H, 1], offset: 0 });
    const { rows } = traced(layer, randomNormal([1, T, 2], { seed, sd: 0.3, dtype }));
    return jacobianNorms('spec', 'rnn1', layer.cell, rows, { ...request, pairs }).h!.map(({ norm }) => norm);
  };

  it('norms of tanh networks with σ₁ = 0.9 stay below 0.9ᵏ', () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const units = 1 + (seed % 5);
      const norms = normsOf(new SimpleRNN({ units, inputSize: 2, dtype }), 0.9, seed);
      expect(Math.max(...norms.map((norm, k) => norm / 0.9 ** k))).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('norms of sigmoid networks with σ₁ = 3.9 < 4 stay below (3.9/4)ᵏ, because σ′ is at most 1/4', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const units = 1 + (seed % 5);
      const cell = new PlainCell({ units, inputSize: 2, dtype, sigmoid: true });
      const norms = normsOf(new RNN({ cell }), 3.9, seed);
      expect(Math.max(...norms.map((norm, k) => norm / (3.9 / 4) ** k))).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

describe('an LSTM whose forget gate is open', () => {
  it('passes ∂c_t/∂c_0 on with a slope of 1, as its direct path says', () => {
    const T = 100;
    const layer = scattered(new LSTM({ units: 5, inputSize: 2, dtype }), 2, 0.05);
    const bias = layer.parameters.get('bias');
    const values = bias.value.copy();
    for (let j = 0; j < 5; j++) [values.data[j], values.data[5 + j]] = [-12, 12]; // i near 0, f near 1
    bias.assign(values);
    const { rows } = traced(layer, randomNormal([1, T, 2], { seed: 3, dtype }));
    const pairs = [[0, T]] as const;
    const [last] = jacobianNorms('spec', 'lstm1', layer.cell, rows, { ...request, pairs }).c!;
    expect(abs(log(last!.norm)) / T).toBeLessThan(1e-3);
    expect(abs(last!.directPath! - last!.norm)).toBeLessThan(1e-3);
    const naive = Array.from({ length: 5 }, (_, j) => rows[0]!.steps.reduce((p, { gates }) => p * gates[5 + j]!, 1));
    expect(abs(last!.directPath! - Math.max(...naive))).toBeLessThan(1e-15);
  });
});
