import { describe, expect, it, test } from '@jest/globals';
import {
  Adam,
  Bidirectional,
  type Callbacks,
  checkpointToBytes,
  Dense,
  EarlyStopping,
  Embedding,
  EncoderDecoder,
  GRU,
  generate,
  MeanSquaredError,
  randomNormal,
  rateRangeTest,
  Sequential,
  sample,
  tensor,
  zeros,
} from '../lib/index.ts';

describe('names of Keras and PyTorch', () => {
  test.each<[string, () => unknown, string]>([
    ['lr', () => new Adam({ lr: 0.1 } as never), '"lr". It is learningRate here'],
    ['eps', () => new Adam({ eps: 0.1 } as never), '"eps". It is epsilon here'],
    ['hidden_size', () => new GRU({ hidden_size: 3 } as never), '"hidden_size". It is units here'],
    ['restoreBestWeights', () => new EarlyStopping({ restoreBestWeights: true } as never), 'It is restoreBest here'],
    ['val_loss', () => new EarlyStopping({ monitor: 'val_loss' }), `"val_loss". It is 'validationLoss' here`],
    [
      'val_accuracy',
      () => new EarlyStopping({ monitor: 'val_accuracy', mode: 'max' }),
      `"val_accuracy". It is 'validationMetrics.accuracy' here`,
    ],
    [
      'a layer instead of options',
      () => new Bidirectional(new GRU({ units: 2 }) as never),
      'Give a layer for each direction',
    ],
    [
      'temperature 0',
      () => sample(tensor([1, 2]), { temperature: 0 }),
      'received 0. For the most probable class give topK: 1',
    ],
  ])('%s: the error says what it is here', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('temperature 0 in generate, where topK: 1 takes the most probable class', () => {
    const model = new Sequential([new Embedding({ inputDim: 3, outputDim: 2 }), new Dense({ units: 3 })]).build(1);
    expect(() => generate(model, [1], { temperature: 0, steps: 2 })).toThrow('give topK: 1');
    expect(sample(tensor([1, 3, 2]), { topK: 1, seed: 7 }).get()).toBe(1);
  });
});

describe('fit', () => {
  it('refuses validationData that cannot be batches before it trains', async () => {
    const model = new Sequential([new Dense({ units: 1 })], { inputSize: 1 }).build();
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const before = model.toBytes();
    const given = { validationData: async () => [] };
    await expect(model.fit(zeros([4, 1]), zeros([4, 1]), given as never)).rejects.toThrow(
      '"validationData" must be, or return',
    );
    expect(model.toBytes()).toEqual(before);
  });

  it('calls a function of validation batches once an epoch', async () => {
    const model = new Sequential([new Dense({ units: 1 })]);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    let calls = 0;
    const validationData = () => {
      calls++;
      return [[zeros([2, 1]), zeros([2, 1])] as const];
    };
    const { epochs } = await model.fit(zeros([4, 1]), zeros([4, 1]), { epochs: 3, validationData });
    expect(epochs.map(({ validationLoss }) => typeof validationLoss)).toEqual(['number', 'number', 'number']);
    expect(calls).toBe(3);
  });

  it('of an encoder-decoder does so too', async () => {
    const model = new EncoderDecoder({
      encoder: [new GRU({ units: 2 })],
      decoder: [new GRU({ units: 2, returnSequences: true }), new Dense({ units: 1 })],
    });
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const [source, target] = [randomNormal([2, 3, 1], { seed: 1 }), randomNormal([2, 3, 1], { seed: 2 })];
    model.trainStep(source, target);
    const before = model.toBytes();
    await expect(model.fit(source, target, { validationData: async () => [] } as never)).rejects.toThrow(
      'validationData',
    );
    expect(model.toBytes()).toEqual(before);
  });
});

describe('fromBytes of a checkpoint', () => {
  it('says what continues it', async () => {
    const model = new Sequential([new Dense({ units: 1 })]);
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    let bytes: Uint8Array = new Uint8Array(0);
    const save: Callbacks = {
      onEpochEnd: (_, run) => {
        bytes = checkpointToBytes(run);
      },
    };
    await model.fit(zeros([4, 1]), zeros([4, 1]), { callbacks: [save] });
    const message = 'a checkpoint of a training; to continue it, make a model of the same layers';
    expect(() => Sequential.fromBytes(bytes)).toThrow(message);
    expect(() => EncoderDecoder.fromBytes(bytes)).toThrow(message);
  });
});

describe('rateRangeTest', () => {
  it('takes a signal, and restores the model', async () => {
    const model = new Sequential([new Dense({ units: 1 })], { inputSize: 1 }).build();
    model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
    const before = model.toBytes();
    const controller = new AbortController();
    const test = rateRangeTest(model, randomNormal([64, 1]), zeros([64, 1]), {
      batchSize: 1,
      signal: controller.signal,
    });
    controller.abort(new Error('enough'));
    await expect(test).rejects.toThrow('enough');
    expect(model.toBytes()).toEqual(before);
    await expect(rateRangeTest(model, zeros([4, 1]), zeros([4, 1]), { signal: 3 as never })).rejects.toThrow(
      '"signal"',
    );
  });
});
