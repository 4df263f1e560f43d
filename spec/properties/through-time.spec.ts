import { fc, test } from '@fast-check/jest';
import { describe } from '@jest/globals';
import ops from 'ndarray-ops';
import type { Truncation } from '../../lib/engine/truncate.ts';
import {
  type ForwardOptions,
  GRU,
  LSTM,
  RNN,
  randomNormal,
  SimpleRNN,
  stack,
  type Tensor,
  unstack,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { LeakyCell } from '../support/leaky-cell.ts';

const [B, I, H] = [2, 3, 5];

type Arrays = Readonly<Record<string, Tensor>>;

const LAYERS: Readonly<Record<string, (returnSequences: boolean) => RNN>> = {
  SimpleRNN: (returnSequences) => new SimpleRNN({ units: H, returnSequences }),
  LSTM: (returnSequences) => new LSTM({ units: H, returnSequences }),
  GRU: (returnSequences) => new GRU({ units: H, returnSequences }),
  'GRU, reset after': (returnSequences) => new GRU({ units: H, returnSequences, resetAfter: true }),
  'a cell of one’s own': (returnSequences) => new RNN({ cell: new LeakyCell({ units: H }), returnSequences }),
};

const draw = (shape: readonly number[], seed: number): Tensor => randomNormal(shape, { seed });

/** Arrays of states by name. */
function states(layer: RNN, seed: number): Arrays {
  return Object.fromEntries(layer.cell.states.map((name, k) => [name, draw([B, H], seed + k)]));
}

function named(prefix: string, arrays: Arrays): Arrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix} ${name}`, array]));
}

function gradients(layer: RNN): Arrays {
  return named('d', Object.fromEntries([...layer.parameters].map(({ name, gradient }) => [name, gradient.copy()])));
}

/** Everything that comes out of going forwards and back, twice: the second way back has to find all it needs, too. */
function run(layer: RNN, T: number, seed: number, options: ForwardOptions): Arrays {
  const x = draw([B, T, I], seed);
  const { output, state } = layer.forward(x, { ...options, initialState: states(layer, seed + 1), returnState: true });
  x.data.fill(Number.NaN); // the array is the caller's again
  const dy = draw(output.shape, seed + 3);
  const back = (): Arrays => {
    layer.parameters.zeroGradients();
    const { dx, dInitialState } = layer.backward(dy, { dState: states(layer, seed + 4) });
    return { dx, ...named('d initial', dInitialState), ...gradients(layer) };
  };
  return { output, ...named('last', state), ...back(), ...named('again:', back()) };
}

function expectSame(got: Arrays, expected: Arrays): void {
  for (const [name, array] of Object.entries(expected)) expectBits(got[name]!, array, `${name}: `);
}

const seed = fc.nat(1e6);
const length = fc.integer({ min: 1, max: 40 });
const upTo = (max: number) => fc.integer({ min: 1, max });
/** Sequences from which something is cut: every ≤ back < T. */
const cut = fc
  .integer({ min: 2, max: 40 })
  .chain((T) =>
    upTo(T - 1).chain((back) => fc.record({ T: fc.constant(T), back: fc.constant(back), every: upTo(back) })),
  )
  .map(({ T, every, back }) => ({ T, truncate: { every, back } }));

describe.each(Object.entries(LAYERS))('%s, segment by segment', (_, make) => {
  test.each([1, 2, 7, 40])('has the bits of one segment, for each length of %i steps', (T) => {
    for (const sequences of [true, false]) {
      const layer = make(sequences).build(I);
      const whole = run(layer, T, 7, {});
      for (let checkpoint = 1; checkpoint <= T; checkpoint++) expectSame(run(layer, T, 7, { checkpoint }), whole);
    }
  });

  test.prop([length, fc.boolean(), seed])('has them with segments of 2√T, and within memory', (T, sequences, seed) => {
    const layer = make(sequences).build(I);
    const whole = run(layer, T, seed, {});
    expectSame(run(layer, T, seed, { checkpoint: 'sqrt' }), whole);
    const { parameters: p, gradients: g, streams: s, tape, scratch } = layer.parameters.arena.usage;
    const least = run(layer, T, seed, { checkpoint: 1 }) && layer.parameters.arena.usage;
    for (const share of [0.1, 0.5, 1]) {
      const memory = Math.ceil(p + g + s + least.scratch + least.tape + share * (tape + scratch));
      expectSame(run(layer, T, seed, { checkpoint: { memory } }), whole);
    }
  });
});

/** to += from, in float32. */
function add(to: Tensor, from: Tensor): void {
  ops.addeq(to, from);
}

/** (T5) by hand: each window is a pass of its own, over a copy of the states it begins with. */
function truncatedByHand(layer: RNN, T: number, seed: number, { every, back }: Truncation): Arrays {
  const x = unstack(draw([B, T, I], seed), 1);
  const dy = unstack(draw([B, T, H], seed + 3), 1);
  const part = (steps: readonly Tensor[], from: number, to: number): Tensor => stack(steps.slice(from, to), 1);
  const initialState = states(layer, seed + 1);
  const before = (from: number): Arrays =>
    from === 0 ? initialState : layer.forward(part(x, 0, from), { initialState, returnState: true }).state;
  layer.parameters.zeroGradients();
  const dx = zeros([T, B, I]);
  const dInitial: Record<string, Tensor> = { h: zeros([B, H]), c: zeros([B, H]) };
  for (let start = 0; start < T; start += every) {
    const to = Math.min(T, start + every);
    const from = Math.max(0, to - back);
    layer.forward(part(x, from, to), { initialState: before(from) });
    const counted = dy.map((each, t) => (t < start ? zeros([B, H]) : each));
    const { dx: own, dInitialState } = layer.backward(part(counted, from, to));
    for (const [k, each] of unstack(own, 1).entries()) add(dx.pick(from + k), each);
    if (from === 0) for (const name of layer.cell.states) add(dInitial[name]!, dInitialState[name]!);
  }
  return { dx: dx.transpose(1, 0, 2), ...named('d initial', dInitial), ...gradients(layer) };
}

describe.each(Object.entries(LAYERS))('%s, truncated', (_, make) => {
  test.prop([cut, length, seed])('counts each loss once, as far back as said', ({ T, truncate }, checkpoint, seed) => {
    const layer = make(true).build(I);
    const expected = truncatedByHand(layer, T, seed, truncate);
    layer.parameters.zeroGradients();
    layer.forward(draw([B, T, I], seed), { truncate, checkpoint, initialState: states(layer, seed + 1) });
    const { dx, dInitialState } = layer.backward(draw([B, T, H], seed + 3));
    const got: Arrays = { dx, ...named('d initial', dInitialState), ...gradients(layer) };
    for (const [name, array] of Object.entries(got)) expectBits(array, expected[name]!, `${name}: `);
  });

  test.prop([length, length, fc.nat(40), seed])(
    'is plain backpropagation where nothing is cut',
    (T, every, more, seed) => {
      const layer = make(true).build(I);
      const truncate = { every, back: Math.max(every, T) + more };
      expectSame(run(layer, T, seed, { truncate }), run(layer, T, seed, {}));
    },
  );
});
