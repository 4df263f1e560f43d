import { describe, expect, it } from '@jest/globals';
import { type FlowOptions, gradientFlow, type Verdict } from '../../lib/flow/index.ts';
import {
  type CompileOptions,
  Dense,
  GRU,
  type Layer,
  LSTM,
  MeanSquaredError,
  RNN,
  Sequential,
  SGD,
  SimpleRNN,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { PlainCell } from '../support/flow.ts';

// Every number of a flow, where it can be worked out by hand.

const dtype = 'float64';

function modelOf(layers: Layer[], inputSize: number, options: Partial<CompileOptions> = {}): Sequential {
  const model = new Sequential(layers, { dtype }).build(inputSize);
  return model.compile({ optimizer: new SGD({ learningRate: 0.01 }), loss: new MeanSquaredError(), ...options });
}

/** h_t = 4·h_t₋₁ + 3·x_t from x = 1, 0, 0, …; L = h_T² */
function linear(T: number, options: FlowOptions & { readonly bias?: number } = {}) {
  const { bias, ...rest } = options;
  const model = modelOf([new RNN({ cell: new PlainCell({ units: 1, dtype, useBias: bias !== undefined }) })], 1);
  model.parameters.get('rnn1.kernel').assign(tensor([[3]]));
  model.parameters.get('rnn1.recurrentKernel').assign(tensor([[4]]));
  if (bias !== undefined) model.parameters.get('rnn1.bias').assign(tensor([bias], { dtype }));
  const x = zeros([1, T, 1]);
  x.set(0, 0, 0, 1);
  return gradientFlow(model, x, zeros([1, 1]), rest);
}

describe('a linear recurrence of two steps', () => {
  // h = 3, 12; L = 144; ∂L/∂h = 384, 96, 24; ∂L/∂w = 24·3, ∂L/∂k = 96·1
  it('gives loss, norms and ratios of a manual calculation', () => {
    const { loss, gradientNorm, layers, parameters } = linear(2);
    expect([loss, gradientNorm]).toEqual([144, 120]);
    expect(layers[0]!.stateGradients.h!.toArray()).toEqual([[384], [96], [24]]);
    expect(layers[0]).toMatchObject({ name: 'rnn1', kind: 'RNN', T: 2, B: 1, H: 1, recurrent: undefined });
    expect(layers[0]!.decay.rate).toBeCloseTo(4, 13);
    expect(layers[0]!.decay.horizon).toBe(Infinity);
    expect(parameters.map(({ name, norm, gradientNorm }) => [name, norm, gradientNorm])).toEqual([
      ['rnn1.recurrentKernel', 4, 72],
      ['rnn1.kernel', 3, 96],
    ]);
    expect(parameters[0]!.updateRatio).toBeCloseTo(0.18, 14);
    expect(parameters[1]!.updateRatio).toBeCloseTo(0.32, 14);
  });

  it('counts values and gradients in twenty bins, symmetric about 0', () => {
    const [{ values, gradients } = undefined!] = linear(2).parameters;
    const last = [...Array<number>(19).fill(0), 1];
    expect(values).toEqual({ low: -4, high: 4, counts: last });
    expect(gradients).toEqual({ low: -72, high: 72, counts: last });
    const model = modelOf([new Dense({ units: 1, useBias: false })], 5);
    model.parameters.get('dense1.kernel').assign(tensor([[-2], [-0.1], [0], [0.1], [1]]));
    const flow = gradientFlow(model, zeros([1, 5]), zeros([1, 1]));
    const counts = Array<number>(20).fill(0);
    [counts[0], counts[9], counts[10], counts[15]] = [1, 1, 2, 1]; // a bin is 0.2 wide
    expect(flow.parameters[0]!.values).toEqual({ low: -2, high: 2, counts });
  });

  it('names the step that is too large, and leaves biases out', () => {
    const update = (verdicts: readonly Verdict[]) => verdicts.filter(({ kind }) => kind === 'update');
    const [found, ...others] = update(linear(2).verdicts);
    expect(others).toEqual([]);
    expect(found!.where).toBe('rnn1.kernel');
    expect(Object.keys(found!.numbers)).toEqual(['ratio', 'learningRate', 'suited']);
    expect(found!.numbers.ratio).toBeCloseTo(0.32, 14);
    expect(found!.numbers.learningRate).toBe(0.01);
    expect(found!.numbers.suited).toBeCloseTo(0.01 / 320, 14);
    const flow = linear(2, { bias: 1e-6 });
    expect(flow.parameters[2]!.name).toBe('rnn1.bias');
    expect(flow.parameters[2]!.updateRatio).toBeGreaterThan(1e5);
    const [judged, ...more] = update(flow.verdicts);
    expect(more).toEqual([]);
    expect(judged!.where).toBe('rnn1.kernel');
    expect(judged!.finding).toContain('too much.'); // it alone
  });

  it('stands out among norms that were smaller', () => {
    const [found] = linear(2, { recentNorms: [1, 2, 3, 4, 5] }).verdicts;
    expect(found).toMatchObject({
      kind: 'exploding',
      where: 'rnn1.kernel',
      numbers: { times: 40, gradientNorm: 120, clipAt: 3, steps: 5 },
    });
  });

  it('explodes over four', () => {
    const { verdicts, gradientNorm } = linear(4);
    expect(verdicts[0]).toMatchObject({ kind: 'exploding', where: 'rnn1', numbers: { gradientNorm, clipAt: 1 } });
    expect(verdicts[0]!.numbers.rate).toBeCloseTo(4, 13);
    expect(verdicts[0]!.numbers.growth).toBeCloseTo(256, 10);
  });
});

describe('the spectrum of W_hh', () => {
  it('matches the spectrum of the matrix', () => {
    const layer = new SimpleRNN({ units: 3 });
    const model = modelOf([layer, new Dense({ units: 1 })], 1);
    // W_hh = [0 −2; 0.5 0] ⊕ [−0.25]: eigenvalues ±i and −0.25, singular values 2, 0.5 and 0.25
    layer.parameters.get('recurrentKernel').assign(
      tensor([
        [0, 0.5, 0],
        [-2, 0, 0],
        [0, 0, -0.25],
      ]),
    );
    const { recurrent } = gradientFlow(model, zeros([1, 2, 1]), zeros([1, 1]), { spectrum: true }).layers[0]!;
    const near = (values: unknown, expected: number[]) =>
      (values as number[]).flat().forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k]!, 14);
      });
    expect(recurrent!.eigenvalues.shape).toEqual([3, 2]);
    near(recurrent!.eigenvalues.toArray(), [0, 1, 0, -1, -0.25, 0]);
    near(recurrent!.singularValues.toArray(), [2, 0.5, 0.25]);
    near([recurrent!.spectralRadius, recurrent!.norm], [1, 2]);
  });
});

/** A layer whose gates stand where their biases put them, one for each block and unit. */
function standing(layer: LSTM | GRU, T: number, biases: readonly number[]) {
  const model = modelOf([layer, new Dense({ units: 1 })], 1);
  const zero = (name: string) => {
    const { value } = layer.parameters.get(name);
    layer.parameters.get(name).assign(zeros(value.shape));
  };
  for (const name of ['kernel', 'recurrentKernel']) zero(name);
  layer.parameters.get('bias').assign(tensor(biases, { dtype }));
  return gradientFlow(model, zeros([2, T, 1]), tensor([[1], [1]]));
}
const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

describe('gates', () => {
  it('gates have the mean, the saturated share and the histogram of their activations', () => {
    // input, forget, candidate, output of two units
    const { gates } = standing(new LSTM({ units: 2 }), 3, [0, -4, 4, 0.5, 2, 1, 2.9, -2.9]).layers[0]!;
    const counts = (...bins: number[]) =>
      Array.from({ length: 20 }, (_, k) => 6 * bins.filter((bin) => bin === k).length);
    const rows = (...values: number[]) => Array.from({ length: 3 }, () => values);
    for (const [name, means, saturated, histogram] of [
      ['input', [0.5, sigmoid(-4)], [0, 1], { low: 0, high: 1, counts: counts(10, 0) }],
      ['forget', [sigmoid(4), sigmoid(0.5)], [1, 0], { low: 0, high: 1, counts: counts(19, 12) }],
      ['candidate', [Math.tanh(2), Math.tanh(1)], [1, 0], { low: -1, high: 1, counts: counts(19, 17) }],
      ['output', [sigmoid(2.9), sigmoid(-2.9)], [0, 0], { low: 0, high: 1, counts: counts(18, 1) }],
    ] as const) {
      const gate = gates[name]!;
      expect(gate.saturated.toArray()).toEqual(rows(...saturated));
      expect(gate.histogram).toEqual(histogram);
      (gate.mean.toArray() as number[][]).flat().forEach((mean, k) => {
        expect(mean).toBeCloseTo(means[k % 2]!, 6);
      });
    }
  });

  it('remedies name the bias that preserves a gradient for the length of the sequence', () => {
    const T = 30;
    const kept = 1000 ** (-1 / T);
    const bias = Math.log(kept / (1 - kept));
    const lstm = standing(new LSTM({ units: 1 }), T, [0, 0, 0.5, 0]).verdicts[0]!;
    expect(lstm).toMatchObject({ kind: 'vanishing', where: 'lstm1', numbers: { rate: 0, horizon: 1, steps: T } });
    expect(lstm.numbers.forget).toBeCloseTo(0.5, 12);
    expect(lstm.numbers.forgetBias).toBeCloseTo(bias, 12);
    const gru = standing(new GRU({ units: 1 }), T, [0, Math.log(3), 0.5]).verdicts[0]!; // z = 0.75
    expect(gru).toMatchObject({ kind: 'vanishing', where: 'gru1', numbers: { steps: T } });
    expect(gru.numbers.rate).toBeCloseTo(0.25, 12);
    expect(gru.numbers.horizon).toBeCloseTo(Math.log(1000) / Math.log(4), 10);
    expect(gru.numbers.update).toBeCloseTo(0.75, 6);
    expect(gru.numbers.updateBias).toBeCloseTo(-bias, 12);
  });

  it('gates count as saturated from three quarters on', () => {
    const shares = (biases: number[]) => {
      const { verdicts } = standing(new LSTM({ units: 4 }), 2, biases);
      return verdicts.filter(({ kind }) => kind === 'saturated').map(({ where, numbers }) => [where, numbers]);
    };
    const output = (...units: number[]) => [...Array<number>(12).fill(0.1), ...units];
    expect(shares(output(4, -4, 4, 0))).toEqual([['lstm1', { share: 0.75 }]]);
    expect(shares(output(4, -4, 0, 0))).toEqual([]);
  });
});

describe('a starved layer', () => {
  it('a starved layer is reported with its gradient and that of the layer above', () => {
    const thin = new SimpleRNN({ units: 2, returnSequences: true });
    const upper = new SimpleRNN({ units: 2, returnSequences: true });
    const model = modelOf([thin, upper], 1);
    upper.parameters.get('kernel').assign(
      tensor([
        [1e-5, 0],
        [0, 1e-5],
      ]),
    );
    const { layers, verdicts } = gradientFlow(model, tensor([[[1], [2]]]), zeros([1, 2, 2]));
    const [here, above] = layers.map(({ stateGradients }) => Math.max(...stateGradients.h!.data));
    const found = verdicts.find(({ finding }) => finding.includes('above'));
    expect(found).toMatchObject({
      kind: 'vanishing',
      where: 'simpleRNN1',
      numbers: { here, above, share: here! / above! },
    });
    expect(here! / above!).toBeLessThan(1e-3);
  });
});

describe('dropout of the input of an LSTM', () => {
  it('leaves the statistics of the gate "output" to the gate, although the dropout has an output too', () => {
    const model = modelOf([new LSTM({ units: 2, dropout: 0.5, dtype }), new Dense({ units: 1, dtype })], 3);
    for (const name of ['kernel', 'recurrentKernel', 'bias']) {
      const parameter = model.parameters.get(`lstm1.${name}`);
      parameter.assign(zeros(parameter.value.shape));
    }
    const x = tensor(
      [
        [
          [5, -5, 5],
          [5, 5, -5],
          [-5, 5, 5],
        ],
      ],
      { dtype },
    );
    const { output, input } = gradientFlow(model, x, zeros([1, 1])).layers[0]!.gates;
    for (const gate of [input!, output!]) {
      expect(gate.mean.toArray()).toEqual(Array(3).fill([0.5, 0.5])); // σ(0)
      expect(gate.saturated.toArray()).toEqual(Array(3).fill([0, 0]));
      expect(gate.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    }
  });
});
