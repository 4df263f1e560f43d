import { describe, expect, it } from '@jest/globals';
import { packTransposed, packWeights } from '../../lib/cells/packed-weights.ts';
import { backpropagate, UNOBSERVED } from '../../lib/engine/backpropagate.ts';
import { type GradientTape, layGradients, layTape, type Tape } from '../../lib/engine/tape.ts';
import { unroll } from '../../lib/engine/unroll.ts';
import {
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  Random,
  type RNN,
  randomNormal,
  SimpleRNN,
  SimpleRNNCell,
  zeros,
} from '../../lib/index.ts';
import { assign } from '../../lib/tensor/ndarray-like.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const [T, B, I, H] = [6, 3, 4, 5];

/** Every time step has all rows. */
const ROWS = { B, starts: undefined };

const CELLS: Readonly<Record<string, () => Cell>> = {
  SimpleRNNCell: () => new SimpleRNNCell({ units: H }),
  LSTMCell: () => new LSTMCell({ units: H }),
  GRUCell: () => new GRUCell({ units: H }),
  'GRUCell, reset after': () => new GRUCell({ units: H, resetAfter: true }),
};

interface Taped {
  readonly tape: Tape;
  readonly gradients: GradientTape;
  readonly dy: number;
  readonly data: () => Float32Array;
  /** Backpropagates the gradient of the output. */
  readonly backward: () => void;
}

/** A tape over random inputs and random initial states, after a forward pass. */
function taped(cell: Cell): Taped {
  const { arena } = cell.build(I).parameters;
  const { kernels } = arena;
  const { tape, gradients, dy } = arena.layOut((take) => {
    const x = { T, B, F: I, at: take(T * B * I) };
    const workspace = {
      purpose: 'train',
      packed: false,
      kernels,
      random: new Random(0),
      take,
      takeWeights: take,
    } as const;
    const tape = layTape(cell, workspace, x);
    return { tape, gradients: layGradients(cell, tape, workspace, x), dy: take(T * B * H) };
  });
  const fill = (at: number, size: number, seed: number): void =>
    assign(new Tensor(arena, [size], [1], at), randomNormal([size], { seed, sd: 0.5 }));
  fill(tape.input.x, T * B * I, 1);
  for (const [k, { at }] of tape.slots.entries()) fill(at, B * H, 2 + k);
  fill(dy, T * B * H, 5);
  packWeights(cell.weights, kernels, tape.weights);
  unroll(cell, tape, ROWS, T);
  packTransposed(cell.weights, kernels, gradients.weights);
  const backward = (): void => backpropagate(cell, tape, gradients, ROWS, T, { at: dy, everyStep: true }, UNOBSERVED);
  return { tape, gradients, dy, data: () => arena.data as Float32Array, backward };
}

describe.each(Object.entries(CELLS))('the engine with %s', (_, make) => {
  it('keeps T + 1 states, with the initial state in slot 0', () => {
    const cell = make();
    const { tape, data } = taped(cell);
    const slot = (k: number, t: number) => {
      const { at, size } = tape.slots[k]!;
      return data().slice(at + t * size, at + (t + 1) * size);
    };
    tape.slots.forEach((_, k) => {
      expectBits(slot(k, 0), randomNormal([B * H], { seed: 2 + k, sd: 0.5 }).data);
    });
    const slots = tape.slots.map((_, k) => Array.from({ length: T + 1 }, (_, t) => slot(k, t)));
    const x = data().slice(tape.input.x, tape.input.x + T * B * I);
    for (let t = 0; t < T; t++) {
      const state = Object.fromEntries(
        cell.states.map((name, k) => [name, new Tensor({ data: slots[k]![t]! }, [B, H])]),
      );
      const [, next] = cell.step(new Tensor({ data: x.slice(t * B * I, (t + 1) * B * I) }, [B, I]), state);
      cell.states.forEach((name, k) => {
        expectBits(next[name]!.copy().data, slots[k]![t + 1]!, `${name}, t = ${t}: `);
      });
    }
  });

  it('only reads the tape in the backward pass: gates, saved, states and x keep their bits', () => {
    const cell = make();
    const { tape, dy, data, backward } = taped(cell);
    const before = data().slice();
    backward();
    const runs: [number, number][] = [
      [tape.input.x, T * B * I],
      [tape.gates, T * B * cell.gateWidth],
      [tape.saved, T * B * cell.savedBlocks * H],
      [dy, T * B * H],
      [cell.parameters.runs[0]!.at, cell.parameters.size],
      ...tape.slots.map(({ at }): [number, number] => [at, (T + 1) * B * H]),
    ];
    for (const [at, size] of runs) expectBits(data().slice(at, at + size), before.slice(at, at + size));
  });

  it('gives the same bits in a second backward pass, and adds to the gradients', () => {
    const cell = make();
    const { gradients: tape, data, backward } = taped(cell);
    const { parameters } = cell;
    const run = () => {
      const dStates = Object.values(tape.dStates);
      for (const at of dStates) data().fill(0, at, at + B * H);
      backward();
      const dx = data().slice(tape.input.dx, tape.input.dx + T * B * I);
      const d0 = dStates.map((at) => data().slice(at, at + B * H));
      const { gradientsAt, size } = parameters.runs[0]!;
      return [dx, ...d0, data().slice(gradientsAt, gradientsAt + size)];
    };
    const first = run();
    parameters.zeroGradients();
    run().forEach((values, k) => {
      expectBits(values, first[k]!);
    });
    const gradients = first.at(-1)!;
    const twice = run().at(-1)!;
    expect(
      largestDifference(
        twice,
        gradients.map((g) => 2 * g),
        Math.max(...gradients.map(Math.abs)),
      ),
    ).toBeLessThan(5e-6);
  });
});

const LAYERS: Readonly<Record<string, (returnSequences: boolean) => RNN>> = {
  SimpleRNN: (returnSequences) => new SimpleRNN({ units: H, returnSequences }),
  LSTM: (returnSequences) => new LSTM({ units: H, returnSequences }),
  GRU: (returnSequences) => new GRU({ units: H, returnSequences }),
  'GRU, reset after': (returnSequences) => new GRU({ units: H, returnSequences, resetAfter: true }),
};

describe.each(Object.entries(LAYERS))('gradients of %s', (_, make) => {
  const x = randomNormal([B, T, I], { seed: 1 });
  const dState = (layer: RNN) =>
    Object.fromEntries(layer.cell.states.map((name, k) => [name, randomNormal([B, H], { seed: 30 + k })]));

  it.each([false, true])('without dy are those of a dy of zeros (returnSequences: %s)', (returnSequences) => {
    const layer = make(returnSequences);
    const y = layer.forward(x);
    const expected = layer.backward(zeros(y.shape), { dState: dState(layer) });
    const gradients = [...layer.parameters].map(({ gradient }) => gradient.copy());
    layer.parameters.zeroGradients();
    const got = layer.backward(undefined, { dState: dState(layer) });
    expectBits(got.dx, expected.dx);
    for (const name of layer.cell.states) expectBits(got.dInitialState[name]!, expected.dInitialState[name]!);
    [...layer.parameters].forEach(({ gradient }, k) => {
      expectBits(gradient, gradients[k]!);
    });
  });

  it('are the same for the last output and for the final state', () => {
    const layer = make(false);
    layer.forward(x);
    const d = randomNormal([B, H], { seed: 9 });
    const throughOutput = layer.backward(d);
    const output = layer.cell.states[0]!;
    const throughState = layer.backward(undefined, { dState: { [output]: d } });
    expectBits(throughState.dx, throughOutput.dx);
    for (const name of layer.cell.states) {
      expectBits(throughState.dInitialState[name]!, throughOutput.dInitialState[name]!);
    }
  });

  it('flow through the state from one segment into the previous one', () => {
    const [whole, parts] = [make(true), make(true)];
    const dy = randomNormal([B, T, H], { seed: 3 });
    whole.forward(x);
    const expected = whole.backward(dy);
    const cut = 2;
    const { state } = parts.forward(x.hi(B, cut, I), { returnState: true });
    parts.forward(x.lo(0, cut, 0), { initialState: state });
    const late = parts.backward(dy.lo(0, cut, 0));
    parts.forward(x.hi(B, cut, I));
    const early = parts.backward(dy.hi(B, cut, H), { dState: late.dInitialState });
    expectBits(late.dx, expected.dx.lo(0, cut, 0));
    expectBits(early.dx, expected.dx.hi(B, cut, I));
    for (const name of whole.cell.states) expectBits(early.dInitialState[name]!, expected.dInitialState[name]!);
    for (const { name, gradient } of whole.parameters)
      expectBits(parts.parameters.get(name).gradient, gradient, `${name}: `);
  });
});
