import { describe, expect, it } from '@jest/globals';
import { type FlowOptions, type GradientFlow, gradientFlow } from '../../lib/flow/index.ts';
import { Adam, Dense, GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SimpleRNN } from '../../lib/index.ts';

const [B, T, H] = [4, 100, 4];
const dtype = 'float64';

/** Biases that hold on to the cell state and add to it at every step. */
const drifting = { input: 0, forget: 8, candidate: 0.4, output: 0 };

function modelWith(biases: Readonly<Record<string, number>>, returnSequences = false) {
  const lstm = new LSTM({
    units: H,
    returnSequences,
    unitForgetBias: false,
    biasInitializer: (shape) =>
      Float32Array.from({ length: shape[0]! }, (_, j) => Object.values(biases)[Math.floor(j / H)]!),
  });
  const model = new Sequential([lstm, new Dense({ units: 1 })], { seed: 7, dtype });
  return { lstm, model: model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() }) };
}

const x = randomNormal([B, T, 2], { seed: 2, sd: 0.3, dtype });

function flowOf(biases: Readonly<Record<string, number>>, options: FlowOptions = {}, sequences = false): GradientFlow {
  return gradientFlow(
    modelWith(biases, sequences).model,
    x,
    randomNormal(sequences ? [B, T, 1] : [B, 1], { seed: 3 }),
    options,
  );
}

describe('the cell state of an LSTM', () => {
  it('reports size and saturation of the cell state for each slot', () => {
    const { lstm, model } = modelWith(drifting);
    const { cellState } = gradientFlow(model, x, randomNormal([B, 1], { seed: 3 })).layers[0]!;
    let state = lstm.cell.zeroState(B);
    for (let t = 0; t <= T; t++) {
      const c = Array.from(state.c.data);
      expect(cellState!.largest.get(t)).toBe(Math.max(...c.map(Math.abs)));
      expect(cellState!.rms.get(t)).toBeCloseTo(Math.sqrt(c.reduce((sum, v) => sum + v * v, 0) / (B * H)), 13);
      for (let j = 0; j < H; j++) {
        const edge = c.filter((v, k) => k % H === j && Math.abs(Math.tanh(v)) > 0.95).length;
        expect(cellState!.saturated.get(t, j)).toBe(edge / B);
      }
      if (t < T) [, state] = lstm.cell.step(x.pick(null, t), state);
    }
    expect(cellState!.largest.get(T)).toBeGreaterThan(16);
  });

  it('gives the same cell state with checkpoints, and none for other layers', () => {
    const whole = flowOf(drifting).layers[0]!.cellState;
    const { model } = modelWith(drifting);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), checkpoint: 7 });
    expect(gradientFlow(model, x, randomNormal([B, 1], { seed: 3 })).layers[0]!.cellState).toEqual(whole);
    const layers = [new SimpleRNN({ units: 2, returnSequences: true }), new GRU({ units: 2 }), new Dense({ units: 1 })];
    const other = new Sequential(layers).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const found = gradientFlow(other, x, randomNormal([B, 1], { seed: 3 })).layers;
    expect(found.map(({ cellState }) => cellState)).toEqual([undefined, undefined]);
  });

  it.each([false, true])(
    'that drifts is a verdict, its horizon that of the exact norms; loss at every step: %s',
    (each) => {
      const { layers, verdicts } = flowOf(drifting, { jacobians: 'last' }, each);
      const [layer] = layers;
      const norm = (from: number): number => layer!.jacobians.h![from]!.norm;
      expect(norm(1)).toBeLessThan(1e-6); // tanh(c) is flat
      expect(layer!.jacobians.c![1]!.norm).toBeGreaterThan(0.5); // though c itself is held
      const { horizon } = layer!.decay;
      expect(norm(T - Math.floor(horizon))).toBeGreaterThan(1e-3);
      expect(norm(T - Math.ceil(horizon))).toBeLessThan(1e-3);
      expect(horizon).toBeLessThan(10);
      expect(verdicts.map(({ kind, where }) => [kind, where])).toEqual([
        ['vanishing', 'lstm1'],
        ['saturated', 'lstm1'],
      ]);
      expect(verdicts[0]!.finding).toMatch(
        /^Towards the past, ‖∂h_t\/∂h_i‖ shrinks: a thousandth remains after 3\.64 of 100 steps\.$/,
      );
      expect(verdicts[0]!.remedy).toBe(verdicts[1]!.remedy);
    },
  );

  it('detects drift without Jacobians, where gradients of a loss at every step show nothing', () => {
    const { layers, verdicts } = flowOf(drifting, {}, true);
    expect(layers[0]!.decay.horizon).toBeGreaterThan(1000);
    const [verdict, ...others] = verdicts;
    expect(others).toEqual([]);
    const { largest, rms } = layers[0]!.cellState!;
    const input = Array.from(layers[0]!.gates.input!.mean.data).reduce((a, b) => a + b) / (T * H);
    const { numbers } = verdict!;
    expect(numbers).toMatchObject({ share: 1, largest: Math.max(...largest.data), rms: rms.get(T) });
    expect(numbers.input).toBeCloseTo(input, 12);
    expect(1 / (1 + Math.exp(-numbers.inputBias!))).toBeCloseTo(input / rms.get(T), 12);
    expect(verdict!.finding).toMatch(
      /^The cell state reaches \|c\| = 3\d\.\d: in the second half of 100 steps, 100 % of tanh\(c\) are saturated/,
    );
  });

  it('removes the drift by the remedy', () => {
    const { inputBias } = flowOf(drifting).verdicts.find(({ kind }) => kind === 'saturated')!.numbers;
    const { layers, verdicts } = flowOf({ ...drifting, input: inputBias! }, { jacobians: [[1, T - 1]] });
    expect(verdicts.filter(({ kind }) => kind === 'saturated')).toEqual([]);
    expect(layers[0]!.cellState!.largest.get(T)).toBeLessThan(2);
    expect(layers[0]!.jacobians.h![0]!.norm).toBeGreaterThan(
      1000 * flowOf(drifting, { jacobians: [[1, T - 1]] }).layers[0]!.jacobians.h![0]!.norm,
    );
  });

  it('blames the initial state for drift from the first step', () => {
    const { model } = modelWith({ ...drifting, candidate: 0, input: -8 });
    const state = model.build(2).stream({ batchSize: B }).zeroState();
    state.lstm1!.c!.data.fill(-5);
    const [verdict] = gradientFlow(model, x, randomNormal([B, 1], { seed: 3 }), { state }).verdicts.filter(
      ({ kind }) => kind === 'saturated',
    );
    expect(verdict!.numbers.largest).toBeCloseTo(5, 0);
    expect(verdict!.remedy).toBe(
      'The initial state has already drifted: start from zeros, or from a state after fewer steps.',
    );
  });

  it('takes a shut input gate for a fault only where c stays small', () => {
    const shut = { input: -4, forget: 8, candidate: 0, output: 0 };
    const saturated = (biases: Readonly<Record<string, number>>) =>
      flowOf(biases).verdicts.filter(({ kind, finding }) => kind === 'saturated' && finding.includes('"input"'));
    expect(saturated({ ...shut, candidate: 1 })).toEqual([]);
    expect(saturated({ ...shut, input: -9 })).toHaveLength(1);
  });

  it('may be large in some units, or for some steps', () => {
    expect(flowOf({ ...drifting, forget: 1 }).verdicts.filter(({ kind }) => kind === 'saturated')).toEqual([]);
  });
});

describe('an initial state', () => {
  const y = randomNormal([B, 1], { seed: 3 });

  it('starts from the given state, as a training step does, and does not change it', () => {
    const { model } = modelWith({ input: 0, forget: 1, candidate: 0, output: 0 });
    const { state } = carried(model);
    const before = [...state.lstm1!.h!.data, ...state.lstm1!.c!.data];
    const flow = gradientFlow(model, x, y, { state, jacobians: [[0, 1]] });
    expect([...state.lstm1!.h!.data, ...state.lstm1!.c!.data]).toEqual(before);
    expect(flow.layers[0]!.cellState!.largest.get(0)).toBe(Math.max(...Array.from(state.lstm1!.c!.data, Math.abs)));
    const { loss, gradientNorm } = gradientFlow(model, x, y);
    const result = model.trainStep(x, y, { state });
    expect([flow.loss, flow.gradientNorm]).toEqual([result.loss, result.gradientNorm]);
    expect([loss, gradientNorm]).not.toEqual([flow.loss, flow.gradientNorm]);
  });

  /** A model with the state after some steps. */
  function carried(model: Sequential) {
    const state = model.build(2).stream({ batchSize: B }).zeroState();
    model.trainStep(x, y, { state });
    return { state };
  }
});
