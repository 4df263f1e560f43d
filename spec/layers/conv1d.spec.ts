import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Conv1D,
  Dense,
  GRU,
  MeanSquaredError,
  Network,
  randomNormal,
  Sequential,
  stack,
  type Tensor,
  unstack,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';
const padding = 'causal';

const forms = [
  { kernelSize: 1 },
  { kernelSize: 3 },
  { kernelSize: 2, dilationRate: 3, activation: 'tanh' },
  { kernelSize: 3, dilationRate: 2, useBias: false, activation: 'sigmoid' },
] as const;

const net = () => [
  new Conv1D({ filters: 5, kernelSize: 3, dilationRate: 2, padding, activation: 'tanh' }),
  new GRU({ units: 4, returnSequences: true }),
  new Conv1D({ filters: 3, kernelSize: 2, padding }),
  new Dense({ units: 2 }),
];

describe('Conv1D, causal', () => {
  it.each(forms)('%j has the gradients of finite differences', (form) => {
    for (const forwardOptions of [
      {},
      { lengths: [9, 2, 5] },
      { checkpoint: 4 },
      { lengths: [1, 9, 4], checkpoint: 2 },
    ]) {
      const layer = new Conv1D({ filters: 2, padding, ...form, dtype, seed: 1 });
      assertGradients(layer, { x: randomNormal([3, 9, 3], { seed: 2, dtype }), forwardOptions });
    }
  });

  it('in nets has the gradients of finite differences', () => {
    const x = randomNormal([3, 7, 2], { seed: 3, dtype });
    for (const forwardOptions of [{}, { lengths: [7, 2, 4] }, { checkpoint: 3 }]) {
      assertGradients(new Network(net(), { dtype, seed: 1 }), { x, forwardOptions });
    }
  });

  it.each(forms)('%j has the same bits in chunks as in the whole sequence', (form) => {
    const make = () => new Conv1D({ filters: 4, padding, ...form, seed: 4 });
    const [whole, chunked] = [make(), make()];
    const [x, dy] = [randomNormal([3, 11, 2], { seed: 5 }), randomNormal([3, 11, 4], { seed: 6 })];
    const y = whole.forward(x);
    const first = chunked.forward(x.hi(3, 4), { returnState: true });
    const second = chunked.forward(x.lo(0, 4), { initialState: first.state });
    expectBits(y.hi(3, 4).copy(), first.output);
    expectBits(y.lo(0, 4).copy(), second);
    const { dx } = whole.backward(dy);
    const late = chunked.backward(dy.lo(0, 4));
    chunked.forward(x.hi(3, 4));
    const early = chunked.backward(dy.hi(3, 4), { dState: late.dInitialState });
    expectBits(dx.hi(3, 4).copy(), early.dx);
    expectBits(dx.lo(0, 4).copy(), late.dx);
    for (const { name, gradient } of whole.parameters) {
      expectBits(chunked.parameters.get(name).gradient.copy(), gradient.copy());
    }
  });

  it('has the same bits in segments, in streams, packed, alone, and from a file', () => {
    const [x, y] = [randomNormal([4, 9, 2], { seed: 7 }), randomNormal([4, 9, 2], { seed: 8 })];
    const [model, other] = [{}, { checkpoint: 4 }].map((option) => {
      const made = new Sequential(net(), { inputSize: 2, seed: 2 });
      made.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...option });
      for (let k = 0; k < 3; k++) made.trainStep(x, y);
      return made;
    });
    const whole = model!.predict(x);
    expectBits(other!.predict(x), whole);
    const stream = model!.stream({ batchSize: 4 });
    const state = stream.zeroState();
    expectBits(
      stack(
        unstack(x, 1).map((xt: Tensor) => stream.step(xt, state).copy()),
        1,
      ),
      whole,
    );
    const packed = model!.predict(x, { lengths: [9, 3, 5, 1] });
    expectBits(packed.pick(2).hi(5).copy(), whole.pick(2).hi(5).copy());
    expectBits(model!.predict(x.lo(2).hi(1)).pick(0).copy(), whole.pick(2).copy());
    expectBits(Sequential.fromBytes(model!.toBytes(), { classes: [Conv1D] }).predict(x), whole);
    expect(Object.values(state).map((each) => Object.values(each!)[0]!.shape[1])).toEqual([8, 4, 4]);
  });
});
