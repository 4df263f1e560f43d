import { describe, expect, it, jest } from '@jest/globals';
import { type Chunk, progressEvents, randomNormal, type TrainingProgress } from '../../../lib/index.ts';
import { compiled, x, y } from '../trainable.ts';

describe('progressEvents', () => {
  it('reports the fraction of a fit, its batches and epochs, and the end', async () => {
    const seen: TrainingProgress[] = [];
    const progress = progressEvents({ to: (now) => seen.push(now), interval: 0 });
    const { epochs } = await compiled().model.fit(x, y, { epochs: 2, batchSize: 5, callbacks: [progress] });
    expect(seen.map(({ fraction }) => fraction)).toEqual([0, 0.25, 0.5, 0.5, 0.75, 1, 1, 1]);
    expect(seen.map(({ ended }) => ended)).toEqual([...Array(7).fill(false), true]);
    expect(seen[3]!.epoch).toBe(epochs[0]);
    expect(seen[7]).toMatchObject({ epoch: epochs[1], batch: { step: 3 } });
    await compiled().model.fit(x, y, { callbacks: [progress] });
    expect(seen[8]).toEqual({ fraction: 0, ended: false, batch: undefined, epoch: undefined });
  });

  it('reports where a training ended early', async () => {
    const seen: TrainingProgress[] = [];
    const callbacks = [progressEvents({ to: (now) => seen.push(now) }), { onBatchEnd: () => false }];
    await compiled().model.fit(x, y, { epochs: 2, batchSize: 5, callbacks });
    expect(seen.at(-1)).toMatchObject({ fraction: 0.25, ended: true });
  });

  it('knows no fraction of a stream before its end', async () => {
    const seen: TrainingProgress[] = [];
    const chunk: Chunk = [randomNormal([2, 4, 3], { seed: 1 }), randomNormal([2, 2], { seed: 2 })];
    const progress = progressEvents({ to: (now) => seen.push(now), interval: 0 });
    await compiled().model.fitStream([chunk, chunk], { callbacks: [progress] });
    expect(seen.map(({ fraction }) => fraction)).toEqual([0, undefined, undefined, undefined, 1]);
  });

  it('dispatches events', async () => {
    const target = new EventTarget();
    const seen: TrainingProgress[] = [];
    target.addEventListener('progress', (event) => void seen.push((event as CustomEvent).detail));
    await compiled().model.fit(x, y, { callbacks: [progressEvents({ to: target, interval: 0 })] });
    expect(seen.map(({ fraction }) => fraction)).toEqual([0, 1, 1, 1]);
  });

  it('reports batches after the interval alone', async () => {
    let now = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
    const seen: (number | undefined)[] = [];
    const callbacks = [
      {
        onBatchEnd() {
          now += 40;
        },
      },
      progressEvents({ to: ({ fraction }) => seen.push(fraction) }),
    ];
    await compiled().model.fit(x, y, { batchSize: 1, callbacks });
    clock.mockRestore();
    expect(seen).toEqual([0, 0.3, 0.6, 0.9, 1, 1]);
  });
});
