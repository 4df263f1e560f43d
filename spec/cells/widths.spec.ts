import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  type CellOptions,
  Dense,
  MeanSquaredError,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  stateFromBytes,
  stateToBytes,
  unstack,
  zeros,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';
import { ProjectedCell } from '../support/projected-cell.ts';

const dtype = 'float64';
const [H, P, I] = [4, 3, 5];

function layerOf(options: Partial<CellOptions> = {}, returnSequences = true): RNN<ProjectedCell> {
  return new RNN({ cell: new ProjectedCell(P, { units: H, ...options }), returnSequences });
}

describe('a cell with states of two widths', () => {
  it('has states, weights and outputs of its own widths', () => {
    const layer = layerOf({ inputSize: I }).build();
    expect(layer.cell.zeroState(2)).toEqual({ h: zeros([2, P]), c: zeros([2, H]) });
    expect([...layer.parameters].map(({ name, value }) => [name, value.shape])).toEqual([
      ['recurrentKernel', [P, 4 * H]],
      ['kernel', [I, 4 * H]],
      ['bias', [4 * H]],
      ['projection', [H, P]],
    ]);
    const { output, state } = layer.forward(zeros([2, 7, I]), { returnState: true });
    expect([output.shape, state.h.shape, state.c.shape]).toEqual([
      [2, 7, P],
      [2, P],
      [2, H],
    ]);
  });

  it('shows each gate on [h, x]', () => {
    const { cell, parameters } = layerOf({ inputSize: I }).build();
    const { W, dW, b } = cell.gate('forget');
    expect([W.shape, dW.shape, b!.shape]).toEqual([[H, P + I], [H, P + I], [H]]);
    const [recurrent, kernel] = ['recurrentKernel', 'kernel'].map((name) => parameters.get(name).value);
    expect(W.get(2, P - 1)).toBe(recurrent!.get(P - 1, H + 2));
    expect(W.get(2, P)).toBe(kernel!.get(0, H + 2));
    expect(W.get(H - 1, P + I - 1)).toBe(kernel!.get(I - 1, 2 * H - 1));
  });

  it.each([
    [1, true],
    [9, true],
    [9, false],
  ])('has the gradients of finite differences: T = %i, returnSequences %p', (T, returnSequences) => {
    const x = randomNormal([2, T, I], { seed: 1, dtype });
    const initialState = { h: randomNormal([2, P], { seed: 2, dtype }), c: randomNormal([2, H], { seed: 3, dtype }) };
    for (const options of [{ x }, { x, initialState }]) {
      const report = gradcheck(layerOf({ dtype }, returnSequences), options);
      expect(`${report}`).toMatch(/^gradcheck passed/);
      expect(report.variables.map(({ name }) => name)).toContain('projection');
    }
  });

  it('refuses states of other widths', () => {
    const layer = layerOf({ inputSize: I });
    const state = { h: zeros([1, H]), c: zeros([1, H]) };
    expect(() => layer.forward(zeros([1, 2, I]), { initialState: state })).toThrow(
      '"initialState.h" must have shape [1, 3]',
    );
    expect(() => layer.cell.step(zeros([1, I]), state)).toThrow('"state.h" must have shape [1, 3]');
    expect(() => layer.stream().step(zeros([1, I]), state)).toThrow('"state.h" must have shape [1, 3]');
  });

  it('gives the bits of forward as a stream, as a stepped cell, and from a file of its state', () => {
    const layer = layerOf({ inputSize: I });
    const x = randomNormal([2, 8, I], { seed: 4 });
    const whole = layer.forward(x);
    const stream = layer.stream({ batchSize: 2 });
    let state = stream.zeroState();
    let stepped = layer.cell.zeroState(2);
    unstack(x, 1).forEach((xt, t) => {
      state = stateFromBytes(stream, stateToBytes(stream, state));
      expectBits(stream.step(xt, state).copy(), whole.pick(null, t).copy());
      stepped = layer.cell.step(xt, stepped)[1];
      expectBits(stepped.h, state.h);
      expectBits(stepped.c, state.c);
    });
  });

  it('trains in a model, with the same bits by segments and over chunks', () => {
    const x = randomNormal([2, 12, I], { seed: 5 });
    const y = randomNormal([2, 12, 1], { seed: 6 });
    const optimizer = new SGD({ learningRate: 0 });
    const model = new Sequential([layerOf(), new Dense({ units: 1 })], { inputSize: I }).build();
    const norms = [{}, { checkpoint: 5 }, { checkpoint: { memory: 20_000 } }].map((options) => {
      model.compile({ optimizer, loss: new MeanSquaredError(), ...options });
      return model.trainStep(x, y).gradientNorm;
    });
    expect(norms[1]).toBe(norms[0]);
    expect(norms[2]).toBe(norms[0]);
    const [state, twice] = [model.stream({ batchSize: 2 }).zeroState(), model.stream({ batchSize: 2 }).zeroState()];
    model.trainStep(x, y, { state });
    for (const k of [0, 1]) {
      const [first, last] = [6 * k, 6];
      const chunk = (array: typeof x) => array.lo(0, first).hi(2, last);
      model.trainStep(chunk(x), chunk(y), { state: twice });
    }
    expectBits(twice.rnn1!.h!, state.rnn1!.h!);
    expectBits(twice.rnn1!.c!, state.rnn1!.c!);
  });

  it('is refused by gradientFlow, which measures states of H features', () => {
    const model = new Sequential([layerOf(), new Dense({ units: 1 })], { inputSize: I });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const flow = () => gradientFlow(model, zeros([2, 3, I]), zeros([2, 3, 1]));
    expect(flow).toThrow(`gradientFlow: "rnn1.cell.widthOf('h')" must be 4, as its units; received 3`);
  });
});
