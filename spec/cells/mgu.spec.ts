import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  type ActivationName,
  MeanSquaredError,
  MGU,
  MGUCell,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  unstack,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';
const { abs, exp, max, min, tanh } = Math;
const sigmoid = (a: number): number => 1 / (1 + exp(-a));

/** Equations (M1) to (M3) for one row, on plain arrays, with clipped pre-activations. */
function stepByHand(cell: MGUCell, x: readonly number[], h: readonly number[], clip = Infinity): number[] {
  const affine = (gate: 'forget' | 'candidate', recurrent: readonly number[]): number[] => {
    const { W, b } = cell.gate(gate);
    const input = [...recurrent, ...x];
    const sums = h.map((_, j) => input.reduce((sum, v, k) => sum + W.get(j, k) * v, b?.get(j) ?? 0));
    return sums.map((a) => max(-clip, min(clip, a)));
  };
  const f = affine('forget', h).map(sigmoid);
  const product = h.map((v, j) => f[j]! * v);
  const candidate = affine('candidate', product).map(tanh);
  return h.map((v, j) => (1 - f[j]!) * v + f[j]! * candidate[j]!);
}

describe('MGUCell', () => {
  it.each([undefined, 0.4])('computes its equations, clip %p', (clip) => {
    const [B, T, I, H] = [2, 7, 3, 5];
    const options = { units: H, inputSize: I, dtype, returnSequences: true, ...(clip && { clip }) } as const;
    const layer = new MGU({ ...options, biasInitializer: { forget: 0.5, candidate: -0.25 } });
    const x = randomNormal([B, T, I], { seed: 1, dtype });
    const h0 = randomNormal([B, H], { seed: 2, dtype });
    const y = layer.forward(x, { initialState: { h: h0 } });
    for (let b = 0; b < B; b++) {
      let h = h0.pick(b).toArray() as number[];
      for (let t = 0; t < T; t++) {
        h = stepByHand(layer.cell, x.pick(b, t).toArray() as number[], h, clip);
        expect(max(...h.map((v, j) => abs(v - y.get(b, t, j))))).toBeLessThan(1e-14);
      }
    }
  });

  const options: Readonly<Record<string, object>> = {
    default: {},
    'no bias': { useBias: false },
    'linear candidate, hard sigmoid': { activation: 'linear', recurrentActivation: 'hardSigmoidFifth' },
    'softsign, sigmoid': { activation: 'softsign' satisfies ActivationName },
    clip: { clip: 0.7 },
  };
  it.each(
    Object.entries(options).flatMap(([name, each]) =>
      [1, 9].flatMap((T) => [true, false].map((every) => [name, T, every, each] as const)),
    ),
  )('has the gradients of finite differences: %s, T = %i, returnSequences %p', (_, T, returnSequences, each) => {
    const layer = new MGU({ units: 3, dtype, seed: 2, returnSequences, ...each });
    const initialState = { h: randomNormal([2, 3], { seed: 3, dtype }) };
    const report = gradcheck(layer, { x: randomNormal([2, T, 4], { seed: 4, dtype }), initialState });
    expect(`${report}`).toMatch(/^gradcheck passed/);
  });

  it('gives the bits of forward as a stream, as a stepped cell, and without a tape', () => {
    const layer = new MGU({ units: 5, inputSize: 3, returnSequences: true });
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

  it('is saved with its options, and loaded with its class', () => {
    const given = { units: 3, activation: 'relu', recurrentActivation: 'hardSigmoidSixth', clip: 2.5 } as const;
    for (const layer of [new MGU(given), new RNN({ cell: new MGUCell(given) })]) {
      const model = new Sequential([layer], { inputSize: 2 }).build();
      const copy = Sequential.fromBytes(model.toBytes(), { classes: [MGU, MGUCell] });
      const x = randomNormal([2, 4, 2], { seed: 5 });
      expectBits(copy.predict(x), model.predict(x));
      const { activation, recurrentActivation, clip } = (copy.layers[0] as unknown as MGU).cell;
      expect({ units: 3, activation, recurrentActivation, clip }).toEqual(given);
      expect(() => Sequential.fromBytes(model.toBytes())).toThrow(
        `classes: [${layer.kind === 'RNN' ? 'MGUCell' : 'MGU'}]`,
      );
    }
    class Mine extends MGUCell {}
    const mine = new Sequential([new RNN({ cell: new Mine({ units: 1 }) })], { inputSize: 1 }).build();
    expect(() => mine.toBytes()).toThrow('be around cells whose class defines config');
  });

  it("declares its memory for gradientFlow: h = (1 − f)⊙h' + f⊙h̃", () => {
    expect(new MGUCell({ units: 1 }).memory).toEqual({ state: 'h', write: 'forget' });
    expect(new MGUCell({ units: 1, recurrentActivation: 'tanh' }).memory).toBeUndefined();
    const model = new Sequential([new MGU({ units: 4, biasInitializer: { forget: -4 } })], { inputSize: 2 }).build();
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const flow = gradientFlow(model, randomNormal([3, 12, 2], { seed: 1 }), randomNormal([3, 4], { seed: 2 }));
    const { forget, candidate } = flow.layers[0]!.gates;
    expect([forget, candidate].every((gate) => gate !== undefined)).toBe(true);
    forget!.mean.data.forEach((mean) => {
      expect(abs(mean - sigmoid(-4))).toBeLessThan(0.1);
    });
  });
});
