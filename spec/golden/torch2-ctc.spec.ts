import { CTCLoss, type Tensor, tensor } from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';

interface Result {
  readonly loss: Tensor | number;
  readonly grad_logits?: Tensor;
  readonly grad_l2?: number;
  readonly grad_absmax?: number;
}

interface Case extends GoldenCase {
  readonly T: number;
  readonly N: number;
  readonly C: number;
  readonly blank: number;
  readonly input_lengths: readonly number[];
  readonly targets: readonly (readonly number[])[];
  readonly logits?: Tensor;
  readonly upstream_none: Tensor;
  readonly none: Result;
  readonly sum: Result;
  readonly mean: Result;
  readonly none_zero_infinity?: Result;
  readonly sum_zero_infinity?: Result;
  readonly mean_zero_infinity?: Result;
}

const covers =
  'blank anywhere, input and target lengths, repeated labels, empty and impossible targets, peaked logits, up to 1000 steps; ' +
  'losses, sums, means with gradients of logits';

/** Labels with padding. */
function padded(targets: Case['targets']): Tensor {
  const S = Math.max(1, ...targets.map(({ length }) => length));
  return tensor(targets.map((row) => [...row, ...new Array(S - row.length).fill(-1)]));
}

function logitsOf({ T, C, logits }: Case): Tensor {
  if (logits !== undefined) return logits.transpose(1, 0, 2).copy();
  const value = (t: number, c: number) => ((7 * t + 13 * c + 3 * t * c) % 17) / 4 - 2;
  return tensor([Array.from({ length: T }, (_, t) => Array.from({ length: C }, (_, c) => value(t, c)))], {
    dtype: 'float64',
  });
}

/** Gradients [T, N, C] as ours, each sequence times a factor. */
function gradient(result: Result, factors?: Tensor): Tensor {
  const turned = result.grad_logits!.transpose(1, 0, 2).copy();
  const size = turned.size / turned.shape[0]!;
  if (factors !== undefined)
    for (let k = 0; k < turned.size; k++) turned.data[k]! /= factors.data[Math.floor(k / size)]!;
  return turned;
}

describeGolden<Case>('torch2/ctc.json', { covers, run: 15 }, (each) => {
  each((c, check, dtype, file) => {
    const fits = (what: string, got: Tensor | number, expected: Tensor | number) =>
      check(what, got, expected, dtype === 'float32' ? { abs: 2e-4, rel: 1e-5 } : (c.tolerance ?? file.tolerance));
    const logits = tensor(logitsOf(c), { dtype });
    const options = { blank: c.blank, perLabel: true };
    const run = (loss: CTCLoss) => loss.evaluate(logits, padded(c.targets), { lengths: c.input_lengths });
    const impossible = c.sum_zero_infinity !== undefined;
    if (impossible) {
      check.refused(() => run(new CTCLoss(options)));
      check.refused(() => run(new CTCLoss({ ...options, reduction: 'sum' })));
    }
    const zero = { impossible: impossible ? 'zero' : 'throw' } as const;
    const sum = run(new CTCLoss({ blank: c.blank, reduction: 'sum', ...zero }));
    const expected = c.sum_zero_infinity ?? c.sum;
    fits('sum', sum.loss, expected.loss);
    if (expected.grad_logits === undefined) {
      const norm = Math.sqrt(Array.from(sum.gradient.data).reduce((a, g) => a + g * g, 0));
      fits('norm of the gradient', norm, expected.grad_l2!);
      fits('largest gradient', Math.max(...Array.from(sum.gradient.data, Math.abs)), expected.grad_absmax!);
      return;
    }
    fits('gradient of the sum', sum.gradient, gradient(expected));
    const none = c.none_zero_infinity ?? c.none;
    fits('losses', sum.each, none.loss);
    fits('gradients of the losses', sum.gradient, gradient(none, c.upstream_none));
    const mean = run(new CTCLoss({ ...options, ...zero }));
    const expectedMean = c.mean_zero_infinity ?? c.mean;
    fits('mean', mean.loss, expectedMean.loss);
    fits('gradient of the mean', mean.gradient, gradient(expectedMean));
  });
});
