import { describe, expect, it } from '@jest/globals';
import { type FlowOptions, gradientFlow, type Verdict } from '../../lib/flow/index.ts';
import {
  Adam,
  Dense,
  GRU,
  initializers,
  type Layer,
  LSTM,
  MeanSquaredError,
  type Optimizer,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
} from '../../lib/index.ts';
import { PlainCell } from '../support/flow.ts';

const { uniform, constant, orthogonal } = initializers;
const start = (sd: number) => initializers.normal({ sd });

function verdicts(layers: Layer[], T: number, options: FlowOptions = {}, compile: object = {}, scale = 1): Verdict[] {
  const model = new Sequential([...layers, new Dense({ units: 1 })], { seed: 1 });
  const optimizer: Optimizer = new Adam();
  model.compile({ optimizer, loss: new MeanSquaredError(), ...compile });
  const x = randomNormal([4, T, 2], { seed: 2, sd: scale });
  return [...gradientFlow(model, x, randomNormal([4, 1], { seed: 3 }), options).verdicts];
}
const kinds = (found: Verdict[]): string[] => found.map(({ kind, where }) => `${kind} ${where}`);

describe('verdicts', () => {
  it('verdicts are empty for healthy networks', () => {
    expect(verdicts([new LSTM({ units: 8 })], 10)).toEqual([]);
    expect(verdicts([new LSTM({ units: 16, returnSequences: true }), new LSTM({ units: 16 })], 8)).toEqual([]);
    expect(verdicts([new GRU({ units: 8 })], 6)).toEqual([]);
    expect(verdicts([new SimpleRNN({ units: 8 })], 5)).toEqual([]);
  });

  it('see an explosion, and clip at the mean of recent norms', () => {
    const grown = () =>
      new SimpleRNN({ units: 8, activation: 'relu', recurrentInitializer: uniform({ low: 0.1, high: 0.3 }) });
    const [first] = verdicts([grown()], 20);
    expect(first).toMatchObject({ kind: 'exploding', where: 'simpleRNN1', numbers: { clipAt: 1 } });
    expect(first!.numbers.growth).toBeGreaterThan(100);
    const recentNorms = [2, 3, 4, Number.NaN, 3, 3];
    const [known] = verdicts([grown()], 20, { recentNorms });
    expect(known!.remedy).toBe('Clip by global norm at about 3, the mean norm of the last 5 steps.');
    expect(known!.numbers).toMatchObject({ clipAt: 3, steps: 5 });
    const [clipped] = verdicts([grown()], 20, { recentNorms }, { clip: { globalNorm: 1 } });
    expect(clipped!.remedy).toContain('already clipped: lower the learning rate (now 0.001)');
  });

  it('name the layer of a stack in which it happens', () => {
    const lower = new LSTM({ units: 4, returnSequences: true });
    const upper = new SimpleRNN({
      units: 8,
      activation: 'relu',
      recurrentInitializer: uniform({ low: 0.15, high: 0.3 }),
    });
    const explosions = kinds(verdicts([lower, upper], 20)).filter((each) => each.startsWith('exploding'));
    expect(explosions).toEqual(['exploding simpleRNN1']); // what the LSTM below gets of it is no fault of its own
  });

  it('see a spike among recent norms', () => {
    const found = verdicts([new LSTM({ units: 8 })], 10, { recentNorms: Array(10).fill(2 ** -10) as number[] });
    expect(found[0]).toMatchObject({ kind: 'exploding', numbers: { clipAt: 2 ** -10, steps: 10 } });
  });

  it('see what is not finite', () => {
    const found = verdicts([new SimpleRNN({ units: 4, activation: 'relu', recurrentInitializer: start(1e12) })], 30);
    expect(found[0]).toMatchObject({ kind: 'exploding' });
    expect(found[0]!.finding).toContain('training cannot take this step');
  });

  it('see gradients vanish in an LSTM, and name the bias that would hold them', () => {
    const [first] = verdicts([new LSTM({ units: 8, unitForgetBias: false })], 50);
    expect(first).toMatchObject({ kind: 'vanishing', where: 'lstm1' });
    const { forgetBias, horizon } = first!.numbers;
    expect(horizon).toBeLessThan(50);
    const kept = 1 / (1 + Math.exp(-forgetBias!));
    expect(kept ** 50).toBeCloseTo(1e-3, 8);
    expect(first!.remedy).toContain("forget gate's bias to about 1.9");
  });

  it('verdicts on a GRU name its update gate, never a forget gate', () => {
    const [first] = verdicts([new GRU({ units: 8 })], 50);
    expect(first).toMatchObject({ kind: 'vanishing', where: 'gru1' });
    expect(first!.remedy).toContain('update gate');
    expect(first!.remedy).not.toContain('forget');
    expect((1 - 1 / (1 + Math.exp(-first!.numbers.updateBias!))) ** 50).toBeCloseTo(1e-3, 8);
  });

  it('verdicts on a SimpleRNN name its weights, and their spectrum if it is known', () => {
    const small = () => new SimpleRNN({ units: 8, recurrentInitializer: start(0.1) });
    expect(verdicts([small()], 20)[0]!.remedy).toMatch(
      /^Initialize the recurrent weights orthogonally, or use an LSTM/,
    );
    const [known] = verdicts([small()], 20, { spectrum: true });
    expect(known!.numbers.spectralRadius).toBeLessThan(0.7);
    const own = new RNN({ cell: new PlainCell({ units: 8, recurrentInitializer: start(0.1) }) });
    expect(verdicts([own], 20)[0]!.remedy).toBe('Initialize the recurrent weights orthogonally.');
    const steep = new SimpleRNN({ units: 8, recurrentInitializer: orthogonal(), kernelInitializer: start(3) });
    expect(verdicts([steep], 20, { spectrum: true })[0]!.remedy).toContain('so the cause is the small slope of tanh');
  });

  it('see a lower layer starve', () => {
    const thin = { units: 4, returnSequences: true, kernelInitializer: start(1e-3) };
    const layers = [
      new LSTM({ units: 4, returnSequences: true }),
      new LSTM(thin),
      new LSTM({ ...thin, returnSequences: false }),
    ];
    expect(verdicts(layers, 5).find(({ where }) => where === 'lstm1')).toMatchObject({ kind: 'vanishing' });
  });

  it('see saturation, but not in a gate that holds on', () => {
    const found = verdicts([new LSTM({ units: 8, kernelInitializer: start(20) })], 6);
    expect(found.some(({ kind, finding }) => kind === 'saturated' && finding.includes('"candidate"'))).toBe(true);
    const open = new LSTM({
      units: 4,
      unitForgetBias: false,
      biasInitializer: (shape) => Float32Array.from({ length: shape[0]! }, (_, j) => (j >= 4 && j < 8 ? 8 : 0)),
    });
    expect(kinds(verdicts([open], 6))).toEqual([]);
    const shut = new LSTM({
      units: 4,
      unitForgetBias: false,
      biasInitializer: (shape) => Float32Array.from({ length: shape[0]! }, (_, j) => (j >= 4 && j < 8 ? -8 : 0)),
    });
    expect(kinds(verdicts([shut], 3))).toContain('saturated lstm1');
    const dead = new SimpleRNN({ units: 6, activation: 'relu', biasInitializer: constant(-20) });
    const [first, second] = verdicts([dead], 5);
    expect([first!.kind, second!.kind]).toEqual(['vanishing', 'saturated']);
    expect(second!.remedy).toContain('bias a little above 0');
  });

  it('see steps that are too large or too small, and the rate that would suit', () => {
    const large = verdicts([new LSTM({ units: 8 })], 6, {}, { optimizer: new Adam({ learningRate: 1 }) });
    expect(large.map(({ kind }) => kind)).toEqual(['update']);
    expect(large[0]!.numbers.suited! * (large[0]!.numbers.ratio! / 1)).toBeCloseTo(1e-3, 10);
    const small = verdicts([new LSTM({ units: 8 })], 6, {}, { optimizer: new SGD({ learningRate: 1e-9 }) });
    expect(small[0]!.remedy).toContain('Raise the learning rate');
    expect(verdicts([new LSTM({ units: 8 })], 6, {}, { optimizer: new SGD({ learningRate: 0 }) })).toEqual([]);
  });
});
