import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  type Clipping,
  Dense,
  GRU,
  globalNorm,
  type Layer,
  LSTM,
  MeanSquaredError,
  type Optimizer,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  tensor,
  unstack,
} from '../../lib/index.ts';
import { PlainCell } from '../support/flow.ts';

const [B, T, I, H] = [3, 7, 2, 5];
const x = randomNormal([B, T, I], { seed: 1, sd: 2 });
const y = randomNormal([B, 1], { seed: 2 });

function compiled(layers: Layer[], optimizer: Optimizer = new Adam({ learningRate: 0.01 }), clip?: Clipping) {
  const model = new Sequential([...layers, new Dense({ units: 1 })], { seed: 4 });
  return model.compile({ optimizer, loss: new MeanSquaredError(), ...(clip && { clip }) });
}

/** States of a layer at each step for a sequence of its own, [step][row][unit], by stepping its cell. */
function statesOf(layer: LSTM | GRU | SimpleRNN, inputs: typeof x): number[][][] {
  let state = layer.cell.zeroState(B) as never;
  return unstack(inputs, 1).map((xt) => {
    const [out, next] = layer.cell.step(xt, state) as [typeof x, never];
    state = next;
    return out.toArray() as number[][];
  });
}

describe('gradientFlow', () => {
  it('counts gates as a naive computation does', () => {
    const layer = new SimpleRNN({ units: H });
    const model = compiled([layer]);
    const { layers } = gradientFlow(model, x, y);
    const { mean, saturated, histogram } = layers[0]!.gates.hidden!;
    const states = statesOf(layer, x);
    const counts = new Array<number>(20).fill(0);
    for (let t = 0; t < T; t++) {
      for (let j = 0; j < H; j++) {
        const values = states[t]!.map((row) => row[j]!);
        expect(mean.get(t, j)).toBeCloseTo(values.reduce((a, b) => a + b) / B, 6);
        expect(saturated.get(t, j)).toBeCloseTo(values.filter((v) => Math.abs(v) > 0.95).length / B, 6);
        for (const v of values) counts[Math.min(19, Math.floor((v + 1) * 10))]!++;
      }
    }
    expect(histogram).toEqual({ low: -1, high: 1, counts });
  });

  it('counts all gates of an LSTM, of relu and of cells of a user', () => {
    const own = new RNN({ cell: new PlainCell({ units: H }) });
    const model = compiled([
      new LSTM({ units: H, returnSequences: true }),
      new SimpleRNN({ units: H, activation: 'relu', returnSequences: true }),
      own,
    ]);
    const { layers } = gradientFlow(model, x, y);
    expect(layers.map(({ name, gates }) => [name, ...Object.keys(gates)])).toEqual([
      ['lstm1', 'input', 'forget', 'candidate', 'output'],
      ['simpleRNN1', 'hidden'],
      ['rnn1', 'hidden'],
    ]);
    for (const { gates } of layers) {
      for (const { histogram } of Object.values(gates)) {
        expect(histogram.counts.reduce((a, b) => a + b)).toBe(B * T * H);
      }
    }
    const relu = layers[1]!.gates.hidden!;
    expect(relu.histogram.low).toBe(0);
    const zeros = Array.from(relu.saturated.data).reduce((a, b) => a + b, 0) * B;
    expect(relu.histogram.counts[0]).toBeGreaterThanOrEqual(Math.round(zeros));
    expect(Math.max(...layers[2]!.gates.hidden!.saturated.data)).toBe(0); // an activation that is not known
  });

  it('tells ‖∂L/∂s_t‖ as backward does', () => {
    const lower = new GRU({ units: H, returnSequences: true });
    const upper = new LSTM({ units: 3 });
    const model = compiled([lower, upper]);
    const { layers, gradientNorm, loss } = gradientFlow(model, x, y);
    const result = model.trainStep(x, y);
    expect([loss, gradientNorm]).toEqual([result.loss, result.gradientNorm]);
    // A copy of the upper layer by itself over the second half, from the state that the first half leaves.
    const before = compiled([new GRU({ units: H, returnSequences: true }), new LSTM({ units: 3 })]).build(I);
    const [gru, lstm, dense] = before.layers as [GRU, LSTM, Dense];
    const alone = {
      g: new GRU({ units: H, returnSequences: true }),
      l: new LSTM({ units: 3 }),
      d: new Dense({ units: 1 }),
    };
    for (const [from, to, size] of [
      [gru, alone.g, I],
      [lstm, alone.l, H],
      [dense, alone.d, 3],
    ] as const) {
      for (const p of to.build(size).parameters) p.assign(from.parameters.get(p.name).value);
    }
    const hidden = alone.g.forward(x);
    const split = 4;
    const first = alone.l.forward(hidden.hi(B, split, H), { returnState: true });
    const out = alone.d.forward(alone.l.forward(hidden.lo(0, split, 0), { initialState: first.state }));
    const { dx } = alone.d.backward(new MeanSquaredError().evaluate(out, y).gradient);
    const { dInitialState } = alone.l.backward(dx);
    for (const name of ['h', 'c'] as const) {
      for (let row = 0; row < B; row++) {
        expect(layers[1]!.stateGradients[name]!.get(split, row)).toBeCloseTo(
          globalNorm([dInitialState[name].pick(row)]),
          7,
        );
      }
    }
    expect(layers[1]!.stateGradients.h!.get(T, 1)).toBeCloseTo(globalNorm([dx.pick(1)]), 7);
    expect(layers.map(({ stateGradients }) => stateGradients.h!.shape)).toEqual([
      [T + 1, B],
      [T + 1, B],
    ]);
  });

  it.each([
    ['Adam, new', () => new Adam({ learningRate: 0.01 }), undefined, 0],
    ['Adam, after two steps', () => new Adam({ learningRate: 0.01, amsgrad: true }), { globalNorm: 0.1 }, 2],
    ['SGD with momentum', () => new SGD({ learningRate: 0.1, momentum: 0.9 }), { value: 0.01 }, 3],
  ] as const)('foretells the next step of %s', (_, optimizer, clip, steps) => {
    const model = compiled([new LSTM({ units: H })], optimizer(), clip);
    for (let k = 0; k < steps; k++) model.trainStep(x, y);
    const { parameters } = gradientFlow(model, x, y);
    const before = [...model.parameters].map(({ value }) => value.copy());
    model.trainStep(x, y);
    [...model.parameters].forEach(({ name, value }, i) => {
      const data = value.copy().data.map((v, j) => v - before[i]!.data[j]!);
      const moved = globalNorm([tensor(data, { dtype: 'float64' })]);
      const found = parameters[i]!;
      expect(found.name).toBe(name);
      expect(found.norm).toBeCloseTo(globalNorm([before[i]!]), 6);
      if (found.norm > 0) expect(found.updateRatio).toBeCloseTo(moved / found.norm, 6);
      else expect(found.updateRatio).toBe(Infinity);
    });
  });

  it('answers for models in models, and for models without recurrent layers', () => {
    const inner = new Sequential([new SimpleRNN({ units: 2, returnSequences: true }), new GRU({ units: 3 })]);
    const { layers } = gradientFlow(compiled([inner]), x, y, { jacobians: 'last', rows: [1, 2] });
    expect(layers.map(({ name, kind }) => [name, kind])).toEqual([
      ['sequential1.simpleRNN1', 'SimpleRNN'],
      ['sequential1.gru1', 'GRU'],
    ]);
    expect(layers[0]!.jacobians.h).toHaveLength(2 * (T + 1));
    expect(layers[0]!.recurrent?.spectralRadius).toBeCloseTo(1, 6);
    const flat = gradientFlow(compiled([]), randomNormal([B, I]), y);
    expect([flat.layers, flat.parameters.length]).toEqual([[], 2]);
  });

  it('computes pairs, the last and the triangle, with and without matrices', () => {
    const model = compiled([new LSTM({ units: H })]);
    const flow = (jacobians: 'last' | 'triangle' | [number, number][], keepJacobians = false) =>
      gradientFlow(model, x, y, { jacobians, keepJacobians }).layers[0]!.jacobians;
    const all = flow('triangle');
    expect(all.c).toHaveLength(((T + 1) * (T + 2)) / 2);
    const norm = (from: number, to: number) => all.c!.find((each) => each.from === from && each.to === to)!.norm;
    for (const { from, to, norm: found, jacobian } of flow(
      [
        [2, 5],
        [0, T],
        [3, 3],
      ],
      true,
    ).c!) {
      expect(Math.abs(found - norm(from, to))).toBeLessThan(1e-12);
      expect(jacobian!.shape).toEqual([H, H]);
    }
    expect(flow('last').h!.map(({ from, to }) => [from, to])).toEqual(Array.from({ length: T + 1 }, (_, i) => [i, T]));
  });
});
