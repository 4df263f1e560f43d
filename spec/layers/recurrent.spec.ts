import { describe, expect, it } from '@jest/globals';
import {
  GRU,
  LSTM,
  LSTMCell,
  RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  StateError,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, expectSameArrays } from '../support/bits.ts';

const [B, T, I, H] = [3, 5, 4, 6];
const x = randomNormal([B, T, I], { seed: 1 });

const KINDS: Readonly<Record<string, (options?: { returnSequences?: boolean; seed?: number; units?: number }) => RNN>> =
  {
    SimpleRNN: (options) => new SimpleRNN({ units: H, ...options }),
    LSTM: (options) => new LSTM({ units: H, ...options }),
    GRU: (options) => new GRU({ units: H, ...options }),
  };

describe.each(Object.entries(KINDS))('%s', (kind, make) => {
  const randomState = (layer: RNN, seed: number) =>
    Object.fromEntries(layer.cell.states.map((name, k) => [name, randomNormal([B, H], { seed: seed + k })]));

  it('returns the output of the last step, or of every step', () => {
    const last = make().forward(x);
    const every = make({ returnSequences: true }).forward(x);
    expect([last.shape, every.shape]).toEqual([
      [B, H],
      [B, T, H],
    ]);
    expectBits(every.pick(null, T - 1), last);
  });

  it('returns the final state on request; its first array is the last output', () => {
    const layer = make({ returnSequences: true });
    const { output, state } = layer.forward(x, { returnState: true });
    expect(Object.keys(state)).toEqual([...layer.cell.states]);
    expectBits(state.h!, output.pick(null, T - 1));
    expectBits(output, layer.forward(x, { returnState: false }));
  });

  it('continues from a state', () => {
    const layer = make({ returnSequences: true });
    const whole = layer.forward(x, { returnState: true });
    const { state } = layer.forward(x.hi(B, 2, I), { returnState: true });
    const rest = layer.forward(x.lo(0, 2, 0), { initialState: state, returnState: true });
    expectBits(rest.output, whole.output.lo(0, 2, 0));
    expectSameArrays(rest.state, whole.state);
  });

  it('starts from zeros by default', () => {
    const layer = make();
    expectBits(layer.forward(x), layer.forward(x, { initialState: layer.cell.zeroState(B) }));
  });

  it('returns copies, which later passes do not change', () => {
    const layer = make();
    const { output, state } = layer.forward(x, { returnState: true });
    const [copy, states] = [output.copy(), Object.fromEntries(Object.entries(state).map(([n, a]) => [n, a.copy()]))];
    const { dx, dInitialState } = layer.backward(output);
    const [dxCopy, d0] = [dx.copy(), dInitialState.h!.copy()];
    layer.forward(randomNormal([7, 9, I], { seed: 2 }));
    layer.backward(zeros([7, H]));
    expectBits(output, copy);
    expectSameArrays(state, states);
    expectBits(dx, dxCopy);
    expectBits(dInitialState.h!, d0);
  });

  it('takes any view and does not change it', () => {
    const layer = make();
    const timeMajor = x.transpose(1, 0, 2).copy();
    const backwards = x.step(-1, -1, -1).copy().step(-1, -1, -1);
    const expected = layer.forward(x);
    expectBits(layer.forward(timeMajor.transpose(1, 0, 2)), expected);
    expectBits(layer.forward(backwards), expected);
    expectBits(layer.forward({ data: Array.from(x.data), shape: x.shape, stride: x.stride, offset: 0 }), expected);
    expectBits(timeMajor.transpose(1, 0, 2), x);
  });

  it('computes each row independently of its batch', () => {
    const layer = make({ returnSequences: true });
    const together = layer.forward(x);
    for (let b = 0; b < B; b++) expectBits(layer.forward(x.lo(b, 0, 0).hi(1, T, I)).pick(0), together.pick(b));
  });

  it('refuses backward without a forward of its own', () => {
    const layer = make();
    const dy = zeros([B, H]);
    expect(() => layer.backward(dy)).toThrow(StateError);
    layer.forward(x);
    layer.backward(dy);
    layer.cell.step(x.pick(null, 0));
    expect(() => layer.backward(dy)).toThrow(
      `${kind}.backward: the call must follow forward; received another pass over the same memory since`,
    );
  });

  it('gives the same bits in a model as alone', () => {
    const alone = make({ returnSequences: true });
    const model = new Sequential([make({ returnSequences: true })]);
    const dy = randomNormal([B, T, H], { seed: 4 });
    model.build(I);
    alone.build(I);
    for (const { name, value } of alone.parameters) {
      model.layers[0]!.parameters.get(name).assign(value);
    }
    expectBits(model.forward(x), alone.forward(x));
    expectBits(model.backward(dy).dx, alone.backward(dy).dx);
    for (const { name, gradient } of alone.parameters) {
      expectBits(model.layers[0]!.parameters.get(name).gradient, gradient, `${name}: `);
    }
  });

  it('gives the same bits stacked in a model as layer by layer', () => {
    const stack = [make({ returnSequences: true }), make({ returnSequences: true, units: 5 }), make({ units: 2 })];
    const model = new Sequential([
      make({ returnSequences: true }),
      make({ returnSequences: true, units: 5 }),
      make({ units: 2 }),
    ]);
    model.build(I);
    let size = I;
    stack.forEach((layer, k) => {
      layer.build(size);
      for (const { name, value } of model.layers[k]!.parameters) layer.parameters.get(name).assign(value);
      size = layer.cell.units;
    });
    const y = stack.reduce((signal, layer) => layer.forward(signal), x);
    expectBits(model.forward(x), y);
    const dy = randomNormal([B, 2], { seed: 5 });
    const dx = stack.reduceRight((d, layer) => layer.backward(d).dx, dy);
    expectBits(model.backward(dy).dx, dx);
    stack.forEach((layer, k) => {
      for (const { name, gradient } of layer.parameters) {
        expectBits(model.layers[k]!.parameters.get(name).gradient, gradient, `layer ${k}, ${name}: `);
      }
    });
  });

  it('lists every option that it takes, its own and those of its cell', () => {
    const known =
      /must have only .*\bseed, .*\bunits, .*\bbiasInitializer\b.*\breturnSequences\b.*; received "returnSequence". /;
    const call = () => make({ returnSequence: true } as object);
    expect(call).toThrow(known);
    expect(call).toThrow(`${kind}: "options" must `);
    expect(call).toThrow('Did you mean returnSequences?');
  });

  it('names the array that a state lacks', () => {
    const layer = make();
    layer.forward(x);
    const name = layer.cell.states.at(-1)!;
    const { [name]: _, ...rest } = randomState(layer, 1);
    const due = (where: string) => `${where}" must be an array [${B}, ${H}]; received undefined`;
    expect(() => layer.forward(x, { initialState: rest })).toThrow(due(`${kind}.forward: "initialState.${name}`));
    expect(() => layer.cell.step(x.pick(null, 0), rest)).toThrow(due(`${kind}Cell.step: "state.${name}`));
    const stream = layer.stream({ batchSize: B });
    expect(() => stream.step(x.pick(null, 0), rest)).toThrow(due(`Stream.step: "state.${name}`));
  });

  it('keeps the gradient of the initial state apart from that of x', () => {
    const layer = make();
    layer.forward(x, { initialState: randomState(layer, 20) });
    const { dInitialState } = layer.backward(undefined, { dState: randomState(layer, 30) });
    expect(Object.keys(dInitialState)).toEqual([...layer.cell.states]);
    for (const d of Object.values(dInitialState)) expect(d.shape).toEqual([B, H]);
  });
});

describe('a model', () => {
  it('names the layer that a state lacks', () => {
    const model = new Sequential([new LSTM({ units: 2 })], { inputSize: 3 });
    const missing = 'Stream.step: "state.lstm1" must be an object { h, c } of arrays; received undefined';
    expect(() => model.stream().step(zeros([1, 3]), {})).toThrow(missing);
  });
});

describe('a union of layers', () => {
  it.each([LSTM, GRU])('runs with the state of its own cell', (Layer) => {
    const layer: LSTM | GRU = new Layer({ units: H });
    const { output, state } = layer.forward(x, { initialState: layer.cell.zeroState(B), returnState: true });
    expectBits(output, layer.forward(x));
    expectBits(state.h, output);
  });
});

describe('RNN', () => {
  it('equals the layer of its cell', () => {
    const around = new RNN({ cell: new LSTMCell({ units: H, seed: 3 }), returnSequences: true });
    const layer = new LSTM({ units: H, seed: 3, returnSequences: true });
    expectBits(around.forward(x), layer.forward(x));
    expect(around.kind).toBe('RNN');
  });

  it('shares the parameters of its cell', () => {
    const layer = new GRU({ units: 2, inputSize: 3 }).build();
    expect(layer.cell.parameters).toBe(layer.parameters);
    expect([layer.inputSize, layer.cell.inputSize]).toEqual([3, 3]);
  });
});

describe('a layer whose cell was stepped first', () => {
  it('uses the parameters of the cell', () => {
    const layer = new LSTM({ units: 3, seed: 5 });
    const x = randomNormal([2, 1, 4], { seed: 1 });
    const [stepped] = layer.cell.step(x.pick(null, 0));
    expect(layer.forward(x).toArray()).toEqual(stepped.toArray());
    expect(layer.parameters).toBe(layer.cell.parameters);
  });
});

describe('an initial state', () => {
  it('may hold numbers of any type', () => {
    const x = randomNormal([1, 2, 3], { seed: 1 });
    const layer = new GRU({ units: 2 });
    const view = { shape: [1, 2], stride: [2, 1], offset: 0 };
    const expected = layer.forward(x, { initialState: { h: tensor([[1, -2]]) } });
    for (const data of [[1, -2], Int8Array.of(1, -2), Float64Array.of(1, -2)]) {
      expectBits(layer.forward(x, { initialState: { h: { ...view, data } } }), expected);
    }
  });

  it('may lie in the memory of the layer, which the pass may move', () => {
    const units = 300; // large enough for a memory that grows in place
    const make = () => new GRU({ units, inputSize: units, seed: 1 }).build();
    const x = randomNormal([1, 50, units], { seed: 1 });
    const firstRow = (layer: GRU): Tensor => layer.parameters.get('kernel').value.hi(1, units);
    const expected = make().forward(x, { initialState: { h: firstRow(make()).copy() } });
    const [live, raw] = [make(), make()];
    expectBits(live.forward(x, { initialState: { h: firstRow(live) } }), expected);
    const { data, shape, stride, offset } = firstRow(raw);
    expectBits(raw.forward(x, { initialState: { h: { data, shape, stride, offset } } }), expected);
  });
});
