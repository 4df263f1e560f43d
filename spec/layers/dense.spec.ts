import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { Dense, type DenseActivation, randomNormal, type Tensor, tensor, zeros } from '../../lib/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const { exp, tanh } = Math;
const ACTIVATIONS: readonly DenseActivation[] = ['linear', 'sigmoid', 'tanh', 'relu', 'softmax'];

function activate(activation: DenseActivation, a: number[]): number[] {
  if (activation === 'sigmoid') return a.map((v) => 1 / (1 + exp(-v)));
  if (activation === 'tanh') return a.map(tanh);
  if (activation === 'relu') return a.map((v) => (v > 0 ? v : 0));
  if (activation === 'linear') return a;
  const sum = a.reduce((total, v) => total + exp(v), 0);
  return a.map((v) => exp(v) / sum);
}

/** The Jacobian's row products: da from dy, through the outputs y. */
function deactivate(activation: DenseActivation, y: number[], dy: number[]): number[] {
  if (activation === 'sigmoid') return dy.map((d, j) => d * y[j]! * (1 - y[j]!));
  if (activation === 'tanh') return dy.map((d, j) => d * (1 - y[j]! ** 2));
  if (activation === 'relu') return dy.map((d, j) => (y[j]! > 0 ? d : 0));
  if (activation === 'linear') return dy;
  return y.map((yj, j) => y.reduce((sum, yk, k) => sum + dy[k]! * yk * ((j === k ? 1 : 0) - yj), 0));
}

const rows = (t: Tensor): number[][] => t.toArray() as number[][];
const size = fc.integer({ min: 1, max: 9 });

describe.each(ACTIVATIONS)('Dense, %s', (activation) => {
  ptest.prop([size, size, size, fc.boolean(), fc.nat(99)])(
    'computes φ(x·W + b), and its gradients',
    (B, I, units, useBias, seed) => {
      const dense = new Dense({ units, activation, useBias, dtype: 'float64', seed }).build(I);
      if (useBias) dense.parameters.get('bias').assign(randomNormal([units], { seed }));
      const x = randomNormal([B, I], { seed: seed + 1, dtype: 'float64' });
      const dy = randomNormal([B, units], { seed: seed + 2, dtype: 'float64' });
      const W = rows(dense.parameters.get('kernel').value);
      const b = useBias ? (dense.parameters.get('bias').value.toArray() as number[]) : new Array<number>(units).fill(0);
      const y = rows(x).map((row) =>
        activate(
          activation,
          b.map((bias, j) => row.reduce((sum, v, i) => sum + v * W[i]![j]!, bias)),
        ),
      );
      const da = rows(dy).map((row, n) => deactivate(activation, y[n]!, row));
      const close = (got: Tensor, wanted: number[] | number[][]) =>
        expect(largestDifference(got, tensor(wanted, { dtype: 'float64' }), 10)).toBeLessThan(1e-14);
      close(dense.forward(x), y);
      close(
        dense.backward(dy).dx,
        da.map((row) => W.map((weights) => weights.reduce((sum, w, j) => sum + w * row[j]!, 0))),
      );
      close(
        dense.parameters.get('kernel').gradient,
        W.map((weights, i) => weights.map((_, j) => da.reduce((sum, row, n) => sum + rows(x)[n]![i]! * row[j]!, 0))),
      );
      if (useBias)
        close(
          dense.parameters.get('bias').gradient,
          b.map((_, j) => da.reduce((sum, row) => sum + row[j]!, 0)),
        );
    },
  );

  it('treats every time step separately', () => {
    const dense = new Dense({ units: 3, activation });
    const x = randomNormal([2, 4, 5], { seed: 1 });
    const dy = randomNormal([2, 4, 3], { seed: 2 });
    const y = dense.forward(x);
    const { dx } = dense.backward(dy);
    for (let t = 0; t < 4; t++) {
      expectBits(dense.forward(x.pick(null, t)), y.pick(null, t));
      expectBits(dense.backward(dy.pick(null, t)).dx, dx.pick(null, t));
    }
  });

  it('may run backward twice, and adds to gradients', () => {
    const dense = new Dense({ units: 3, activation });
    dense.forward(randomNormal([4, 5], { seed: 1 }));
    const dy = randomNormal([4, 3], { seed: 2 });
    const { dx } = dense.backward(dy);
    const once = dense.parameters.get('kernel').gradient.copy();
    expectBits(dense.backward(dy).dx, dx);
    const twice = dense.parameters.get('kernel').gradient;
    expect(largestDifference(twice, doubled(once), 4)).toBeLessThan(1e-6);
  });
});

function doubled(t: Tensor): Tensor {
  const copy = t.copy();
  copy.data.forEach((v, j) => {
    copy.data[j] = 2 * v;
  });
  return copy;
}

describe('Dense', () => {
  it('starts with a Glorot kernel and a bias of zeros', () => {
    const { parameters } = new Dense({ units: 50, inputSize: 100 }).build();
    const limit = Math.sqrt(6 / 150);
    const most = Math.max(...parameters.get('kernel').value.data.map(Math.abs));
    expect(most).toBeLessThan(limit + 1e-6);
    expect(most).toBeGreaterThan(limit * 0.99);
    expectBits(parameters.get('bias').value, zeros([50]));
  });

  it('has no bias with useBias: false', () => {
    expect(new Dense({ units: 1, inputSize: 1, useBias: false }).build().parameters.names).toEqual(['kernel']);
  });

  it('has a softmax that sums to 1 for any input', () => {
    const dense = new Dense({ units: 3, activation: 'softmax', inputSize: 3, useBias: false });
    dense
      .build()
      .parameters.get('kernel')
      .assign(
        tensor([
          [1e4, 0, 0],
          [0, 1e4, 0],
          [0, 0, 1e4],
        ]),
      );
    expectBits(
      dense.forward(
        tensor([
          [1, 1, -1],
          [-1, -1, -1],
        ]),
      ),
      tensor([
        [0.5, 0.5, 0],
        [1 / 3, 1 / 3, 1 / 3],
      ]),
    );
  });
});
