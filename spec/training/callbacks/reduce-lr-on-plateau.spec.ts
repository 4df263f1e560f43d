import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { ReduceLROnPlateau, StateError } from '../../../lib/index.ts';
import { compiled, x, y } from '../trainable.ts';
import { epochLog, run } from './logs.ts';
import { PLATEAUS } from './plateau-cases.ts';

describe('ReduceLROnPlateau', () => {
  it.each(Object.entries(PLATEAUS))('has the rates of PyTorch: %s', (_, { options, values, rates }) => {
    const plateau = new ReduceLROnPlateau(options);
    const given = run();
    plateau.onTrainBegin(given);
    const found = values.map((value, epoch) => {
      const rate = given.optimizer.learningRate;
      plateau.onEpochEnd(epochLog(epoch, value), given);
      return rate;
    });
    expect([...found, given.optimizer.learningRate]).toEqual(rates);
  });

  const drawn = fc.record({
    values: fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, Infinity)), {
      maxLength: 40,
    }),
    patience: fc.nat(3),
    cooldown: fc.nat(3),
    thresholdMode: fc.constantFrom('relative' as const, 'absolute' as const),
    mode: fc.constantFrom('min' as const, 'max' as const),
  });

  test.prop([drawn, fc.nat(39)])('goes on from its state as if nothing had been', ({ values, ...options }, cut) => {
    const make = () => new ReduceLROnPlateau({ ...options, factor: 0.5 });
    const [whole, first, second] = [make(), make(), make()];
    const [a, b] = [run(), run()];
    values.forEach((v, epoch) => {
      if (epoch === cut) second.state = first.state;
      whole.onEpochEnd(epochLog(epoch, v), a);
      (epoch < cut ? first : second).onEpochEnd(epochLog(epoch, v), b);
    });
    expect((values.length <= cut ? first : second).state).toEqual(whole.state);
    expect(b.optimizer.learningRate).toBe(a.optimizer.learningRate);
  });

  it('lowers the rate of a training, and begins anew with the next', async () => {
    const { model, optimizer } = compiled();
    const plateau = new ReduceLROnPlateau({ monitor: 'epoch', mode: 'min', patience: 1, factor: 0.5 });
    const { epochs } = await model.fit(x, y, { epochs: 6, callbacks: [plateau] });
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.01, 0.01, 0.005, 0.005, 0.0025]);
    expect(optimizer.learningRate).toBe(0.0025);
    await model.fit(x, y, { epochs: 2, callbacks: [plateau] });
    expect(optimizer.learningRate).toBe(0.0025);
  });

  it('refuses an optimizer with a schedule', () => {
    const given = run();
    given.optimizer.learningRate = () => 1;
    expect(() => new ReduceLROnPlateau().onTrainBegin(given)).toThrow(StateError);
  });
});
