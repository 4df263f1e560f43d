import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LayerNormLSTM,
  LayerNormLSTMCell,
  type LayerNormLSTMLayerOptions,
  type LayerNormPlacement,
  Random,
  RNN,
  randomNormal,
  Sequential,
  type Tensor,
  tensor,
  unstack,
} from '../../lib/index.ts';
import { gradcheck, recurrentProperties } from '../../lib/verify/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';
import { float64 } from '../support/compare.ts';

const dtype = 'float64';
const { exp, max, min, sqrt, tanh } = Math;
const PLACEMENTS: readonly LayerNormPlacement[] = ['products', 'productsAndState', 'gatesAndState'];
const GATES = ['input', 'forget', 'candidate', 'output'] as const;

type Row = readonly number[];

const sigmoid = (a: number): number => 1 / (1 + exp(-a));
const mean = (v: Row): number => v.reduce((sum, x) => sum + x, 0) / v.length;
const rowOf = (array: Tensor): number[] => array.toArray() as number[];

/** (N1) */
function normal(v: Row, epsilon: number): number[] {
  const centre = mean(v);
  const deviation = sqrt(mean(v.map((x) => (x - centre) ** 2)) + epsilon);
  return v.map((x) => (x - centre) / deviation);
}

/** A layer whose parameters are all random, so that no gain is 1 and no offset 0. */
function layerOf(options: Partial<LayerNormLSTMLayerOptions> = {}, inputSize = 3): LayerNormLSTM {
  const layer = new LayerNormLSTM({ units: 5, inputSize, returnSequences: true, dtype, ...options }).build();
  const random = new Random(7);
  for (const parameter of layer.parameters) {
    const { shape } = parameter.value;
    parameter.assign(randomNormal(shape, { seed: random, sd: 0.5, dtype, mean: shape.length === 1 ? 0.8 : 0 }));
  }
  return layer;
}

/** The equations for one row, on plain arrays: independent of kernels, storage and order of blocks. */
function stepByHand(cell: LayerNormLSTMCell, x: Row, h: Row, c: Row): [h: number[], c: number[]] {
  const { units: H, normalized, epsilon, parameters, clip = Infinity } = cell;
  const vector = (name: string): number[] => rowOf(parameters.get(name).value);
  const product = (gate: (typeof GATES)[number], from: number, input: Row): number[] =>
    Array.from({ length: H }, (_, j) => input.reduce((sum, v, k) => sum + cell.gate(gate).W.get(j, from + k) * v, 0));
  const joined = (of: (gate: (typeof GATES)[number], k: number) => Row): number[] => GATES.flatMap(of);
  const [Vx, Uh] = [joined((gate) => product(gate, H, x)), joined((gate) => product(gate, 0, h))];
  const b = cell.useBias ? vector('bias') : Vx.map(() => 0);
  let a: number[];
  if (normalized === 'gatesAndState') {
    const gain = vector('gateGain');
    const sums = Vx.map((v, k) => v + Uh[k]!);
    const n = joined((_, g) => normal(sums.slice(g * H, (g + 1) * H), epsilon)); // (N3)
    a = n.map((v, k) => gain[k]! * v + b[k]!);
  } else {
    const [forX, forH] = [vector('inputGain'), vector('recurrentGain')];
    const [nx, nh] = [normal(Vx, epsilon), normal(Uh, epsilon)]; // (N2)
    a = nx.map((v, k) => forX[k]! * v + forH[k]! * nh[k]! + b[k]!);
  }
  const block = (g: number): number[] => a.slice(g * H, (g + 1) * H).map((v) => max(-clip, min(clip, v)));
  const [i, f, g, o] = [
    block(0).map(sigmoid),
    block(1).map(sigmoid),
    block(2).map(tanh),
    block(3).map(sigmoid),
  ] as const;
  const sum = c.map((v, j) => i[j]! * g[j]! + f[j]! * v);
  const [gain, offset] = [vector('stateGain'), vector('stateOffset')];
  const state = normal(sum, epsilon).map((v, j) => gain[j]! * v + offset[j]!); // (N4), (N5)
  return [state.map((v, j) => o[j]! * tanh(v)), normalized === 'products' ? sum : state];
}

describe.each(PLACEMENTS)('LayerNormLSTMCell, %s', (normalized) => {
  it.each([
    [true, undefined],
    [false, 0.6],
  ])('computes its equations, bias %p, clip %p', (useBias, clip) => {
    const [B, T, H] = [2, 6, 5];
    const layer = layerOf({ normalized, useBias, epsilon: 1e-3, ...(clip !== undefined && { clip }) });
    const x = randomNormal([B, T, 3], { seed: 1, dtype });
    const initialState = { h: randomNormal([B, H], { seed: 2, dtype }), c: randomNormal([B, H], { seed: 3, dtype }) };
    const { output, state } = layer.forward(x, { initialState, returnState: true });
    for (let b = 0; b < B; b++) {
      let [h, c] = [rowOf(initialState.h.pick(b)), rowOf(initialState.c.pick(b))];
      for (let t = 0; t < T; t++) {
        [h, c] = stepByHand(layer.cell, rowOf(x.pick(b, t)), h, c);
        expect(largestDifference(output.pick(b, t).copy(), tensor(h, { dtype }))).toBeLessThan(1e-13);
      }
      expect(largestDifference(state.c.pick(b).copy(), tensor(c, { dtype }))).toBeLessThan(1e-13);
    }
  });

  const options: Readonly<Record<string, Partial<LayerNormLSTMLayerOptions>>> = {
    default: {},
    'no bias': { useBias: false },
    'other activations': { activation: 'softsign', recurrentActivation: 'tanh' },
    clip: { clip: 0.9 },
    'one unit': { units: 1 },
  };
  it.each(
    Object.entries(options).flatMap(([name, each]) =>
      [1, 7].flatMap((T) => [true, false].map((every) => [name, T, every, each] as const)),
    ),
  )('has the gradients of finite differences: %s, T = %i, returnSequences %p', (_, T, returnSequences, each) => {
    const layer = layerOf({ normalized, returnSequences, ...each });
    const H = layer.cell.units;
    const initialState = { h: randomNormal([2, H], { seed: 3, dtype }), c: randomNormal([2, H], { seed: 5, dtype }) };
    const report = gradcheck(layer, { x: randomNormal([2, T, 3], { seed: 4, dtype }), initialState });
    expect(`${report}`).toMatch(/^gradcheck passed/);
  });

  it('gives in float32 what it gives in float64', () => {
    const single = new LayerNormLSTM({ units: 33, inputSize: 9, normalized, returnSequences: true }).build();
    const double = layerOf({ normalized, units: 33 }, 9);
    for (const { name, value } of double.parameters) single.parameters.get(name).assign(value); // rounded
    for (const { name, value } of single.parameters) double.parameters.get(name).assign(value);
    const [x, dy] = [randomNormal([3, 12, 9], { seed: 1 }), randomNormal([3, 12, 33], { seed: 2 })];
    expect(largestDifference(single.forward(x), double.forward(x))).toBeLessThan(1e-6);
    const [a, b] = [single.backward(dy), double.backward(dy)];
    const scaleOf = (array: Tensor): number => max(...float64(array).data.map(Math.abs));
    expect(largestDifference(a.dx, b.dx, scaleOf(b.dx))).toBeLessThan(5e-6);
    for (const { name, gradient } of double.parameters) {
      const got = single.parameters.get(name).gradient;
      expect(`${name} ${largestDifference(got, gradient, scaleOf(gradient)) < 5e-6}`).toBe(`${name} true`);
    }
  });

  it('gives the bits of forward as a stream, as a stepped cell, and without a tape', () => {
    const layer = new LayerNormLSTM({ units: 5, inputSize: 3, normalized, returnSequences: true });
    const x = randomNormal([2, 8, 3], { seed: 3 });
    const whole = layer.forward(x);
    expectBits(layer.forward(x, { inference: true }), whole);
    const stream = layer.stream({ batchSize: 2 });
    const state = stream.zeroState();
    let stepped = layer.cell.zeroState(2);
    unstack(x, 1).forEach((xt, t) => {
      expectBits(stream.step(xt, state).copy(), whole.pick(null, t).copy());
      stepped = layer.cell.step(xt, stepped)[1];
      expectBits(stepped.h, whole.pick(null, t).copy());
    });
  });

  it('gives the same bits of all gradients by segments', () => {
    const x = randomNormal([2, 20, 3], { seed: 4 });
    const dy = randomNormal([2, 20, 5], { seed: 5 });
    const [whole, segments] = [{}, { checkpoint: 3 }].map((through) => {
      const layer = new LayerNormLSTM({ units: 5, inputSize: 3, normalized, returnSequences: true });
      layer.forward(x, through);
      const { dx } = layer.backward(dy);
      return [dx, ...[...layer.parameters].map(({ gradient }) => gradient.copy())];
    });
    whole!.forEach((expected, k) => {
      expectBits(segments![k]!, expected);
    });
  });

  it('does not depend on the scale of the kernels, but for ε', () => {
    const x = randomNormal([2, 6, 3], { seed: 6, dtype });
    const outputs = [1, 1000].map((scale) => {
      const layer = layerOf({ normalized, epsilon: 1e-12 });
      for (const name of ['kernel', 'recurrentKernel']) {
        const { value } = layer.parameters.get(name);
        for (let j = 0; j < value.size; j++) {
          const at = [Math.floor(j / value.shape[1]!), j % value.shape[1]!] as const;
          value.set(...at, scale * value.get(...at));
        }
      }
      return layer.forward(x);
    });
    expect(largestDifference(outputs[0]!, outputs[1]!)).toBeLessThan(1e-9);
  });

  const make = ({ returnSequences, ...rest }: { readonly units: number; readonly returnSequences: boolean }) =>
    new LayerNormLSTM({ normalized, epsilon: 0.01, ...rest, returnSequences });
  it.each(Object.entries(recurrentProperties(make, { kind: 'other', maxT: 5 })))('%s', (_, property) => {
    fc.assert(property, { numRuns: 30 });
  });

  it('is saved with its options, and loaded with its class', () => {
    const given = { units: 3, normalized, epsilon: 0.001, unitForgetBias: false, clip: 2.5 } as const;
    for (const layer of [new LayerNormLSTM(given), new RNN({ cell: new LayerNormLSTMCell(given) })]) {
      const model = new Sequential([layer], { inputSize: 2 }).build();
      const copy = Sequential.fromBytes(model.toBytes(), { classes: [LayerNormLSTM, LayerNormLSTMCell] });
      const y = randomNormal([2, 4, 2], { seed: 5 });
      expectBits(copy.predict(y), model.predict(y));
      expect((copy.layers[0] as unknown as LayerNormLSTM).cell).toMatchObject(given);
    }
    class Mine extends LayerNormLSTMCell {}
    const mine = new Sequential([new RNN({ cell: new Mine({ units: 1 }) })], { inputSize: 1 }).build();
    expect(() => mine.toBytes()).toThrow('be around cells whose class defines config');
  });
});

describe('LayerNormLSTMCell', () => {
  it('starts with gains of 1, an offset of 0, and a forget bias of 1', () => {
    const cell = new LayerNormLSTMCell({ units: 2 }).build(3);
    const values = [...cell.parameters].map(({ name, value }) => [name, value.shape.length === 1 && value.toArray()]);
    expect(Object.fromEntries(values)).toEqual({
      recurrentKernel: false,
      kernel: false,
      bias: [0, 0, 1, 1, 0, 0, 0, 0],
      inputGain: [1, 1, 1, 1, 1, 1, 1, 1],
      recurrentGain: [1, 1, 1, 1, 1, 1, 1, 1],
      stateGain: [1, 1],
      stateOffset: [0, 0],
    });
    const biased = new LayerNormLSTMCell({ units: 1, unitForgetBias: false, biasInitializer: { output: -1 } }).build(3);
    expect(biased.parameters.get('bias').value.toArray()).toEqual([0, 0, 0, -1]);
  });

  it("declares a memory only where c = i⊙g + f⊙c' holds", () => {
    const memories = PLACEMENTS.map((normalized) => new LayerNormLSTMCell({ units: 1, normalized }).memory);
    expect(memories).toEqual([{ state: 'c', keep: 'forget', write: 'input' }, undefined, undefined]);
    expect(new LayerNormLSTMCell({ units: 1, recurrentActivation: 'tanh' }).memory).toBeUndefined();
  });
});
