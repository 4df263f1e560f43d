import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Activation,
  Adam,
  Attention,
  Bidirectional,
  Conv1D,
  type ConvolutionPadding,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  Graph,
  type Layer,
  LayerNormalization,
  LSTM,
  Masking,
  MeanSquaredError,
  Network,
  RepeatVector,
  Residual,
  randomNormal,
  Sequential,
  type Tensor,
  TimeDistributed,
  zeros,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

// Layers that change the time axis: convolutions without padding or with strides, and RepeatVector.

const dtype = 'float64';
const classes = [Conv1D, RepeatVector, TimeDistributed];
const gru = (units: number, returnSequences = true) => new GRU({ units, returnSequences });

/** Nets by the shape of their output for an input [3, 9, 2]. */
const nets: Readonly<Record<string, { make: () => Layer[]; shape: readonly number[] }>> = {
  'convolutions between recurrent layers': {
    make: () => [
      new Conv1D({ filters: 4, kernelSize: 3, activation: 'tanh' }),
      gru(3),
      new Conv1D({ filters: 3, kernelSize: 2, strides: 2, dilationRate: 2, useBias: false }),
      new Bidirectional({ layers: [gru(2), gru(2)] }),
      new Dense({ units: 2 }),
    ],
    shape: [3, 3, 2],
  },
  'one output after a convolution': {
    make: () => [new Conv1D({ filters: 4, kernelSize: 4, strides: 3, padding: 'same' }), new LSTM({ units: 3 })],
    shape: [3, 3],
  },
  'an autoencoder': {
    make: () => [gru(4, false), new RepeatVector({ times: 5 }), gru(3), new Dense({ units: 2 })],
    shape: [3, 5, 2],
  },
  'two changes, the second in a network': {
    make: () => [
      gru(4),
      new Conv1D({ filters: 2, kernelSize: 2, strides: 2, padding: 'causal' }),
      new Network([new LSTM({ units: 3 }), new Dense({ units: 3 }), new RepeatVector({ times: 4 }), gru(2)]),
      new Conv1D({ filters: 2, kernelSize: 3 }),
    ],
    shape: [3, 2, 2],
  },
};
const forms = fc.record({
  kernelSize: fc.integer({ min: 1, max: 4 }),
  dilationRate: fc.integer({ min: 1, max: 3 }),
  strides: fc.integer({ min: 1, max: 4 }),
  padding: fc.constantFrom<ConvolutionPadding>('valid', 'same', 'causal'),
  useBias: fc.boolean(),
  T: fc.integer({ min: 1, max: 12 }),
  B: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(1000),
});

/** (K1) written out, with x_u = 0 outside the input. */
function plain(layer: Conv1D, x: Tensor, T: number, before: number): number[] {
  const [B, steps, I] = x.shape as [number, number, number];
  const [kernel, bias] = ['kernel', 'bias'].map((name) =>
    layer.useBias || name === 'kernel' ? layer.parameters.get(name).value : undefined,
  );
  const out: number[] = [];
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let f = 0; f < layer.filters; f++) {
        let sum = bias?.get(f) ?? 0;
        for (let k = 0; k < layer.kernelSize; k++) {
          const u = t * layer.strides + k * layer.dilationRate - before;
          for (let i = 0; u >= 0 && u < steps && i < I; i++) sum += x.get(b, u, i) * kernel!.get(k, i, f);
        }
        out.push(sum);
      }
    }
  }
  return out;
}

describe('Conv1D', () => {
  it('computes (K1) for all paddings, strides and dilations, with the gradients of finite differences', () => {
    fc.assert(
      fc.property(forms, ({ T, B, seed, ...form }) => {
        const layer = new Conv1D({ filters: 2, ...form, dtype, seed });
        const span = (form.kernelSize - 1) * form.dilationRate;
        fc.pre(form.padding !== 'valid' || T > span);
        const x = randomNormal([B, T, 2], { seed: seed + 1, dtype });
        const y = layer.forward(x);
        const steps = form.padding === 'valid' ? Math.ceil((T - span) / form.strides) : Math.ceil(T / form.strides);
        const total = Math.max(0, (steps - 1) * form.strides + span + 1 - T); // zeros of TensorFlow's 'SAME'
        const before = { valid: 0, causal: span, same: Math.floor(total / 2) }[form.padding];
        expect(y.shape).toEqual([B, steps, 2]);
        for (const [k, value] of plain(layer, x, steps, before).entries()) expect(y.data[k]).toBeCloseTo(value, 12);
        assertGradients(layer, { x });
      }),
      { numRuns: 60 },
    );
  });

  it("carries a window only with padding 'causal' and strides of 1", () => {
    const x = randomNormal([2, 6, 2], { seed: 1 });
    const stateOf = (strides: number, padding: ConvolutionPadding) =>
      new Network([new Conv1D({ filters: 2, kernelSize: 3, strides, padding })]).forward(x, { returnState: true })
        .state;
    expect(stateOf(1, 'causal')).toEqual({ conv1D1: { x: expect.anything() } });
    for (const padding of ['valid', 'same'] as const) expect(stateOf(1, padding)).toEqual({});
    expect(stateOf(2, 'causal')).toEqual({});
  });

  it("with padding 'same' gives each row of a batch with lengths what it has alone", () => {
    const make = () => new Conv1D({ filters: 3, kernelSize: 4, dilationRate: 2, padding: 'same', seed: 1 });
    const [x, lengths] = [randomNormal([4, 9, 2], { seed: 2 }), [3, 9, 1, 6]];
    const dy = randomNormal([4, 9, 3], { seed: 3 });
    const layer = make();
    const y = layer.forward(x, { lengths, zeroOutputForMask: true });
    const { dx } = layer.backward(dy);
    for (const [row, length] of lengths.entries()) {
      const alone = make();
      expectBits(y.pick(row).hi(length).copy(), alone.forward(x.lo(row).hi(1, length)).pick(0).copy());
      expectBits(dx.pick(row).hi(length).copy(), alone.backward(dy.lo(row).hi(1, length)).dx.pick(0).copy());
    }
    assertGradients(new Conv1D({ filters: 3, kernelSize: 4, padding: 'same', dtype }), {
      x: randomNormal([3, 5, 2], { seed: 4, dtype }),
      forwardOptions: { lengths: [2, 5, 3] },
    });
  });
});

describe.each(Object.entries(nets))('%s', (_name, { make, shape }) => {
  const x = randomNormal([3, 9, 2], { seed: 1 });

  it('has the gradients of finite differences', () => {
    assertGradients(new Network(make(), { dtype, seed: 1 }), { x: randomNormal([3, 9, 2], { seed: 1, dtype }) });
  });

  it('has the shape, and the same bits trained, alone, in batches and from a file', async () => {
    const model = new Sequential(make(), { seed: 1 });
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const y = zeros(shape);
    const before = model.trainStep(x, y).loss;
    await model.fit(x, y, { epochs: 3, batchSize: 2 });
    const output = model.predict(x);
    expect(output.shape).toEqual(shape);
    expect(model.evaluate(x, y)).toBeLessThan(before);
    expect(model.memory({ B: 3, T: 9 }).total).toBeGreaterThan(0);
    expectBits(model.predict(x, { batchSize: 1 }), output);
    expectBits(model.forward(x), output);
    if (make().some((layer) => layer instanceof Network)) return; // no file describes a network in a network
    expectBits(Sequential.fromBytes(model.toBytes(), { classes: [...classes, Bidirectional] }).predict(x), output);
  });

  it('has a gradient flow with the time steps of each layer', () => {
    const model = new Sequential(make(), { seed: 1 });
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const flow = gradientFlow(model, x, randomNormal(shape, { seed: 2 }), { jacobians: 'last' });
    for (const { T, stateGradients, jacobians } of flow.layers) {
      expect(Object.values(stateGradients).map((each) => each.shape)).toContainEqual([T + 1, 3]);
      expect(Object.values(stateGradients)[0]!.get(T, 0)).toBeGreaterThan(0);
      expect(Object.values(jacobians)[0]).toHaveLength(T + 1);
    }
    expect(flow.layers.length).toBeGreaterThan(0);
  });
});

describe('A layer that changes the time axis', () => {
  const strided = () => new Conv1D({ filters: 2, kernelSize: 2, strides: 2 });

  it('leaves the states of recurrent layers before and after it as they are alone', () => {
    const [first, second] = [new LSTM({ units: 3, returnSequences: true, seed: 1 }), new LSTM({ units: 2, seed: 2 })];
    const layers = () => [new LSTM({ units: 3, returnSequences: true }), strided(), new LSTM({ units: 2 })];
    const network = new Network(layers(), { seed: 4 });
    const x = randomNormal([2, 6, 2], { seed: 3 });
    const { state } = network.forward(x, { returnState: true });
    const own = (prefix: string, layer: LSTM, size: number) => {
      layer.build(size);
      for (const parameter of layer.parameters) parameter.assign(network.parameters.get(prefix + parameter.name).value);
    };
    own('lstm1.', first, 2);
    own('lstm2.', second, 2);
    const convolution = strided();
    convolution.build(3);
    for (const parameter of convolution.parameters) {
      parameter.assign(network.parameters.get(`conv1D1.${parameter.name}`).value);
    }
    const one = first.forward(x, { returnState: true });
    const two = second.forward(convolution.forward(one.output), { returnState: true });
    expectBits(state.lstm1!.c!, one.state.c);
    expectBits(state.lstm2!.c!, two.state.c);
  });

  it('may lie in the encoder of an EncoderDecoder, whose attention sees the time steps that it gives', () => {
    const model = new EncoderDecoder({
      encoder: [new Conv1D({ filters: 3, kernelSize: 3, strides: 2 }), gru(3)],
      decoder: [gru(3), new Attention(), new Dense({ units: 2 })],
      dtype,
      seed: 1,
    });
    const [source, target] = [randomNormal([2, 9, 2], { seed: 2, dtype }), randomNormal([2, 3, 2], { seed: 3, dtype })];
    expect(model.attention(source, target).shape).toEqual([2, 3, 4]);
    model.forward(source, target);
    const { dSource } = model.backward(randomNormal([2, 3, 2], { seed: 4, dtype }));
    const dy = randomNormal([2, 3, 2], { seed: 4, dtype });
    const lossAt = (delta: number): number => {
      const moved = source.copy();
      moved.set(1, 4, 0, moved.get(1, 4, 0) + delta);
      return [...model.forward(moved, target).data].reduce((sum, v, k) => sum + v * dy.data[k]!, 0);
    };
    expect((lossAt(1e-5) - lossAt(-1e-5)) / 2e-5).toBeCloseTo(dSource.get(1, 4, 0), 7);
  });

  it('refuses what needs the time steps of the input, and says why', () => {
    const network = new Network([gru(2), strided()]);
    const x = randomNormal([2, 6, 2], { seed: 1 });
    network.forward(x);
    expect(() => network.forward(x, { lengths: [3, 6] })).toThrow(
      'not be given to layers that change the number of time steps',
    );
    expect(() => network.stream()).toThrow('Conv1D with strides of 2 has other time steps than its input');
    expect(() => network.forward(x, { checkpoint: 2 })).toThrow('a layer needs the whole sequence');
    expect(() => network.forward(x.hi(2, 1))).toThrow('have at least 2 time steps');
    expect(() => new Network([new Masking(), strided()])).toThrow('keep the time axis, as Masking masks time steps');
    expect(() => new Network([new Embedding({ inputDim: 3, outputDim: 2, maskZero: true }), strided()])).toThrow(
      'keep the time axis',
    );
    expect(() => new Residual({ layers: [strided()] })).toThrow('keep the time axis');
    expect(() => new Residual({ layers: [gru(2, false)] })).toThrow('Residual: "layers" must read only sequences');
    expect(() => new TimeDistributed({ layers: [new RepeatVector({ times: 2 })] })).toThrow(
      'read one time step at a time',
    );
    expect(() => new Graph({ nodes: { a: { layer: strided() } } })).toThrow('keep the time axis');
    expect(() => new Network([gru(2), new RepeatVector({ times: 2 })])).toThrow(
      'follow a layer that gives one output a row',
    );
    expect(() => new Network([new RepeatVector({ times: 2 }), new Conv1D({ filters: 1, kernelSize: 3 })])).toThrow(
      'get at least 3 time steps',
    );
    const decoder = [gru(2), new Conv1D({ filters: 2, kernelSize: 3, padding: 'same' }), new Attention()];
    expect(() => new EncoderDecoder({ encoder: [gru(2)], decoder })).toThrow('compute its time steps in order');
  });

  it('needs as many time steps as all layers together', () => {
    const model = new Sequential([
      new Conv1D({ filters: 1, kernelSize: 3 }),
      new Conv1D({ filters: 1, kernelSize: 2, strides: 3 }),
      new Conv1D({ filters: 1, kernelSize: 2, dilationRate: 2 }),
    ]);
    expect(model.predict(zeros([1, 10, 2])).shape).toEqual([1, 1, 1]);
    expect(() => model.predict(zeros([1, 9, 2]))).toThrow('have at least 10 time steps');
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    expect(() => model.memory({ B: 1, T: 9 })).toThrow('10');
    expect(model.memory({ B: 1, T: 10 }).total).toBeGreaterThan(0);
  });
});

describe('RepeatVector', () => {
  it('repeats its input, and sums the gradients of its outputs', () => {
    const layer = new RepeatVector({ times: 3 });
    const x = randomNormal([2, 4], { seed: 1 });
    const y = layer.forward(x);
    for (let t = 0; t < 3; t++) expectBits(y.pick(null, t).copy(), x);
    assertGradients(new RepeatVector({ times: 3, dtype }), { x: randomNormal([2, 4], { seed: 1, dtype }) });
    expect(() => layer.forward(zeros([2, 5, 4]))).toThrow('have shape [B, 4]');
  });

  it('makes time steps for the layers after it, in a model that has none before', () => {
    const model = new Sequential([new Dense({ units: 3 }), new RepeatVector({ times: 4 }), gru(2)], { inputSize: 2 });
    expect(model.predict(zeros([5, 2])).shape).toEqual([5, 4, 2]);
    expect(() => model.predict(zeros([5, 3, 2]))).toThrow('have shape [B, 2]');
    assertGradients(new Network([new Dense({ units: 3 }), new RepeatVector({ times: 4 }), gru(2)], { dtype }), {
      x: randomNormal([3, 2], { seed: 1, dtype }),
    });
  });
});

describe('a layer that reads backwards', () => {
  it('may not follow layers for which the order of time steps matters, because its network reverses the input', () => {
    const back = () => new GRU({ units: 2, goBackwards: true });
    const conv = (options: object) => new Conv1D({ filters: 3, kernelSize: 3, ...options });
    const before: Layer[] = [
      conv({}),
      conv({ padding: 'same' }),
      conv({ strides: 2, padding: 'causal' }),
      conv({ padding: 'causal' }),
      new Residual({ layers: [conv({ padding: 'same' })] }),
      new RepeatVector({ times: 3 }),
    ];
    for (const layer of before)
      expect(() => new Network([layer, back()])).toThrow(/"layers\[1\]" must read forwards, as/);
    const pointwise = [conv({ kernelSize: 1 }), new TimeDistributed({ layers: [new Dense({ units: 3 })] })];
    for (const layer of pointwise) expect(new Network([layer, back()]).forward(zeros([2, 5, 3])).shape).toEqual([2, 2]);
  });
});

describe('TimeDistributed', () => {
  const block = () => [new Dense({ units: 4, activation: 'tanh' }), new LayerNormalization(), new Dense({ units: 2 })];

  it('is the layers at each time step, with one name for them', () => {
    const layer = new TimeDistributed({ layers: block(), seed: 1 });
    const x = randomNormal([2, 5, 3], { seed: 2 });
    const y = layer.forward(x);
    const alone = new Network(block());
    alone.build(3);
    for (const parameter of alone.parameters) parameter.assign(layer.parameters.get(parameter.name).value);
    for (let t = 0; t < 5; t++) expectBits(y.pick(null, t).copy(), alone.forward(x.pick(null, t).copy()));
    assertGradients(new TimeDistributed({ layers: block(), dtype }), {
      x: randomNormal([2, 3, 3], { seed: 3, dtype }),
      forwardOptions: { lengths: [1, 3] },
    });
  });

  it('refuses inputs without a time axis, and layers that read other time steps', () => {
    expect(() => new TimeDistributed({ layers: block() }).forward(zeros([2, 3]))).toThrow('have shape [B, T, I]');
    expect(() => new TimeDistributed({ layers: [gru(2)] })).toThrow('read one time step at a time');
    const layers = [new Activation({ activation: 'tanh' }), new Conv1D({ filters: 1, kernelSize: 1 })];
    expect(() => new TimeDistributed({ layers })).toThrow('layers[1]');
  });
});
