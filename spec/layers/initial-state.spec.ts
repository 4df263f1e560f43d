import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Bidirectional,
  Dense,
  GRU,
  type Layer,
  LSTM,
  MeanSquaredError,
  Network,
  type RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits, expectSameArrays, largestDifference } from '../support/bits.ts';
import { maskOf, masks } from '../support/ragged.ts';

// `trainInitialState`: the initial state is a row of parameters.

const [I, H] = [3, 4];
const dtype = 'float64';
const KINDS = { LSTM, GRU, SimpleRNN } as const;
type Kind = keyof typeof KINDS;
type States = Record<string, Tensor>;

const make = (kind: Kind, options: object): RNN =>
  new KINDS[kind]({ units: H, dtype, inputSize: I, ...options }).build() as RNN;

/** Gives all initial states random values. */
function scramble<L extends Layer>(layer: L): L {
  for (const { name, value } of layer.parameters) {
    if (/initial[A-Z]/.test(name)) layer.parameters.get(name).assign(randomNormal(value.shape, { dtype, seed: 3 }));
  }
  return layer;
}

const nameOf = (state: string): string => `initial${state.toUpperCase()}`;

/** The trained initial state of B rows. */
function repeated({ cell, parameters }: RNN, B: number): States {
  return Object.fromEntries(
    cell.states.map((state) => {
      const rows = zeros([B, H], { dtype });
      for (let b = 0; b < B; b++)
        for (let j = 0; j < H; j++) rows.set(b, j, parameters.get(nameOf(state)).value.get(j));
      return [state, rows];
    }),
  );
}

/** The sum over the rows of an array [B, H]. */
function sumOfRows(array: Tensor): Float64Array {
  const [B] = array.shape as [number];
  return Float64Array.from({ length: H }, (_, j) =>
    Array.from({ length: B }, (_, b) => array.get(b, j)).reduce((sum, v) => sum + v),
  );
}

const cases = fc.record({ B: fc.integer({ min: 1, max: 4 }), T: fc.integer({ min: 1, max: 7 }) }).chain(({ B, T }) =>
  fc.record({
    kind: fc.constantFrom<Kind>('LSTM', 'GRU', 'SimpleRNN'),
    rows: fc.option(masks(B, T), { nil: undefined }),
    through: fc.constantFrom({}, { checkpoint: 2 }, { truncate: { every: 2, back: 3 } }),
    goBackwards: fc.boolean(),
    seed: fc.nat(1000),
    B: fc.constant(B),
    T: fc.constant(T),
  }),
);

describe('a trained initial state', () => {
  test.prop([cases], { numRuns: 80 })(
    'has the bits of a given one with the same rows, and the sum of the gradients of these',
    ({ kind, rows, through, goBackwards, seed, B, T }) => {
      const options = { returnSequences: true, goBackwards };
      const [layer, plain] = [scramble(make(kind, { ...options, trainInitialState: true })), make(kind, options)];
      const x = randomNormal([B, T, I], { seed, dtype });
      const initialState = repeated(layer, B) as never;
      const pass = { ...through, ...(rows && { mask: maskOf(rows) }), zeroOutputForMask: seed % 2 === 0 };
      const { output, state } = layer.forward(x, { ...pass, returnState: true });
      const expected = plain.forward(x, { ...pass, initialState, returnState: true });
      if (rows === undefined || pass.zeroOutputForMask) expectBits(output, expected.output); // else both hold zeros or it
      expectSameArrays(state as States, expected.state as States);
      const dy = randomNormal([B, T, H], { seed: 1, dtype });
      const free = rows === undefined || !('truncate' in through);
      const dState = free && { dState: repeated(layer, B) as never };
      const [back, given] = [layer, plain].map((each) =>
        each.backward(pass.zeroOutputForMask ? dy : undefined, { ...dState }),
      );
      expectBits(back!.dx, given!.dx);
      expectSameArrays(back!.dInitialState as States, given!.dInitialState as States);
      for (const { name, gradient } of plain.parameters)
        expectBits(layer.parameters.get(name).gradient, gradient, name);
      for (const name of layer.cell.states) {
        const got = layer.parameters.get(nameOf(name)).gradient.copy().data as Float64Array;
        expect(largestDifference(got, sumOfRows((given!.dInitialState as States)[name]!))).toBeLessThan(1e-14);
      }
    },
  );

  it('is neither used nor trained where a state is given', () => {
    const layer = scramble(make('LSTM', { trainInitialState: true }));
    const plain = make('LSTM', {});
    const x = randomNormal([2, 5, I], { seed: 1, dtype });
    const initialState = { h: randomNormal([2, H], { seed: 2, dtype }), c: randomNormal([2, H], { seed: 4, dtype }) };
    expectBits(layer.forward(x, { initialState }), plain.forward(x, { initialState }));
    layer.backward(randomNormal([2, H], { seed: 3, dtype }));
    const gradient = (name: string): number[] => [...(layer.parameters.get(name).gradient.copy().data as Float64Array)];
    expect([...gradient('initialH'), ...gradient('initialC')]).toEqual(new Array(2 * H).fill(0));
  });

  it('is trained by trainStep and fit, and left alone by a step that carries a state', async () => {
    const model = new Sequential([new GRU({ units: H, trainInitialState: true }), new Dense({ units: 1 })], {
      inputSize: I,
    }).compile({ optimizer: new SGD({ learningRate: 0.5 }), loss: new MeanSquaredError() });
    const [x, y] = [randomNormal([6, 3, I], { seed: 1 }), randomNormal([6, 1], { seed: 2 })];
    const value = (): Tensor => model.parameters.get('gru1.initialH').value.copy();
    model.trainStep(x, y, { state: model.stream({ batchSize: 6 }).zeroState() });
    expectBits(value(), zeros([H]));
    model.trainStep(x, y);
    const first = value();
    expect(first.data.every((v) => v !== 0)).toBe(true);
    await model.fit(x, y, { batchSize: 4 });
    expect(largestDifference(value(), first)).toBeGreaterThan(0);
  });

  it('learns what sequences without an input begin with', async () => {
    const model = new Sequential([new SimpleRNN({ units: 1, trainInitialState: true, inputSize: 1 })]);
    model.compile({ optimizer: new Adam({ learningRate: 0.05 }), loss: new MeanSquaredError() });
    const { epochs } = await model.fit(zeros([4, 1, 1]), zeros([4, 1]).copy(), { epochs: 1 });
    expect(epochs[0]!.loss).toBe(0); // it begins at zeros
    const half = zeros([4, 1]);
    half.data.fill(0.5);
    const history = await model.fit(zeros([4, 1, 1]), half, { epochs: 200 });
    expect(history.epochs.at(-1)!.loss).toBeLessThan(1e-4);
  });

  it('passes the gradient check in a network and in Bidirectional', () => {
    const sequence = (options: object = {}) => ({
      units: 3,
      returnSequences: true,
      trainInitialState: true,
      ...options,
    });
    const both = new Bidirectional({ layers: [new LSTM(sequence()), new GRU(sequence())], dtype, inputSize: I });
    const network = new Network([new LSTM(sequence()), new GRU(sequence()), new Dense({ units: 2 })], {
      dtype,
      inputSize: I,
    });
    for (const layer of [both, network]) {
      scramble(layer.build() as Layer);
      for (const forwardOptions of [{}, { lengths: [4, 0, 2] }]) {
        const report = gradcheck(layer, { x: randomNormal([3, 4, I], { seed: 1, dtype }), forwardOptions });
        expect(report.passed || `${report}`).toBe(true);
        const initial = report.variables.filter(({ name }) => /initial[A-Z]+$/.test(name));
        expect(initial.map(({ name }) => name)).toHaveLength(3);
      }
      layer.parameters.zeroGradients();
      layer.backward(layer.forward(randomNormal([3, 4, I], { seed: 1, dtype }), { lengths: [4, 0, 2] }));
      for (const { name, gradient } of layer.parameters)
        expect(gradient.copy().data.some((v) => v !== 0) || name).toBe(true);
    }
  });

  it('is saved and loaded', () => {
    const layers = [new LSTM({ units: H, trainInitialState: true }), new Dense({ units: 1 })];
    const network = scramble(new Network(layers, { inputSize: I, dtype }).build() as Network);
    const loaded = Network.fromBytes(network.toBytes());
    const x = randomNormal([2, 3, I], { seed: 1, dtype });
    expectBits(loaded.predict(x), network.predict(x));
    expectBits(loaded.parameters.get('lstm1.initialC').value, network.parameters.get('lstm1.initialC').value);
    const plain = new Network([new LSTM({ units: H }), new Dense({ units: 1 })], { inputSize: I }).build() as Network;
    expect(new TextDecoder().decode(plain.toBytes())).not.toContain('trainInitialState');
  });

  it('begins streams that start from initialState', () => {
    const layers = [new GRU({ units: 2, returnSequences: true }), new LSTM({ units: H, trainInitialState: true })];
    const network = scramble(new Network(layers, { inputSize: I }).build() as Network);
    const x = randomNormal([3, 4, I], { seed: 1 });
    const stream = network.stream({ batchSize: 3 });
    const state = stream.initialState();
    expectBits(state.gru1!.h!, zeros([3, 2]));
    for (let b = 0; b < 3; b++) {
      expectBits(state.lstm1!.c!.pick(b, null).copy(), network.parameters.get('lstm1.initialC').value.copy());
    }
    let last: Tensor | undefined;
    for (let t = 0; t < 4; t++) last = stream.step(x.pick(null, t, null), state);
    expectBits(last!, network.predict(x));
  });

  it('is refused around a cell that has parameters already', () => {
    const layer = new GRU({ units: 2, trainInitialState: true });
    layer.cell.build(I);
    expect(() => layer.build(I)).toThrow('GRU.build');
  });

  it('is held at masked steps before the first that counts, with its gradient', () => {
    const layer = new GRU({ units: 2, returnSequences: true, trainInitialState: true, dtype: 'float64' }).build(1);
    const initial = layer.parameters.get('initialH');
    initial.assign(tensor([0.5, -0.5], { dtype: 'float64' }));
    const x = randomNormal([2, 3, 1], { seed: 1, dtype: 'float64' });
    const mask = [
      [0, 1, 0],
      [1, 1, 0],
    ];
    const y = layer.forward(x, { mask }) as Tensor;
    expect([y.get(0, 0, 0), y.get(0, 0, 1)]).toEqual([0.5, -0.5]);
    const dy = zeros([2, 3, 2], { dtype: 'float64' });
    dy.set(0, 0, 0, 3);
    layer.parameters.zeroGradients();
    layer.backward(dy);
    expect([initial.gradient.get(0), initial.gradient.get(1)]).toEqual([3, 0]);
  });
});
