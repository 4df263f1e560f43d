import { Tensor, zeros } from '../../lib/index.ts';
import { each, notArray, notBoolean, notInteger, wrongShape } from '../support/bad-values.ts';
import type { Subject } from '../support/refusals.ts';

/** What everything with `checkpoint` and `truncate` refuses. */
export function throughTime(call: (options: never) => unknown): Subject['calls'] {
  const checkpoint = (bad: never) => call({ checkpoint: bad } as never);
  const truncate = (bad: never) => call({ truncate: bad } as never);
  const memory = (memory: never) => checkpoint({ memory } as never);
  return [
    ...each('checkpoint', checkpoint, [null, 'all', true, [], () => 1, 0, -1, 1.5, Number.NaN, { bytes: 1 }]),
    ...notInteger('checkpoint.memory', memory, undefined, 0, -1),
    ...each('truncate', truncate, [null, 1, 'all', [], { every: 1, back: 2, steps: 3 }]),
    ...notInteger('truncate.every', (every: never) => truncate({ every, back: 9 } as never), undefined, 0, -1),
    ...notInteger('truncate.back', (back: never) => truncate({ every: 1, back } as never), undefined, 0, -1),
    ['less back than every', 'truncate.back', () => truncate({ every: 3, back: 2 } as never)],
  ];
}

/** What everything with `lengths` and `mask` refuses, for B > 1 rows of T time steps; `prefix` precedes their names. */
export function masks(
  call: (options: never) => unknown,
  [B, T]: readonly [number, number],
  prefix = '',
): Subject['calls'] {
  const lengths = (bad: unknown) => call({ lengths: bad } as never);
  const mask = (bad: unknown) => call({ mask: bad } as never);
  const all = Array.from({ length: B }, () => T);
  const every = all.map((T) => Array.from({ length: T }, () => true));
  const withRow = (list: readonly unknown[], row: unknown) => list.map((one, k) => (k === 1 ? row : one));
  const withStep = (step: unknown) => withRow(every, withRow(every[1]!, step));
  return [
    ...each(`${prefix}lengths`, lengths, [null, T, 'a'.repeat(B), {}, [], () => T, all.slice(1), [...all, T]]),
    ...notInteger(`${prefix}lengths[1]`, (row) => lengths(withRow(all, row)), undefined, -1, T + 1),
    ...each(`${prefix}mask`, mask, [null, 1, 'mask', {}, [], () => every, every.slice(1), [...every, every[0]!]]),
    ...each(`${prefix}mask`, mask, [zeros([B, T + 1]), zeros([B + 1, T]), zeros([B]), zeros([B, T, 1])]),
    ...each(`${prefix}mask[1]`, (row) => mask(withRow(every, row)), [undefined, null, 1, 'a'.repeat(T), [], [true]]),
    ...each(`${prefix}mask[1][1]`, (step) => mask(withStep(step)), [undefined, null, 2, -1, 0.5, Number.NaN, 'true']),
    ['both a mask and lengths', `${prefix}lengths`, () => call({ lengths: all, mask: every } as never)],
  ];
}

/**
 * What everything with `out` refuses, for an input x and an output of a shape in float32. `parameter`: of the model, if it
 * has one.
 */
export function outs(
  call: (options: never) => unknown,
  x: Tensor,
  shape: readonly number[],
  parameter?: () => Tensor,
): Subject['calls'] {
  const out = (bad: unknown) => call({ out: bad } as never);
  const size = shape.reduce((a, b) => a * b, 1);
  const over = (data: Tensor['data'], stride?: number[], offset = 0) =>
    out(new Tensor({ data }, shape, stride, offset));
  const overX = () => over(new Float32Array(x.data.buffer, 0, size));
  const overModel = () => over(parameter!().data, undefined, parameter!().offset);
  const integers = { data: new Int32Array(size), shape, stride: zeros(shape).stride, offset: 0 };
  return [
    ...notArray('out', out).filter(([what]) => what !== 'out: undefined'),
    ...wrongShape('out', out, shape),
    ['out in float64', 'out', () => over(new Float64Array(size))],
    ['out of integers', 'out', () => out(integers)],
    [
      'out with one place for all elements',
      'out',
      () =>
        over(
          new Float32Array(1),
          shape.map(() => 0),
        ),
    ],
    ...(size <= x.size ? [['out over x', 'out', overX] as const] : []),
    ...(parameter === undefined ? [] : [['out over parameters', 'out', overModel] as const]),
  ];
}

/** What every forward pass over B rows of T time steps refuses. */
export function passOptions(call: (options: never) => unknown, size: readonly [number, number]): Subject['calls'] {
  const inference = (through: object) => call({ inference: true, ...through } as never);
  return [
    ...throughTime(call),
    ...masks(call, size),
    ...notBoolean('zeroOutputForMask', (zeroOutputForMask: never) => call({ zeroOutputForMask } as never)),
    ...notBoolean('inference', (inference: never) => call({ inference } as never)),
    ...notInteger('trainingStep', (trainingStep: never) => call({ trainingStep } as never), -1),
    ['checkpoints without a backward pass', 'checkpoint', () => inference({ checkpoint: 'sqrt' })],
    ['truncation without a backward pass', 'truncate', () => inference({ truncate: { every: 1, back: 2 } })],
  ];
}
