import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  BpttError,
  type Callbacks,
  Checkpoint,
  type CompileOptions,
  CsvLog,
  checkpointToBytes,
  Dense,
  EarlyStopping,
  type FitOptions,
  FormatError,
  GRU,
  Huber,
  MAE,
  MeanSquaredError,
  randomNormal,
  resumeFromBytes,
  Sequential,
  SGD,
  tensor,
} from '../../lib/index.ts';
import { expectSame } from './trainable.ts';

const [x, y] = [randomNormal([8, 3, 2], { seed: 1 }), randomNormal([8, 1], { seed: 2 })];
const make = (
  options: { units?: number; seed?: number; dtype?: 'float64' } = {},
  optimizer: Adam | SGD = new Adam(),
) => {
  const { units = 3, ...build } = options;
  const model = new Sequential([new GRU({ units, dropout: 0.2 }), new Dense({ units: 1 })], build);
  return model.compile({ optimizer, loss: new MeanSquaredError() });
};
/** The same model, compiled in another way. */
const recompiled = (options: Partial<CompileOptions>): Sequential =>
  make().compile({ optimizer: new Adam(), loss: new MeanSquaredError(), ...options });
const none = (): void => {};

/** Checkpoints of a training. */
async function saved(options: FitOptions = {}, every: object = { everyEpochs: 1 }): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  const checkpoint = new Checkpoint({ ...every, save: (bytes) => found.push(bytes) });
  const given = { batchSize: 2, epochs: 2, ...options };
  await make().fit(x, y, { ...given, callbacks: [checkpoint, ...(options.callbacks ?? [])] });
  return found;
}

describe('a checkpoint', () => {
  it.each<[string, () => Sequential, FitOptions, string]>([
    ['another batch size', make, { batchSize: 4 }, '"batchSize" must be 2, as in the checkpoint; received 4'],
    ['another seed of the data', make, { seed: 1 }, '"seed" must be 0'],
    ['another order', make, { shuffle: false }, '"shuffle" must be true'],
    ['micro-batches', make, { microBatchSize: 1 }, '"microBatchSize" must be "none"'],
    ['another split', make, { validationSplit: 0.5 }, '"rows" must be 8'],
    ['another optimizer', () => make({}, new SGD()), {}, '"optimizer" must be "Adam"'],
    ['another loss', () => recompiled({ loss: new Huber() }), {}, '"loss" must be "MeanSquaredError, reduction mean"'],
    [
      'another reduction',
      () => recompiled({ loss: new MeanSquaredError({ reduction: 'sum' }) }),
      {},
      'received "MeanSquaredError, reduction sum"',
    ],
    [
      'clipping',
      () => recompiled({ clip: { globalNorm: 1 } }),
      {},
      '"clip" must be "\\"none\\"", as in the checkpoint',
    ],
    ['truncation', () => recompiled({ truncate: { back: 2, every: 1 } }), {}, '"truncate" must be'],
    ['another seed of the model', () => make({ seed: 3 }), {}, '"model seed" must be 0'],
    ['other layers', () => make({ units: 4 }), {}, '"bytes" must contain weights.gru1.'],
    ['another type', () => make({ dtype: 'float64' }), {}, '"bytes" must hold float64'],
    ['more callbacks', make, { callbacks: [new EarlyStopping({ monitor: 'loss' })] }, '"callbacks" must have 1'],
  ])('is refused with %s, and nothing changes', async (_, build, options, message) => {
    const [bytes] = await saved();
    const model = build();
    const checkpoint = new Checkpoint({ save: none, resume: bytes });
    const given = { batchSize: 2, epochs: 2, ...options };
    const fitting = model.fit(x, y, { ...given, callbacks: [checkpoint, ...(options.callbacks ?? [])] });
    await expect(fitting).rejects.toThrow(message);
    expect([model.built, model.trainingStep, model.nextEpoch]).toEqual([false, 0, 0]);
  });

  it('of fit is none of fitStream', async () => {
    const [bytes] = await saved();
    const chunk = [randomNormal([2, 3, 2], { seed: 1 }), randomNormal([2, 1], { seed: 2 })] as const;
    const fitting = make().fitStream([chunk], { callbacks: [new Checkpoint({ save: none, resume: bytes })] });
    await expect(fitting).rejects.toThrow('the call must be "fit", as in the checkpoint; received "fitStream"');
  });

  test.prop([fc.nat(), fc.integer({ min: 0, max: 7 }), fc.boolean()])(
    'with changed bytes is refused or taken whole, and a refusal changes nothing',
    async (at, bit, cut) => {
      const [good] = await saved();
      const place = at % good!.length;
      const bytes = cut ? good!.slice(0, place) : good!.slice();
      if (!cut) bytes[place]! ^= 1 << bit;
      const model = make();
      const resume = new Checkpoint({ save: none, resume: bytes });
      try {
        await model.fit(x, y, { batchSize: 2, epochs: 2, callbacks: [resume] });
      } catch (error) {
        expect(error).toBeInstanceOf(BpttError);
        if (/checkpoint|bytes/.test(String(error))) expect(model.trainingStep).toBe(0);
      }
    },
  );

  it('is refused where it is no checkpoint', async () => {
    const model = make().build(2);
    for (const bytes of [model.toBytes(), new Uint8Array(0), Uint8Array.of(1, 2, 3)]) {
      const fitting = model.fit(x, y, { callbacks: [new Checkpoint({ save: none, resume: bytes })] });
      await expect(fitting).rejects.toThrow(FormatError);
    }
    expect(model.trainingStep).toBe(0);
  });

  it('is refused by a callback whose state it does not fit: all keep theirs', async () => {
    class Odd implements Callbacks {
      state = { wait: -1 };
    }
    const [bytes] = await saved({ callbacks: [new CsvLog({ write: none }), new Odd()] });
    const [csv, stopping] = [new CsvLog({ write: none }), new EarlyStopping({ monitor: 'loss' })];
    const model = make();
    const callbacks = [new Checkpoint({ save: none, resume: bytes }), csv, stopping];
    await expect(model.fit(x, y, { batchSize: 2, epochs: 2, callbacks })).rejects.toThrow('"state.wait" must be');
    expect([csv.state, stopping.state]).toEqual([{}, { wait: 0 }]);
    expect([model.built, model.trainingStep]).toEqual([false, 0]);
  });

  it('refuses an optimizer that another model shares, whose state it would not have', async () => {
    const optimizer = new Adam();
    const [model, other] = [make({}, optimizer), make()];
    for (const each of [model, other]) each.build(2).parameters.zeroGradients();
    const shared: Callbacks = {
      onTrainBegin(run) {
        optimizer.step([model.parameters, other.parameters]);
        checkpointToBytes(run);
      },
    };
    await expect(model.fit(x, y, { callbacks: [shared] })).rejects.toThrow(
      'checkpointToBytes: "optimizer" must be new, or belong to this model; received one of another model, layer or subset',
    );
  });

  it('comes too late after onTrainBegin', async () => {
    const [bytes] = await saved();
    const late: Callbacks = { onEpochBegin: (_, run) => resumeFromBytes(run, bytes!) };
    await expect(make().fit(x, y, { batchSize: 2, callbacks: [late] })).rejects.toThrow('must come in onTrainBegin');
  });

  it('may continue for more epochs, with the history of all', async () => {
    const [, bytes] = await saved();
    const [model, twin] = [make(), make()];
    const callbacks = [new Checkpoint({ save: none, resume: bytes })];
    const rest = await model.fit(x, y, { batchSize: 2, epochs: 4, callbacks });
    const whole = await twin.fit(x, y, { batchSize: 2, epochs: 4 });
    expectSame(model, twin);
    expect(rest.epochs.map(({ loss }) => loss)).toEqual(whole.epochs.map(({ loss }) => loss));
    expect(rest.nextEpoch).toBe(4);
    const again = await model.fit(x, y, { batchSize: 2, callbacks }); // it continues once
    expect(again).toMatchObject({ nextEpoch: 5 });
  });

  it('holds what callbacks remember: JSON, NaN and tensors', async () => {
    class Memory implements Callbacks {
      state: NonNullable<Callbacks['state']> = {
        list: [1, Number.NaN, -0, { deep: [Infinity] }],
        none: null,
        text: 'a',
      };
      readonly array = tensor([[1, 2]]);
      onEpochEnd(): void {
        this.state = { ...this.state, array: this.array };
      }
    }
    const [bytes] = await saved({ callbacks: [new Memory()] });
    const memory = new Memory();
    memory.state = {};
    const callbacks = [new Checkpoint({ save: none, resume: bytes }), memory];
    await make().fit(x, y, { batchSize: 2, epochs: 1, callbacks });
    const { array, ...rest } = memory.state;
    expect(rest).toEqual(new Memory().state);
    expect((array as typeof memory.array).toArray()).toEqual([[1, 2]]);
  });

  it.each<[string, unknown]>([
    ['a function', { f: none }],
    ['a date', { at: new Date(0) }],
    ['the name of a number', { text: 'NaN' }],
    ['a tensor inside', { inside: [tensor([1])] }],
    ['no object', 1],
  ])('refuses a state with %s', async (_, state) => {
    const odd = { state } as Callbacks;
    await expect(saved({ callbacks: [odd] })).rejects.toThrow('checkpointToBytes: "callbacks[1].state');
  });

  it('within an epoch needs metrics whose sums it can hold', async () => {
    const metrics = { own: { add: none, result: () => 1, reset: none } };
    await expect(saved({ metrics }, { everySteps: 1 })).rejects.toThrow('"metrics.own" must have sums');
    expect(await saved({ metrics })).toHaveLength(2);
    expect(await saved({ metrics: { mae: new MAE() } }, { everySteps: 1 })).toHaveLength(8);
  });
});

describe('Checkpoint', () => {
  it('saves every n epochs, every n steps, or both', async () => {
    expect(await saved({ epochs: 5 }, {})).toHaveLength(5);
    expect(await saved({ epochs: 5 }, { everyEpochs: 2 })).toHaveLength(2);
    expect(await saved({ epochs: 5 }, { everySteps: 3 })).toHaveLength(6);
    expect(await saved({ epochs: 5 }, { everySteps: 3, everyEpochs: 5 })).toHaveLength(7);
  });

  it('hands on the figure, and saves the best alone on request', async () => {
    const values: (number | undefined)[] = [];
    const save = (_: Uint8Array, { value }: { readonly value?: number }): void => void values.push(value);
    const trained = (options: object) => {
      const callbacks = [new Checkpoint({ save, ...options })];
      return make().fit(x, y, { epochs: 4, validationData: [x, y], callbacks });
    };
    const { epochs } = await trained({ monitor: 'validationLoss' });
    expect(values.splice(0)).toEqual(epochs.map(({ validationLoss }) => validationLoss));
    await trained({ monitor: 'validationLoss', mode: 'max', bestOnly: true });
    expect(values.splice(0)).toEqual([epochs[0]!.validationLoss]); // the loss falls
    await trained({});
    expect(values).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('waits until a checkpoint is saved, and sees what callbacks after it remember', async () => {
    const order: string[] = [];
    const save = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push('saved');
    };
    const log: Callbacks = { onEpochEnd: () => void order.push('epoch'), onEpochBegin: () => void order.push('begin') };
    await make().fit(x, y, { epochs: 2, callbacks: [new Checkpoint({ save }), log] });
    expect(order).toEqual(['begin', 'epoch', 'saved', 'begin', 'epoch', 'saved']);
  });

  it('ends the training where it cannot save', async () => {
    const save = (): never => {
      throw new Error('disk full');
    };
    await expect(make().fit(x, y, { callbacks: [new Checkpoint({ save })] })).rejects.toThrow('disk full');
  });

  it('is made by a callback of your own', async () => {
    let bytes: Uint8Array | undefined;
    const own: Callbacks = {
      onBatchEnd({ step }, run) {
        if (step === 1) bytes = checkpointToBytes(run);
      },
    };
    const [model, twin] = [make(), make()];
    await twin.fit(x, y, { batchSize: 2, callbacks: [own] });
    await model.fit(x, y, { batchSize: 2, callbacks: [{ onTrainBegin: (run) => resumeFromBytes(run, bytes!) }] });
    expectSame(model, twin);
  });
});
