import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  ArgumentError,
  type Callbacks,
  Checkpoint,
  EarlyStopping,
  MAE,
  ReduceLROnPlateau,
  randomNormal,
  ShapeError,
} from '../../../lib/index.ts';
import { compiled, expectSame, x, y } from '../trainable.ts';
import { epochLog, run } from './logs.ts';

const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((k) => k / 2),
  fc.double({ noNaN: true }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity),
);
const drawn = fc.record({
  values: fc.array(value, { minLength: 1, maxLength: 30 }),
  patience: fc.integer({ min: 1, max: 4 }),
  minDelta: fc.constantFrom(0, 0.5, 1),
  mode: fc.constantFrom('min' as const, 'max' as const),
  baseline: fc.option(fc.constantFrom(-0.5, 0, 0.5), { nil: undefined }),
});

describe('EarlyStopping', () => {
  test.prop([drawn])('ends after as many epochs as the rule says', ({ values, baseline, ...options }) => {
    const { mode, minDelta, patience } = options;
    const stopping = new EarlyStopping({ ...options, ...(baseline !== undefined && { baseline }) });
    const sign = mode === 'min' ? 1 : -1;
    const better = (a: number, b: number) => sign * a < sign * b - minDelta;
    const bestBefore = (k: number): number =>
      values.slice(0, k).reduce((b, v) => (better(v, b) ? v : b), sign * Infinity);
    const useful = values.map((v, k) => better(v, bestBefore(k)) && (baseline === undefined || better(v, baseline)));
    const end = values.findIndex((_, k) => k + 1 >= patience && !useful.slice(k + 1 - patience, k + 1).includes(true));
    const given = run();
    stopping.onTrainBegin(given);
    const stopped = values.findIndex((v, epoch) => {
      stopping.onEpochEnd(epochLog(epoch, v), given);
      return given.stopped;
    });
    expect(stopped).toBe(end);
    const seen = values.slice(0, stopped < 0 ? values.length : stopped + 1);
    const improvements = seen.map((v, k) => better(v, bestBefore(k)));
    expect(stopping.bestEpoch ?? -1).toBe(improvements.lastIndexOf(true));
    expect(stopping.best).toBe(improvements.includes(true) ? seen[improvements.lastIndexOf(true)] : undefined);
  });

  test.prop([drawn, fc.nat(29)])(
    'goes on from its state as if nothing had been',
    ({ values, baseline, ...options }, cut) => {
      const make = () =>
        new EarlyStopping({ ...options, ...(baseline !== undefined && { baseline }), restoreBest: true });
      const [whole, first, second] = [make(), make(), make()];
      const [a, b] = [run(), run()];
      values.forEach((v, epoch) => {
        if (epoch === cut) second.state = first.state;
        a.parameters.get('w').assign(randomNormal([3], { seed: epoch }));
        b.parameters.get('w').assign(randomNormal([3], { seed: epoch }));
        whole.onEpochEnd(epochLog(epoch, v), a);
        (epoch < cut ? first : second).onEpochEnd(epochLog(epoch, v), b);
      });
      const last = values.length <= cut ? first : second;
      expect(last.state).toEqual(whole.state);
      expect(b.stopped).toBe(a.stopped);
    },
  );

  test.prop([fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.nat(50)])(
    'restores the weights of the best epoch, bit for bit',
    async (patience, shuffle, seed) => {
      const [{ model }, { model: twin }] = [compiled(), compiled()];
      const validationData = [
        randomNormal([5, 4, 3], { seed: seed + 1 }),
        randomNormal([5, 2], { seed: seed + 2 }),
      ] as const;
      const stopping = new EarlyStopping({ patience, restoreBest: true });
      const options = { batchSize: 3, shuffle, seed, validationData };
      const { epochs } = await model.fit(x, y, { ...options, epochs: 12, callbacks: [stopping] });
      await twin.fit(x, y, { ...options, epochs: stopping.bestEpoch! + 1 });
      expectSame(model, twin);
      expect(stopping.best).toBe(epochs[stopping.bestEpoch!]!.validationLoss);
      expect(model.evaluate(...validationData, { batchSize: 3 })).toBe(stopping.best);
    },
  );

  it('restores them also after an error, and leaves the last ones without restoreBest', async () => {
    const [{ model }, { model: twin }, { model: plain }] = [compiled(), compiled(), compiled()];
    const failing: Callbacks = {
      onEpochEnd({ epoch }) {
        if (epoch === 2) throw new Error('enough');
      },
    };
    const worse = { monitor: 'epoch', mode: 'min' } as const; // every epoch after the first is worse
    const stopping = new EarlyStopping({ ...worse, patience: 9, restoreBest: true });
    await expect(model.fit(x, y, { epochs: 5, callbacks: [stopping, failing] })).rejects.toThrow('enough');
    await twin.fit(x, y);
    expectSame(model, twin);
    await plain.fit(x, y, { epochs: 5, callbacks: [new EarlyStopping({ ...worse, patience: 1 })] });
    await twin.fit(x, y);
    expectSame(plain, twin);
  });

  it('begins anew with each training', async () => {
    const { model } = compiled();
    const stopping = new EarlyStopping({ monitor: 'epoch', mode: 'min' });
    const options = { epochs: 9, callbacks: [stopping] };
    expect((await model.fit(x, y, options)).nextEpoch).toBe(2);
    expect((await model.fit(x, y, options)).nextEpoch).toBe(4);
  });

  it.each([5, 2])(
    'ends again where it ended, when it continues from there, with %i epochs to train',
    async (epochs) => {
      let last: Uint8Array | undefined;
      const train = async (resume?: Uint8Array) => {
        const { model } = compiled();
        const save = (bytes: Uint8Array): void => {
          last = bytes;
        };
        const stopping = new EarlyStopping({ monitor: 'epoch', mode: 'min', patience: 1 });
        const callbacks = [new Checkpoint({ save, resume }), stopping];
        return { model, history: await model.fit(x, y, { epochs, callbacks }) };
      };
      const whole = await train();
      const again = await train(last);
      expect(whole.history).toMatchObject({ nextEpoch: 2, stopped: true });
      expect(again.history).toEqual(whole.history);
      expectSame(again.model, whole.model);
    },
  );

  it('finds metrics by name and by path', () => {
    const more = { metrics: { accuracy: 0.5 }, validationMetrics: { accuracy: 0.25 } };
    const bestOf = (monitor: string) => {
      const stopping = new EarlyStopping({ monitor, mode: 'max' });
      stopping.onEpochEnd(epochLog(0, 1, more), run());
      return stopping.best;
    };
    expect(bestOf('accuracy')).toBe(0.5);
    expect(bestOf('metrics.accuracy')).toBe(0.5);
    expect(bestOf('validationMetrics.accuracy')).toBe(0.25);
    expect(bestOf('loss')).toBe(7);
  });

  it('refuses a figure that the log does not have', async () => {
    const stopping = new EarlyStopping();
    await expect(compiled().model.fit(x, y, { callbacks: [stopping] })).rejects.toThrow(
      'EarlyStopping: "monitor" must be one of epoch, epochs, loss, gradientNorm, clippedNorm, clippedShare, skipped, learningRate; ' +
        'received "validationLoss". Give fit the option validationData',
    );
    expect(() => new EarlyStopping({ monitor: 'accuracy' })).toThrow(ArgumentError);
  });

  it('asks for validation data only where there are none', async () => {
    const early = new EarlyStopping({ monitor: 'validationMetrics.typo', mode: 'max' });
    const ended = compiled().model.fit(x, y, { validationData: [x, y], callbacks: [early] });
    await expect(ended).rejects.toThrow(/received "validationMetrics.typo"$/);
  });

  const NAMES = ['epoch', 'epochs', 'loss', 'gradientNorm', 'clippedNorm', 'clippedShare', 'skipped', 'learningRate'];
  const VALIDATION = ['validationLoss', 'validationMetrics.mae', 'validationMetrics.own'];
  const OWN = ['metrics.own.low', 'own.high', 'metrics.mae', 'mae'];
  const kinds = [
    (monitor: string) => new EarlyStopping({ monitor, mode: 'min', patience: 9 }),
    (monitor: string) => new ReduceLROnPlateau({ monitor, mode: 'min' }),
    (monitor: string) => new Checkpoint({ monitor, mode: 'min', save: () => {} }),
  ];
  test.prop([
    fc.constantFrom(...kinds),
    fc.boolean(),
    fc.oneof(fc.constantFrom(...NAMES, ...VALIDATION.slice(0, 2), ...OWN), fc.string({ minLength: 1, maxLength: 9 })),
  ])(
    'of any class, refuses a figure that no log will have before a step changes anything',
    async (kind, validates, name) => {
      const own = { add() {}, reset() {}, result: () => ({ low: 1, high: 2 }) };
      const known = [...NAMES, ...OWN, ...(validates ? VALIDATION.slice(0, 2) : [])].includes(name);
      const [{ model }, { model: untrained }] = [compiled(), compiled()];
      const options = { metrics: { mae: new MAE(), own }, ...(validates && { validationData: [x, y] as const }) };
      const trained = model.fit(x, y, { ...options, callbacks: [kind(name)] });
      if (known) return void expect((await trained).epochs).toHaveLength(1);
      const listed = [...NAMES, 'metrics.mae', 'metrics.own', ...(validates ? VALIDATION : [])].join(', ');
      await expect(trained).rejects.toThrow(`: "monitor" must be one of ${listed}; received ${JSON.stringify(name)}`);
      expect([model.nextEpoch, model.trainingStep]).toEqual([0, 0]);
      expect(model.summary()).toBe(untrained.summary());
    },
  );

  it('finds at the first log that a metric has no such number', async () => {
    const options = { metrics: { own: { add() {}, reset() {}, result: () => ({ low: 1 }) } } };
    const callbacks = [new EarlyStopping({ monitor: 'own', mode: 'min' })];
    await expect(compiled().model.fit(x, y, { ...options, callbacks })).rejects.toThrow(
      'metrics.own.low; received "own"',
    );
  });

  it('refuses the weights of another model', async () => {
    const stopping = new EarlyStopping({ restoreBest: true });
    stopping.onEpochEnd(epochLog(0, 1), run());
    const { model } = compiled();
    const { state } = stopping;
    const resume: Callbacks = {
      onTrainBegin() {
        stopping.state = state;
      },
    };
    await expect(model.fit(x, y, { callbacks: [stopping, resume], validationData: [x, y] })).rejects.toThrow(
      ShapeError,
    );
  });
});
