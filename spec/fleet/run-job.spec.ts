import { describe, expect, it } from '@jest/globals';
import { type ExecutorRun, type Job, type JobEpoch, nextValues, readJob } from '../../lib/fleet/index.ts';
import {
  Adam,
  cosineDecay,
  Dense,
  EarlyStopping,
  GRU,
  MeanSquaredError,
  Sequential,
  StandardScaler,
  tensor,
  windows,
} from '../../lib/index.ts';
import { inProcess, smallJob } from '../support/in-process.ts';

const executor = inProcess();
const run = (job: Job, options: ExecutorRun = {}) => executor.run(readJob(job), options);

/** The training of `smallJob` written as a program. */
async function byHand(seed: number, epochs: number, patience?: number) {
  const series = tensor((smallJob(seed).data.values as number[]).map((value) => [value]));
  const scaler = new StandardScaler().fit(series);
  const [{ x, y }] = windows(scaler.transform(series), { length: 4, horizon: 2 }) as unknown as [
    { x: never; y: never },
  ];
  const model = new Sequential([new GRU({ units: 3, recurrentDropout: 0.2 }), new Dense({ units: 2 })], {
    inputSize: 1,
    seed,
  }).build();
  const learningRate = cosineDecay(0.05, { steps: 20 });
  model.compile({ optimizer: new Adam({ learningRate }), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  const stopping = patience === undefined ? [] : [new EarlyStopping({ patience, restoreBest: true })];
  const targets = tensor((tensor(y).toArray() as number[][][]).map((row) => row.map(([value]) => value!)));
  const history = await model.fit(x, targets, {
    ...{ epochs, batchSize: 4, seed, validationSplit: 0.25, callbacks: stopping },
  });
  return { model, history };
}

describe('a job', () => {
  it('trains as the same program does, to the bit', async () => {
    const { model, history } = await byHand(5, 4);
    const outcome = await run(smallJob(5, 4));
    expect(outcome.losses).toEqual(history.epochs.map(({ loss }) => loss));
    expect(outcome.validationLosses).toEqual(history.epochs.map(({ validationLoss }) => validationLoss));
    expect(outcome.loss).toBe(history.epochs[3]!.validationLoss);
    expect(outcome.steps).toBe(4 * 4); // 15 rows in batches of 4
    const loaded = Sequential.fromBytes(outcome.model, { classes: [StandardScaler] });
    for (const { name, value } of loaded.parameters) {
      expect([name, [...value.copy().data]]).toEqual([name, [...model.parameters.get(name).value.copy().data]]);
    }
    expect(loaded.metadata).toMatchObject({ input: 4, horizon: 2, fleet: { loss: outcome.loss, steps: 16 } });
    expect(loaded.metadata.scaler).toBeInstanceOf(StandardScaler);
  });

  it('keeps the weights of the best epoch if it has patience', async () => {
    const job = smallJob(5, 40);
    const { model, history } = await byHand(5, 40, 2);
    const outcome = await run({ ...job, training: { ...job.training, patience: 2 } });
    expect(outcome.losses.length).toBe(history.epochs.length);
    expect(outcome.losses.length).toBeLessThan(40);
    expect(outcome.loss).toBe(Math.min(...outcome.validationLosses));
    const loaded = Sequential.fromBytes(outcome.model, { classes: [StandardScaler] });
    expect([...loaded.parameters.get('gru1.kernel').value.copy().data]).toEqual([
      ...model.parameters.get('gru1.kernel').value.copy().data,
    ]);
  });

  it.each([undefined, 3])('ends in the same bits in parts, with patience %p', async (patience) => {
    const base = smallJob(3, 7);
    const job = { ...base, training: { ...base.training, ...(patience !== undefined && { patience }) } };
    const whole = await run(job);
    const epochs: JobEpoch[] = [];
    let checkpoint: Uint8Array | undefined;
    for (const until of [1, 2, 5, 7]) {
      const part = await run(job, { until, checkpoint, onEpoch: (epoch) => epochs.push(epoch) });
      expect(part.losses).toEqual(whole.losses.slice(0, until));
      ({ checkpoint } = part);
      if (checkpoint !== undefined) continue;
      expect(part.model).toEqual(whole.model);
      break;
    }
    expect(checkpoint).toBeUndefined();
    expect(epochs.map(({ loss }) => loss)).toEqual(whole.losses);
    expect(epochs.map(({ epoch }) => epoch)).toEqual(whole.losses.map((_, k) => k));
  });

  it.each([1, 3, 6, 9, 13])('aborted after batch %i goes on from its checkpoint to the same bits', async (last) => {
    const job = smallJob(2, 4);
    const whole = await run(job);
    const controller = new AbortController();
    const checkpoints: Uint8Array[] = [];
    const reason = new Error('enough');
    let batches = 0;
    const aborted = run(job, {
      signal: controller.signal,
      checkpointEvery: 1e-9,
      onCheckpoint: (bytes) => {
        checkpoints.push(bytes);
        if (++batches === last) controller.abort(reason);
      },
    });
    await expect(aborted).rejects.toBe(reason);
    expect(checkpoints.length).toBe(last);
    const rest = await run(job, { checkpoint: checkpoints.at(-1) });
    expect(rest).toEqual(whole);
  });

  it('aborted while it runs leaves the checkpoint of that batch, and none without a taker', async () => {
    const job = smallJob(2, 50);
    const controller = new AbortController();
    const checkpoints: Uint8Array[] = [];
    const onEpoch = ({ epoch }: JobEpoch): void => {
      if (epoch === 5) controller.abort(new Error('enough'));
    };
    const onCheckpoint = (bytes: Uint8Array): void => void checkpoints.push(bytes);
    await expect(run(job, { signal: controller.signal, onEpoch, onCheckpoint })).rejects.toThrow('enough');
    expect(checkpoints.length).toBe(1);
    expect(await run(job, { checkpoint: checkpoints[0] })).toEqual(await run(job));
  });

  it('refuses the checkpoint of another job, and parts that are not of the library', async () => {
    const { checkpoint } = await run(smallJob(2, 4), { until: 2 });
    await expect(run(smallJob(3, 4), { checkpoint })).rejects.toThrow('resumeFromBytes');
    await expect(run(smallJob(2, 4), { checkpoint: new Uint8Array(10) })).rejects.toThrow('resumeFromBytes');
    const job = smallJob(1);
    const bad: [string, Job][] = [
      ['job.model.layers', { ...job, model: { inputSize: 1, layers: [{ kind: 'constructor' }] } }],
      ['units', { ...job, model: { inputSize: 1, layers: [{ kind: 'GRU', units: 1e9 }] } }],
      ['job.model', { ...job, model: { inputSize: 65_536, layers: [{ kind: 'LSTM', units: 65_536 }] } }],
      ['job.training.optimizer.kind', { ...job, training: { ...job.training, optimizer: { kind: 'toString' } } }],
      ['job.training.loss.kind', { ...job, training: { ...job.training, loss: { kind: '__proto__' } } }],
      [
        'job.training.optimizer.learningRate.kind',
        { ...job, training: { ...job.training, optimizer: { kind: 'Adam', learningRate: { kind: 'eval' } } } },
      ],
      ['job.data.loader', { ...job, data: { loader: 'valueOf' } }],
      ['data', { ...job, data: { loader: 'series', values: [1, 2, 3], input: 4, horizon: 1 } }],
      ['data.values', { ...job, data: { loader: 'series', values: ['1'], input: 4, horizon: 1 } }],
    ];
    for (const [argument, each] of bad) await expect(run(each)).rejects.toThrow(`"${argument}"`);
  });
});

describe('nextValues', () => {
  it('continues a series in its own units, from its last values', async () => {
    const values = Array.from({ length: 40 }, (_, t) => 1000 + 50 * [0, 1, 4, 9][t % 4]!);
    const base = smallJob(1, 150);
    const job = {
      ...base,
      model: { inputSize: 1, layers: [{ kind: 'GRU', units: 8 }, base.model.layers[1]!] },
      data: { ...base.data, values },
    };
    const { model } = await run({
      ...job,
      training: { ...job.training, optimizer: { kind: 'Adam', learningRate: 0.02 } },
    });
    const loaded = Sequential.fromBytes(model, { classes: [StandardScaler] });
    const next = nextValues(loaded, values);
    expect(next.map((value) => Math.round(value / 50) * 50)).toEqual([1000, 1050]);
    expect(nextValues(loaded, values.slice(-4))).toEqual(next);
    const earlier = nextValues(loaded, Float64Array.from(values.slice(0, -2)));
    expect(earlier.map((value) => Math.round(value / 50) * 50)).toEqual([1200, 1450]);
    loaded.metadata = {};
    expect(() => nextValues(loaded, values)).toThrow('loader series');
  });

  it.each([1, 4, 7])('adds differences to the values %i steps before them', async (difference) => {
    const values = Array.from({ length: 40 }, (_, t) => 3 * t + [0, 5, 1, 7][t % 4]!);
    const { data, ...rest } = smallJob(1);
    const { model } = await run({ ...rest, data: { ...data, values, difference } });
    const loaded = Sequential.fromBytes(model, { classes: [StandardScaler] });
    // The same by hand: a model of the differences, which knows of no difference.
    const changes = values.slice(difference).map((value, k) => value - values[k]!);
    const plain = await run({ ...rest, data: { ...data, values: changes } });
    const next = nextValues(Sequential.fromBytes(plain.model, { classes: [StandardScaler] }), changes);
    const known = [...values];
    for (const change of next) known.push(known.at(-difference)! + change);
    expect(nextValues(loaded, values)).toEqual(known.slice(values.length));
    expect(loaded.metadata.difference).toBe(difference);
    expect(() => nextValues(loaded, values.slice(-3 - difference))).toThrow(`be at least ${4 + difference} numbers`);
  });
});
