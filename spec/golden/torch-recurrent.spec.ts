import { tensor } from '../../lib/tensor/create.ts';
import type { DType, Tensor } from '../../lib/tensor/tensor.ts';
import { float64, largest } from '../support/compare.ts';
import { type Check, describeGolden, type GoldenFile } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';
import { compareTorch, type TorchCase } from '../support/torch-module.ts';

/**
 * Saturated gates in float32: y stands within rounding, 2⁻²⁴, of ±1 and φ′ = 1 − y² or y(1 − y) comes from y, so it is
 * known to 2⁻²³ only, where the peer in float64 still has 1e-9. Gradients inherit that, times weights and what comes from
 * above.
 */
function saturatedFloor({ name, weights, upstream }: TorchCase): number {
  if (!name.endsWith('_saturated')) return 0;
  const most = (arrays: Arrays): number => Math.max(...Object.values(arrays).map(largest));
  return 2 ** -23 * most(upstream) * most(weights) * weights.weight_hh_l0!.shape[1]!;
}

const basic = 'one layer: sizes of 1, zero state, no bias, partial upstream, saturated';
const stacked = 'two and three layers, one and two bidirectional ones, one step';
const packed = 'lengths: rows in any order, all shorter than T; bidirectional, also two layers';

const FILES = [
  ['torch/rnn_basic.json', `${basic}, relu`, 13],
  ['torch/lstm_basic.json', basic, 12],
  ['torch/gru_basic.json', `${basic}; reset after`, 12],
  ['torch/rnn_stacked_bidir.json', stacked, 5],
  ['torch/lstm_stacked_bidir.json', stacked, 5],
  ['torch/gru_stacked_bidir.json', `${stacked}; reset after`, 5],
  ['torch/rnn_packed.json', packed, 5],
  ['torch/lstm_packed.json', packed, 5],
  ['torch/gru_packed.json', `${packed}; reset after`, 5],
  ['torch/lstm_proj.json', 'LSTM with projectionSize: one and two layers, bidirectional, both with lengths', 5],
] as const;

for (const [name, covers, run] of FILES) {
  describeGolden<TorchCase>(name, { covers, run }, (each) => {
    each((c, check, dtype, { tolerance }) => compareTorch(c, check, dtype, tolerance, { floor: saturatedFloor(c) }));
  });
}

/** What the loss of an encoder takes from y [T, B, F]: the final states, or the mean or maximum over a row's own steps. */
function pooled(c: TorchCase, y: Tensor): Readonly<Record<'mean' | 'max', Tensor>> & { readonly at: number[][] } {
  const [, B, F] = y.shape as [number, number, number];
  const [mean, max, at] = [rowsOf(B, F), rowsOf(B, F), rowsOf(B, F)];
  for (let b = 0; b < B; b++) {
    for (let f = 0; f < F; f++) {
      const values = Array.from({ length: c.lengths![b]! }, (_, t) => y.get(t, b, f));
      max[b]![f] = Math.max(...values);
      at[b]![f] = values.indexOf(max[b]![f]!);
      mean[b]![f] = values.reduce((sum, value) => sum + value, 0) / values.length;
    }
  }
  return { mean: tensor(mean, { dtype: 'float64' }), max: tensor(max, { dtype: 'float64' }), at };
}

const rowsOf = (B: number, F: number): number[][] => Array.from({ length: B }, () => new Array<number>(F).fill(0));

/** The gradients of y and of the final states for the loss of an encoder. */
function upstreamOf(c: TorchCase, y: Tensor): Readonly<Record<string, Tensor | undefined>> {
  const { dfinal, dmean, dmax } = c.upstream;
  if (dfinal !== undefined) return { dhn: finalGradient(c, dfinal), dcn: zerosLike(c.outputs.cn) };
  if (dmean === undefined && dmax === undefined) return c.upstream;
  const { at } = pooled(c, y);
  const dy = float64(y);
  dy.data.fill(0);
  for (const [b, row] of at.entries()) {
    for (const [f, most] of row.entries()) {
      if (dmax !== undefined) dy.set(most, b, f, dmax.get(b, f));
      for (let t = 0; dmean !== undefined && t < c.lengths![b]!; t++) {
        dy.set(t, b, f, dmean.get(b, f) / c.lengths![b]!);
      }
    }
  }
  return { dy };
}

function zerosLike(array: Tensor | undefined): Tensor | undefined {
  if (array === undefined) return undefined;
  const zeros = float64(array);
  zeros.data.fill(0);
  return zeros;
}

/** [layers·2, B, H] from the gradient [B, 2H] of the final states of the last layer. */
function finalGradient({ outputs }: TorchCase, dfinal: Tensor): Tensor {
  const dhn = zerosLike(outputs.hn)!;
  const [parts, B, H] = dhn.shape as [number, number, number];
  for (let b = 0; b < B; b++) {
    for (let j = 0; j < 2 * H; j++) dhn.set(parts - 2 + Math.floor(j / H), b, j % H, dfinal.get(b, j));
  }
  return dhn;
}

function compareEncoder(c: TorchCase, check: Check, dtype: DType, { tolerance }: GoldenFile<TorchCase>): void {
  compareTorch(c, check, dtype, tolerance, {
    upstream: (y) => {
      const { mean, max } = pooled(c, y);
      const within = dtype === 'float32' ? { abs: 1e-6, rel: 0 } : tolerance;
      check('mean', mean, c.outputs.mean!, within);
      check('max', max, c.outputs.max!, within);
      return upstreamOf(c, y);
    },
  });
}

for (const kind of ['rnn', 'lstm', 'gru']) {
  const covers = 'bidirectional with lengths; the loss from y, the final states, the mean or the maximum of y';
  describeGolden<TorchCase>(`torch2/encoder_bidir_${kind}.json`, { covers, run: 5 }, (each) => each(compareEncoder));
}
