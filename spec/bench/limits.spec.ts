import { describe, expect, it } from '@jest/globals';

const { simulate } = await import('../../bench/limits/simulate.mjs' as string);

/** Everything but the jobs themselves takes next to no time. */
const PLAN = {
  jobs: 4000,
  workers: 10,
  window: 1000,
  job: { mean: 1, sigma: 0.5 },
  parent: { add: 1e-9, collect: 1e-9 },
  redis: { add: 1e-9, take: 1e-9, finish: 1e-9, collect: 1e-9, renew: 1e-9 },
  bytes: { down: 1000, up: 1000 },
  bandwidth: 1e12,
  store: { seconds: 1e-9, writers: 1 },
};

describe('the simulation of a fleet', () => {
  it('has the rate of its workers where nothing else takes time', () => {
    const { perSecond, limit, busy } = simulate(PLAN);
    expect(perSecond).toBeGreaterThan(9.7);
    expect(perSecond).toBeLessThan(10.3);
    expect(limit).toBe('workers');
    expect(busy.workers).toBeGreaterThan(0.98);
  });

  it.each([
    ['parent', { parent: { add: 0.2, collect: 0.3 } }, 2],
    ['redis', { redis: { ...PLAN.redis, add: 0.1, take: 0.1, finish: 0.1, collect: 0.2 } }, 2],
    ['network', { bandwidth: 2000 / 0.4 }, 2.5],
    ['store', { store: { seconds: 2, writers: 4 } }, 2],
  ])('has the rate of the part that is slowest: %s', (name, change, rate) => {
    const { perSecond, limit, busy } = simulate({ ...PLAN, ...change, jobs: 1500 });
    expect(limit).toBe(name);
    expect(perSecond / rate).toBeGreaterThan(0.97);
    expect(perSecond / rate).toBeLessThan(1.03);
    expect(busy[name as 'redis']).toBeGreaterThan(0.97);
    expect(busy.workers).toBeLessThan(0.4);
  });

  it('gives renewals of locks their share of Redis', () => {
    const redis = { ...PLAN.redis, add: 0.1, take: 0.1, finish: 0.1, collect: 0.1, renew: 0.05 };
    const { perSecond } = simulate({ ...PLAN, redis, renewals: 1, jobs: 1000 });
    expect(perSecond).toBeCloseTo(2.5 * 0.5, 1); // 10 workers · 1 a second · 0.05 s: one half
    expect(simulate({ ...PLAN, redis, renewals: 3 }).perSecond).toBe(0);
  });

  it('never has more jobs in Redis than its window, and a small window starves the workers', () => {
    const { inRedis } = simulate(PLAN);
    expect(inRedis).toBeLessThanOrEqual(1000);
    const small = simulate({ ...PLAN, window: 4 });
    expect(small.inRedis).toBe(4);
    expect(small.perSecond).toBeLessThan(4.3);
  });

  it('is the same for one seed, and close for another', () => {
    expect(simulate(PLAN)).toEqual(simulate(PLAN));
    const [a, b] = [simulate(PLAN), simulate({ ...PLAN, seed: 2 })];
    expect(a.seconds).not.toBe(b.seconds);
    expect(a.seconds / b.seconds).toBeCloseTo(1, 1);
  });
});
