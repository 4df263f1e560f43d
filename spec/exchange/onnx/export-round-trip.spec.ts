import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { ProtoMessage } from '../../../lib/exchange/onnx/proto-writer.ts';
import { Message } from '../../../lib/exchange/onnx/protobuf.ts';
import { importChain, importNode, recurrentNodes, toOnnx } from '../../../lib/exchange/onnx.ts';
import {
  Activation,
  Bidirectional,
  Conv1D,
  Dense,
  Embedding,
  GRU,
  type Layer,
  LayerNormalization,
  LSTM,
  randomNormal,
  Sequential,
  SimpleRNN,
  tensor,
} from '../../../lib/index.ts';

// What we write is what we read: every option and every bit.

const size = fc.integer({ min: 1, max: 5 });
const activation = fc.constantFrom(
  'linear' as const,
  'sigmoid' as const,
  'tanh' as const,
  'relu' as const,
  'softsign' as const,
  'hardSigmoidFifth' as const,
  'hardSigmoidSixth' as const,
);
const share = fc.constantFrom('sigmoid' as const, 'hardSigmoidFifth' as const, 'hardSigmoidSixth' as const);
const clip = fc.option(fc.constantFrom(0.5, 1, 3), { nil: undefined });
const sequence = { returnSequences: fc.boolean(), goBackwards: fc.boolean() };
const common = { units: size, useBias: fc.boolean() };

/** A recurrent layer, as a function that makes it again with other options of its sequence. */
type Make = (options: object) => LSTM | GRU | SimpleRNN;
const lstm: fc.Arbitrary<Make> = fc
  .record({
    ...common,
    activation,
    recurrentActivation: activation,
    outputActivation: activation,
    peepholes: fc.boolean(),
    coupledGate: fc.option(fc.constant('forget' as const), { nil: undefined }),
    clip,
  })
  .map(({ coupledGate, clip: bound, ...options }) => {
    const given = { ...options, ...(coupledGate && { coupledGate }), ...(bound !== undefined && { clip: bound }) };
    return (others) => new LSTM({ ...given, ...others });
  });
const gru: fc.Arbitrary<Make> = fc
  .record({ ...common, activation, recurrentActivation: share, resetAfter: fc.boolean(), clip })
  .map(({ clip: bound, ...options }) => {
    const given = { ...options, ...(bound !== undefined && { clip: bound }) };
    return (others) => new GRU({ ...given, ...others });
  });
const simple: fc.Arbitrary<Make> = fc.record({ ...common, activation, clip }).map(({ clip: bound, ...options }) => {
  const given = { ...options, ...(bound !== undefined && { clip: bound }) };
  return (others) => new SimpleRNN({ ...given, ...others });
});
const recurrent = fc.oneof(lstm, gru, simple);

/** A model with random parameters. */
function modelOf(layers: readonly Layer[], I: number): Sequential {
  const model = new Sequential([...layers] as [Layer], layers[0]!.readsIndices ? {} : { inputSize: I }).build(I);
  model.parameters.names.forEach((name, k) => {
    const parameter = model.parameters.get(name);
    parameter.assign(randomNormal(parameter.value.shape, { seed: 40 + k, sd: 0.5 }));
  });
  return model;
}

const configs = ({ layers }: Sequential): unknown =>
  layers.map((layer) => ({ ...layer.config('spec'), kind: layer.kind }));
const bits = (model: Sequential): unknown =>
  model.parameters.names.map((name) => [name, model.parameters.get(name).value.toArray()]);

describe('a node that was exported', () => {
  test.prop([recurrent, fc.record(sequence), size, fc.boolean()])(
    'becomes the layer that it was',
    (make, { returnSequences, goBackwards }, I, states) => {
      const model = modelOf([make({ returnSequences, goBackwards })], I);
      const bytes = toOnnx(model, { states, lengths: states });
      const copy = importNode(bytes, { returnSequences });
      expect(configs(copy)).toEqual(configs(model));
      expect(bits(copy)).toEqual(bits(model));
    },
  );

  test.prop([recurrent, size, fc.boolean()])(
    'becomes the bidirectional layer that it was',
    (make, I, returnSequences) => {
      const layers = [make({ returnSequences }), make({ returnSequences })] as const;
      const model = modelOf([new Bidirectional({ layers })], I);
      const copy = importNode(toOnnx(model), { returnSequences });
      expect(bits(copy)).toEqual(bits(model));
      const x = randomNormal([2, 4, I], { seed: 1 });
      expect(copy.predict(x).toArray()).toEqual(model.predict(x).toArray());
    },
  );

  it('names the start of its states, and where they come from', () => {
    const model = modelOf([new LSTM({ units: 2, trainInitialState: true })], 2);
    expect(recurrentNodes(toOnnx(model, { states: true, lengths: true }))[0]!.inputs).toEqual({
      X: expect.stringContaining('Transpose'),
      sequence_lens: 'graph input "lengths"',
      initial_h: expect.any(String),
      initial_c: expect.any(String),
    });
    expect(() => importNode(toOnnx(model))).toThrow('initial_h'); // constants, which would be lost
  });
});

describe('a chain that was exported', () => {
  const dense = fc
    .record({
      units: size,
      activation: fc.constantFrom('linear' as const, 'tanh' as const, 'softmax' as const),
      useBias: fc.boolean(),
    })
    .map((options) => () => new Dense(options));
  const last = fc.oneof(
    dense,
    fc.constant(() => new Activation({ activation: 'softsign' })),
  );

  const places = [
    { padding: 'valid', strides: 2, dilationRate: 2 },
    { padding: 'same', strides: 1, dilationRate: 2 },
    { padding: 'same', strides: 2, dilationRate: 1 },
    { padding: 'causal', strides: 1, dilationRate: 2 },
  ] as const;
  const convolution = fc
    .record({ filters: size, kernelSize: fc.integer({ min: 2, max: 3 }), activation, useBias: fc.boolean() })
    .chain((options) => fc.constantFrom(...places.map((place) => () => new Conv1D({ ...options, ...place }))));
  const normalization = fc
    .record({ epsilon: fc.constantFrom(2 ** -16, 0.25), center: fc.boolean() })
    .map((options) => () => new LayerNormalization(options));

  test.prop([fc.array(fc.oneof(convolution, normalization), { minLength: 1, maxLength: 3 }), size])(
    'of convolutions and normalizations becomes the model that it was',
    (makers, I) => {
      const layers = makers.map((make) => make());
      const model = modelOf([...layers, new GRU({ units: 2 })], I);
      const copy = importChain(toOnnx(model));
      expect(bits(copy)).toEqual(bits(model));
      expect(configs(copy)).toEqual(configs(model));
      const x = randomNormal([2, 30, I], { seed: 1 });
      expect(copy.predict(x).toArray()).toEqual(model.predict(x).toArray());
    },
  );

  test.prop([fc.array(fc.tuple(recurrent, fc.boolean()), { minLength: 1, maxLength: 3 }), last, size, fc.boolean()])(
    'becomes the model that it was',
    (cells, head, I, returnSequences) => {
      const layers = cells.map(([make, both], k) => {
        const options = { returnSequences: returnSequences || k < cells.length - 1 };
        return both ? new Bidirectional({ layers: [make(options), make(options)] }) : make(options);
      });
      const model = modelOf([...layers, head()], I);
      const copy = importChain(toOnnx(model));
      expect(bits(copy)).toEqual(bits(model));
      const x = randomNormal([2, 3, I], { seed: 1 });
      expect(copy.predict(x).toArray()).toEqual(model.predict(x).toArray());
    },
  );

  it('may begin with an Embedding', () => {
    const layers = [new Embedding({ inputDim: 7, outputDim: 3 }), new GRU({ units: 4 }), new Dense({ units: 2 })];
    const model = modelOf(layers, 1);
    const x = tensor([[0, 6, 3]]);
    expect(importChain(toOnnx(model)).predict(x).toArray()).toEqual(model.predict(x).toArray());
  });
});

describe('a message', () => {
  const integer = fc.oneof(
    fc.maxSafeInteger(),
    fc.constantFrom(0, -1, 127, 128, 16383, 16384, 2 ** 53 - 1, -(2 ** 53 - 1)),
  );
  const bytes = fc.uint8Array({ maxLength: 300 });

  test.prop([fc.array(integer), fc.array(fc.float({ noNaN: true })), fc.array(fc.string({ unit: 'binary' })), bytes])(
    'has what was written',
    (integers, floats, texts, raw) => {
      const inner = new ProtoMessage().integers(1, integers).floats(2, floats).texts(3, texts).raw(400, raw);
      const outer = new ProtoMessage().messages(7, [inner, new ProtoMessage()]).bytes();
      const [first, second, ...none] = new Message({ where: 'spec', room: 1e6 }, outer).messages(7);
      expect(none).toEqual([]);
      expect(second!.integers(1)).toEqual([]);
      expect(first!.integers(1)).toEqual(integers);
      expect(first!.floats(2)).toEqual(floats);
      expect(first!.texts(3)).toEqual(texts.map((text) => Buffer.from(text).toString()));
      expect(first!.bytes(400)).toEqual(raw);
    },
  );
});
