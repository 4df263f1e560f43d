import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LSTM,
  LSTMCell,
  type LSTMLayerOptions,
  Random,
  randomNormal,
  Sequential,
  type Tensor,
  tensor,
  unstack,
} from '../../lib/index.ts';
import { gradcheck, type RecurrentLayerOptions, recurrentProperties } from '../../lib/verify/index.ts';
import { expectBits, largestDifference } from '../support/bits.ts';

const dtype = 'float64';
const { exp, tanh } = Math;
const [H, P, I] = [5, 3, 4];

const sigmoid = (a: number): number => 1 / (1 + exp(-a));
const rowOf = (array: Tensor): number[] => array.toArray() as number[];

function layerOf(options: Partial<LSTMLayerOptions> = {}): LSTM {
  const given = { units: H, projectionSize: P, inputSize: I, returnSequences: true, dtype, ...options } as const;
  const layer = new LSTM(given).build();
  const random = new Random(3);
  for (const parameter of layer.parameters) {
    parameter.assign(randomNormal(parameter.value.shape, { seed: random, sd: 0.5, dtype }));
  }
  return layer;
}

/** (L1) to (L5) and (L11) for one row, on plain arrays. */
function stepByHand(cell: LSTMCell, x: readonly number[], h: readonly number[], c: readonly number[]) {
  const affine = (gate: 'input' | 'forget' | 'candidate' | 'output'): number[] => {
    const { W, b } = cell.gate(gate);
    return c.map((_, j) => [...h, ...x].reduce((sum, v, k) => sum + W.get(j, k) * v, b?.get(j) ?? 0));
  };
  const [i, f, o] = [affine('input').map(sigmoid), affine('forget').map(sigmoid), affine('output').map(sigmoid)];
  const g = affine('candidate').map(tanh);
  const state = c.map((v, j) => i[j]! * g[j]! + f[j]! * v);
  const projection = cell.parameters.get('projection').value; // [H, P]
  const m = state.map((v, j) => o[j]! * tanh(v));
  const output = Array.from({ length: P }, (_, p) => m.reduce((sum, v, j) => sum + projection.get(j, p) * v, 0));
  return [output, state] as const;
}

const VARIANTS: Readonly<Record<string, Partial<LSTMLayerOptions>>> = {
  plain: {},
  'no bias': { useBias: false },
  'one feature': { projectionSize: 1 },
  'as many features as units': { projectionSize: H },
  peepholes: { peepholes: true },
  'forget gate coupled': { coupledGate: 'forget' },
  'input gate coupled, peepholes': { coupledGate: 'input', peepholes: true },
  'other activations': { activation: 'softsign', recurrentActivation: 'tanh', outputActivation: 'linear' },
  clip: { clip: 1.5 },
};

describe('an LSTM with a projection', () => {
  it('computes its equations', () => {
    const [B, T] = [2, 6];
    const layer = layerOf();
    const x = randomNormal([B, T, I], { seed: 1, dtype });
    const initialState = { h: randomNormal([B, P], { seed: 2, dtype }), c: randomNormal([B, H], { seed: 3, dtype }) };
    const { output, state } = layer.forward(x, { initialState, returnState: true });
    expect([output.shape, state.h.shape, state.c.shape]).toEqual([
      [B, T, P],
      [B, P],
      [B, H],
    ]);
    for (let b = 0; b < B; b++) {
      let [h, c] = [rowOf(initialState.h.pick(b)), rowOf(initialState.c.pick(b))];
      for (let t = 0; t < T; t++) {
        const next = stepByHand(layer.cell, rowOf(x.pick(b, t)), h, c);
        [h, c] = [next[0], next[1]];
        expect(largestDifference(output.pick(b, t).copy(), tensor(h, { dtype }))).toBeLessThan(1e-14);
      }
      expect(largestDifference(state.c.pick(b).copy(), tensor(c, { dtype }))).toBeLessThan(1e-14);
    }
  });

  it.each(
    Object.entries(VARIANTS).flatMap(([name, each]) =>
      [1, 7].flatMap((T) => [true, false].map((every) => [name, T, every, each] as const)),
    ),
  )('has the gradients of finite differences: %s, T = %i, returnSequences %p', (_, T, returnSequences, each) => {
    const layer = layerOf({ returnSequences, ...each });
    const width = layer.cell.outputWidth;
    const x = randomNormal([2, T, I], { seed: 4, dtype });
    const initialState = {
      h: randomNormal([2, width], { seed: 5, dtype }),
      c: randomNormal([2, H], { seed: 6, dtype }),
    };
    const report = gradcheck(layer, { x, initialState });
    expect(`${report}`).toMatch(/^gradcheck passed/);
    expect(report.variables.map(({ name }) => name)).toContain('projection');
  });

  it('of the identity is an LSTM without one, also with options', () => {
    for (const options of Object.values(VARIANTS)) {
      const projected = layerOf({ ...options, projectionSize: H });
      const { projectionSize: _, ...rest } = {
        units: H,
        inputSize: I,
        returnSequences: true,
        dtype,
        ...options,
      } as const;
      const plain = new LSTM(rest).build();
      for (const { name, value } of projected.parameters) {
        if (name !== 'projection') plain.parameters.get(name).assign(value);
      }
      for (let j = 0; j < H; j++) {
        for (let p = 0; p < H; p++) projected.parameters.get('projection').value.set(j, p, j === p ? 1 : 0);
      }
      const [x, dy] = [randomNormal([2, 5, I], { seed: 7, dtype }), randomNormal([2, 5, H], { seed: 8, dtype })];
      expectBits(projected.forward(x), plain.forward(x));
      expect(largestDifference(projected.backward(dy).dx, plain.backward(dy).dx)).toBeLessThan(1e-14);
    }
  });

  it('gives the bits of forward as a stream, as a stepped cell, and without a tape', () => {
    for (const peepholes of [false, true]) {
      const layer = new LSTM({ units: 9, projectionSize: 5, inputSize: 3, peepholes, returnSequences: true });
      const x = randomNormal([2, 8, 3], { seed: 9 });
      const whole = layer.forward(x);
      expectBits(layer.forward(x, { inference: true }), whole);
      const stream = layer.stream({ batchSize: 2 });
      const state = stream.zeroState();
      let stepped = layer.cell.zeroState(2);
      unstack(x, 1).forEach((xt, t) => {
        expectBits(stream.step(xt, state).copy(), whole.pick(null, t).copy());
        stepped = layer.cell.step(xt, stepped)[1];
        expectBits(stepped.h, whole.pick(null, t).copy());
        expectBits(stepped.c, state.c);
      });
    }
  });

  it('gives the same bits of all gradients by segments', () => {
    const x = randomNormal([2, 20, 3], { seed: 4 });
    const dy = randomNormal([2, 20, 5], { seed: 5 });
    const [whole, segments] = [{}, { checkpoint: 3 }].map((through) => {
      const layer = new LSTM({ units: 9, projectionSize: 5, inputSize: 3, returnSequences: true });
      layer.forward(x, through);
      const { dx } = layer.backward(dy);
      return [dx, ...[...layer.parameters].map(({ gradient }) => gradient.copy())];
    });
    whole!.forEach((expected, k) => {
      expectBits(segments![k]!, expected);
    });
  });

  const make = ({ units, ...rest }: RecurrentLayerOptions): LSTM =>
    new LSTM({ units, projectionSize: Math.ceil(units / 2), ...rest });
  const stack = (layers: LSTM[], type: 'float32' | 'float64'): Sequential => new Sequential(layers, { dtype: type });
  const properties = Object.entries(recurrentProperties(make, { maxT: 5, stack }));
  it.each(properties)('%s', (_, property) => {
    fc.assert(property, { numRuns: 50 });
  });

  it('has all properties but those of permuted units and of bounds', () => {
    expect(properties.map(([name]) => name)).toEqual(
      Object.keys(recurrentProperties((options) => new LSTM(options), { kind: 'other', stack })).filter(
        (name) => !/^(permuted units|units with equal)/.test(name),
      ),
    );
  });

  it('is saved with its size', () => {
    const model = new Sequential([new LSTM({ units: 4, projectionSize: 2 })], { inputSize: 3 }).build();
    const copy = Sequential.fromBytes(model.toBytes());
    const x = randomNormal([2, 4, 3], { seed: 5 });
    expectBits(copy.predict(x), model.predict(x));
    expect((copy.layers[0] as unknown as LSTM).cell.projectionSize).toBe(2);
  });

  it('needs a size from 1 to the number of units', () => {
    expect(() => new LSTM({ units: 4, projectionSize: 5 })).toThrow(
      'LSTM: "projectionSize" must be an integer from 1 to 4',
    );
    expect(
      new LSTM({ units: 4, projectionSize: 4, inputSize: 1 }).build().parameters.get('projection').value.shape,
    ).toEqual([4, 4]);
    expect(new LSTMCell({ units: 4, projectionSize: 4 }).outputRange).toEqual([-Infinity, Infinity]);
  });
});
