import { describe, expect, it } from '@jest/globals';
import {
  type BatchLog,
  type Callbacks,
  type Chunk,
  Dense,
  MeanSquaredError,
  Sequential,
  SGD,
  StateError,
  tensor,
} from '../../lib/index.ts';

const loss = new MeanSquaredError();

/** One weight w without bias: with x = 1 and y = 0 each step of rate η makes it (1 − 2η)w. */
function single(learningRate: number) {
  const optimizer = new SGD({ learningRate });
  const model = new Sequential([new Dense({ units: 1, useBias: false })], { inputSize: 1, dtype: 'float64' }).build();
  const { value } = model.parameters.get('dense1.kernel');
  value.set(0, 0, 1);
  model.compile({ optimizer, loss });
  return { model, optimizer, weight: () => value.get(0, 0) };
}

const [x, y] = [tensor([[1], [1], [1]]), tensor([[0], [0], [0]])];
const chunks: Chunk[] = [1, 2, 3].map(() => [tensor([[[1]]]), tensor([[[0]]])]);

describe('compile during a fit', () => {
  const refusal = 'Sequential.compile: the call must wait until the fit ends; received a model that is being fitted';

  it.each(['onBatchBegin', 'onBatchEnd', 'onEpochEnd'] as const)('is refused in %s', async (name) => {
    const { model, weight } = single(0.25);
    const optimizer = new SGD({ learningRate: 0.5 });
    const errors: unknown[] = [];
    const recompile = (): void => {
      try {
        model.compile({ optimizer, loss });
      } catch (error) {
        errors.push(error);
      }
    };
    const { epochs } = await model.fit(x, y, { batchSize: 1, callbacks: [{ [name]: recompile } as Callbacks] });
    expect(errors).toHaveLength(name === 'onEpochEnd' ? 1 : 3);
    for (const error of errors) {
      expect(error).toBeInstanceOf(StateError);
      expect((error as StateError).message).toContain(refusal);
    }
    expect(epochs[0]!.learningRate).toBe(0.25);
    expect(weight()).toBe(0.5 ** 3);
    expect(optimizer.iterations).toBe(0);
    model.compile({ optimizer, loss }); // once it has ended
    model.trainStep(x, y);
    expect(weight()).toBe(0);
  });

  it('ends a fit that does not catch the refusal; the model can be compiled then', async () => {
    const { model, optimizer } = single(0.25);
    const recompile = (): void => void model.compile({ optimizer, loss });
    await expect(model.fit(x, y, { callbacks: [{ onBatchEnd: recompile }] })).rejects.toThrow(refusal);
    await expect(model.fitStream(chunks, { callbacks: [{ onBatchEnd: recompile }] })).rejects.toThrow(refusal);
    function* source() {
      recompile();
      yield* chunks;
    }
    await expect(model.fitStream(source())).rejects.toThrow(refusal);
    recompile();
  });
});

describe('a learning rate set by a callback', () => {
  const rates = [0.1, 0.5, 0.25];
  const left = rates.reduce((w, rate) => w * (1 - 2 * rate), 1);

  it.each([
    ['onBatchBegin', (step: number) => rates[step]!],
    ['onBatchEnd', (step: number) => rates[step + 1] ?? 9],
  ] as const)('in %s is the one that the next step uses and its log shows', async (name, rateOf) => {
    const { model, optimizer, weight } = single(rates[0]!);
    const shown: number[] = [];
    const set = ({ step }: { step: number }): void => {
      optimizer.learningRate = rateOf(step);
    };
    const callbacks = [{ onBatchEnd: (log) => void shown.push(log.learningRate) }, { [name]: set }] as Callbacks[];
    const { epochs } = await model.fit(x, y, { batchSize: 1, callbacks });
    expect(shown).toEqual(rates);
    expect(epochs[0]!.learningRate).toBe(rates[2]);
    expect(weight()).toBeCloseTo(left, 15);
  });

  it('is used by the next chunk of a stream', async () => {
    const { model, optimizer, weight } = single(rates[0]!);
    const shown: number[] = [];
    const onBatchEnd = ({ batch, learningRate }: BatchLog): void => {
      shown.push(learningRate);
      optimizer.learningRate = rates[batch + 1] ?? 9;
    };
    await model.fitStream(chunks, { callbacks: [{ onBatchEnd }] });
    expect(shown).toEqual(rates);
    expect(weight()).toBeCloseTo(left, 15);
  });
});
