import { describe, expect, it } from '@jest/globals';
import {
  type CompileOptions,
  CTCLoss,
  Dense,
  EncoderDecoder,
  GRU,
  randomNormal,
  Sequential,
  SGD,
  tensor,
} from '../../lib/index.ts';

const [B, T, I, F, dtype] = [4, 7, 3, 4, 'float64'] as const;
const x = randomNormal([B, T, I], { seed: 1, dtype });
const labels = tensor([
  [1, 2, 2],
  [3, -1, -1],
  [-1, -1, -1],
  [1, 3, -1],
]);
const lengths = [7, 3, 5, 2];

function modelOf(loss = new CTCLoss(), through: Partial<CompileOptions> = {}): Sequential {
  const layers = [new GRU({ units: 5, returnSequences: true }), new Dense({ units: F })];
  const model = new Sequential(layers, { seed: 3, dtype });
  model.compile({ optimizer: new SGD({ learningRate: 0.5 }), loss, ...through });
  return model;
}

describe('training with CTCLoss', () => {
  it('has the loss of the outputs, with and without lengths', () => {
    const model = modelOf();
    const outputs = model.predict(x);
    const [all, some] = [{}, { lengths }].map((mask) => new CTCLoss().evaluate(outputs, labels, mask).loss);
    expect(model.evaluate(x, labels)).toBeCloseTo(all!, 13);
    expect(model.evaluate(x, labels, { lengths })).toBeCloseTo(some!, 13);
    expect(modelOf().trainStep(x, labels).loss).toBeCloseTo(all!, 13);
    expect(modelOf().trainStep(x, labels, { lengths }).loss).toBeCloseTo(some!, 13);
  });

  it.each([1, 2, 3])('has one mean over all data, evaluated in batches of %i', (batchSize) => {
    const whole = modelOf().evaluate(x, labels, { lengths });
    expect(modelOf().evaluate(x, labels, { lengths, batchSize })).toBeCloseTo(whole, 13);
  });

  it('trains a batch of one row like the row cut off', () => {
    const [padded, cut] = [modelOf(), modelOf()];
    padded.trainStep(x.lo(1).hi(1), labels.lo(1).hi(1), { lengths: [3] });
    cut.trainStep(x.lo(1).hi(1, 3), tensor([[3]]));
    const kernels = [padded, cut].map((model) => model.parameters.get('gru1.kernel').value.toArray());
    expect(kernels[0]).toEqual(kernels[1]);
  });

  it('learns labels without their times', async () => {
    const model = modelOf();
    const { epochs } = await model.fit(x, labels, { epochs: 200, batchSize: 4, lengths });
    expect(epochs[199]!.loss).toBeLessThan(0.2);
  });

  it('reports an impossible row before anything is trained', async () => {
    const model = modelOf();
    const before = model.build(I).parameters.get('gru1.kernel').value.toArray();
    const bad = model.fit(x, labels, { epochs: 1, batchSize: 1, shuffle: false, lengths: [7, 3, 5, 1] });
    await expect(bad).rejects.toThrow(/row 3, which needs 2 time steps and has 1/);
    expect(model.parameters.get('gru1.kernel').value.toArray()).toEqual(before);
  });

  it('has room for more labels than a mask leaves time steps', () => {
    const many = tensor([
      [1, 2, 3, 1, 2, 3, 1],
      [-1, -1, -1, -1, -1, -1, -1],
    ]);
    const model = new Sequential([new Dense({ units: F })], { seed: 3, dtype });
    model.compile({ optimizer: new SGD(), loss: new CTCLoss({ impossible: 'zero', reduction: 'sum' }) });
    const [two, short] = [x.hi(2), { lengths: [1, 1] }];
    const second = model.evaluate(two.lo(1), many.lo(1), { lengths: [1] });
    expect(model.evaluate(two, many, short)).toBe(second);
    expect(model.trainStep(two, many, short).loss).toBe(second);
  });

  it.each([{ truncate: { every: 2, back: 3 } }, { checkpoint: 2 }] as Partial<CompileOptions>[])(
    'refuses %j, because it needs whole sequences',
    (through) => {
      expect(() => modelOf(new CTCLoss(), through).trainStep(x, labels)).toThrow(/CTCLoss needs whole sequences/);
    },
  );

  it('refuses models without a time axis', () => {
    const model = new Sequential([new GRU({ units: 2 }), new Dense({ units: F })], { seed: 3, dtype });
    model.compile({ optimizer: new SGD({ learningRate: 0.5 }), loss: new CTCLoss() });
    expect(() => model.trainStep(x, labels)).toThrow(/sequences \[B, T, F\]/);
  });

  it('is no loss of an encoder-decoder', () => {
    const decoder = [new GRU({ units: 3, returnSequences: true }), new Dense({ units: F })];
    const model = new EncoderDecoder({ encoder: [new GRU({ units: 3 })], decoder });
    const optimizer = new SGD({ learningRate: 0.1 });
    expect(() => model.compile({ optimizer, loss: new CTCLoss() })).toThrow(/a loss of each time step/);
  });
});
