import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { randomNormal, type Tensor, zeros } from '../../lib/index.ts';
import type { StateLayer } from '../../lib/layers/state-layer.ts';
import { expectClose } from '../../lib/verify/expect-equal.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { nets, stacks } from '../support/combinations.ts';

/** Nets of each cell. `npm run exhaustive` checks 20,000. */
const { COMBINATIONS, BPTT_KERNELS } = process.env;
// float64 always computes with the reference kernels, so a run with these would repeat all of it.
const numRuns = Number(COMBINATIONS ?? (BPTT_KERNELS === 'reference' ? 50 : 1000));
const timeout = 60_000 + 60 * numRuns;

describe('every gradient agrees with finite differences to 1e-9 of the largest, in any combination of options', () => {
  test.each(Object.entries(nets))(
    '%s',
    (_, net) => {
      const property = fc.property(net, ({ layer, call }) => {
        assertGradients(layer, { ...call, cotangents: 1, maxEntries: 1 });
      });
      fc.assert(property, { numRuns });
    },
    timeout,
  );
});

type Tree = { readonly [name: string]: Tensor | Tree };
type Arrays = Record<string, Tensor>;

/** The layer's gradients, copies. */
const gradients = (layer: StateLayer): Arrays =>
  Object.fromEntries([...layer.parameters].map(({ name, gradient }) => [name, gradient.copy()]));

const part = (array: Tensor, from: number, to: number): Tensor =>
  array.lo(0, from, 0).hi(array.shape[0]!, to - from, array.shape[2]!);

/** Adds an array to another one of its shape. */
function add(to: Tensor, from: Tensor): void {
  for (let b = 0; b < to.shape[0]!; b++) {
    for (let t = 0; t < to.shape[1]!; t++) {
      for (let f = 0; f < to.shape[2]!; f++) to.set(b, t, f, to.get(b, t, f) + from.get(b, t, f));
    }
  }
}

interface Pass {
  readonly layer: StateLayer;
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly initialState: Tree | undefined;
  readonly lengths: readonly number[];
  readonly truncate: { readonly every: number; readonly back: number };
}

/** (T5) by hand: a pass for each window, over the states that it begins with. */
function truncatedByHand({ layer, x, dy, initialState, lengths, truncate: { every, back } }: Pass): Arrays {
  const T = Math.max(1, ...lengths);
  const within = (from: number, to: number): number[] => lengths.map((n) => Math.max(0, Math.min(n, to) - from));
  const given = (state: Tree | undefined): object => (state === undefined ? {} : { initialState: state });
  const dx = zeros(x.shape, { dtype: 'float64' });
  layer.parameters.zeroGradients();
  for (let start = 0; start < T; start += every) {
    const to = Math.min(T, start + every);
    const from = Math.max(0, to - back);
    let state = initialState;
    if (from > 0) {
      const options = { ...given(initialState), lengths: within(0, from), returnState: true } as const;
      state = layer.forward(part(x, 0, from), options).state as Tree;
    }
    layer.forward(part(x, from, to), { ...given(state), lengths: within(from, to), zeroOutputForMask: true });
    const counted = part(dy, from, to).copy();
    for (let b = 0; b < x.shape[0]!; b++) {
      const row = counted.stride[0]! * b;
      counted.data.fill(0, row, row + counted.stride[1]! * Math.max(0, start - from)); // losses of earlier windows
    }
    add(part(dx, from, to), layer.backward(counted).dx);
  }
  return { dx, ...gradients(layer) };
}

describe('truncated gradients are the sum of those of the windows, in any combination of options', () => {
  test.each(Object.entries(stacks))(
    '%s',
    (_, stack) => {
      const passes = stack.chain(({ layer, call: { x, initialState } }) => {
        const [B, T] = x.shape as [number, number];
        const truncate = fc
          .integer({ min: 1, max: T })
          .chain((back) => fc.record({ back: fc.constant(back), every: fc.integer({ min: 1, max: back }) }));
        const lengths = fc.array(fc.nat(T), { minLength: B, maxLength: B });
        const checkpoint = fc.constantFrom(undefined, 1, 2);
        return fc.record({
          layer: fc.constant(layer as StateLayer),
          x: fc.constant(x as Tensor),
          truncate,
          lengths,
          checkpoint,
          initialState: fc.constant(initialState as Tree | undefined),
        });
      });
      const property = fc.property(passes, ({ checkpoint, ...pass }) => {
        const { layer, x, initialState, lengths, truncate } = pass;
        const options = { lengths, truncate, zeroOutputForMask: true, ...(checkpoint && { checkpoint }) };
        const y = layer.forward(x, { ...options, ...(initialState && { initialState }) });
        const dy = randomNormal(y.shape, { seed: 1, dtype: 'float64' });
        layer.parameters.zeroGradients();
        const { dx } = layer.backward(dy);
        const got = { dx, ...gradients(layer) };
        expectClose('truncated', got, truncatedByHand({ ...pass, dy }), 1e-12);
      });
      fc.assert(property, { numRuns: Math.ceil(numRuns / 10) });
    },
    timeout,
  );
});
