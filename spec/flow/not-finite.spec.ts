import { describe, expect, it } from '@jest/globals';
import { type FlowOptions, gradientFlow, type Verdict } from '../../lib/flow/index.ts';
import { Adam, Dense, GRU, MeanSquaredError, randomNormal, Sequential, SimpleRNN, tensor } from '../../lib/index.ts';

const [B, T, I] = [3, 5, 2];
const y = randomNormal([B, 1], { seed: 2 });
const clean = randomNormal([B, T, I], { seed: 1 });

function built() {
  const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 1 })]).build(I);
  return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
}

function verdict(model: Sequential, x = clean, options: FlowOptions = {}): Verdict {
  const { verdicts } = gradientFlow(model, x, y, options);
  expect(verdicts[0]!.finding).toContain('training cannot take this step');
  return verdicts[0]!;
}

describe('what is not finite', () => {
  it.each([Number.NaN, Infinity, 1e39])('blames the data for %f in x, with its place', (bad) => {
    const x = randomNormal([B, T, I], { seed: 1, dtype: 'float64' });
    x.set(1, 3, 0, bad);
    const found = verdict(built(), x);
    expect(found).toMatchObject({ kind: 'input', where: 'x' });
    expect(found.finding).toMatch(/Cause: (NaN|Infinity) in the forward pass: "x", step 3, row 1, unit 0\.$/);
    expect(found.remedy).toBe('Check the data: replace or remove NaN and infinities.');
    expect(Object.keys(found.numbers)).toEqual(['loss', 'gradientNorm']);
  });

  it('blames the initial state for NaN in it', () => {
    const model = built();
    const state = model.stream({ batchSize: B }).zeroState();
    state.gru1!.h!.set(2, 1, Number.NaN);
    const found = verdict(model, clean, { state });
    expect(found).toMatchObject({ kind: 'input', where: 'gru1' });
    expect(found.finding).toContain('Cause: NaN in the forward pass of "gru1": "h", row 2, unit 1.');
    expect(found.remedy).toContain('Start from a zero state');
  });

  it('does not blame the learning rate for NaN in a parameter', () => {
    const model = built();
    model.parameters.get('gru1.kernel').value.set(1, 4, Number.NaN);
    const found = verdict(model);
    expect(found).toMatchObject({ kind: 'exploding', where: 'gru1.kernel' });
    expect(found.finding).toContain('"kernel", entry [1, 4].');
    expect(found.remedy).toContain('Load parameters that were saved earlier');
  });

  it('reports an explosion in the layer where the first NaN appears', () => {
    const model = new Sequential([new SimpleRNN({ units: 2, activation: 'relu' }), new Dense({ units: 1 })]).build(I);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    model.parameters.get('simpleRNN1.kernel').assign(
      tensor([
        [1, 1],
        [1, 1],
      ]),
    );
    model.parameters.get('simpleRNN1.recurrentKernel').assign(
      tensor([
        [1e20, 0],
        [0, 1e20],
      ]),
    );
    const found = verdict(model, randomNormal([B, T, I], { seed: 1, mean: 3, sd: 0.1 }));
    expect(found).toMatchObject({ kind: 'exploding', where: 'simpleRNN1' });
    expect(found.remedy).toBe('Lower the learning rate, and clip by global norm from the start.');
  });
});
