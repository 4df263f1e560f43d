import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asha,
  choice,
  gridSampler,
  haltonSampler,
  hyperband,
  integer,
  medianPruner,
  randomSampler,
  Study,
  type SweepPruner,
  type SweepSampler,
  sweep,
  type Trial,
  tpeSampler,
  uniform,
} from '../../../lib/fleet/index.ts';
import { contains } from '../../../lib/fleet/sweep/space.ts';
import { Random } from '../../../lib/index.ts';

const SPACE = {
  rate: uniform(1e-4, 1, { log: true }),
  drop: uniform(0, 0.5, { step: 0.1 }),
  shift: uniform(-3, 4),
  units: integer(3, 40, { log: true }),
  layers: integer(-1, 5, { step: 2 }),
  cell: choice(['gru', 'lstm', null]),
};

const SAMPLERS: readonly SweepSampler[] = [
  gridSampler({ points: 2 }),
  randomSampler(),
  haltonSampler(),
  tpeSampler({ startupTrials: 4 }),
];
const PRUNERS: readonly (SweepPruner | undefined)[] = [
  undefined,
  medianPruner({ startupTrials: 3 }),
  hyperband({ maxSteps: 9 }),
];
const STEPS = 9;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An objective that ends after a random number of turns, fails for some trials, and goes on from checkpoints. */
function learner(chaos: Random): (trial: Trial<typeof SPACE>) => Promise<number> {
  return async ({ number, parameters, checkpoint, resumedAt, report }) => {
    const { rate, drop, shift, units, cell } = parameters;
    const floor = Math.abs(rate - 0.03) + drop + Math.abs(shift) / 9 + 1 / units + (cell === 'gru' ? 0 : 0.2);
    let sum = checkpoint === undefined ? 0 : new Float64Array(checkpoint.slice().buffer)[0]!;
    for (let step = (resumedAt ?? 0) + 1; step <= STEPS; step++) {
      for (let k = chaos.integer(4); k > 0; k--) await turn();
      if (number % 11 === 7 && step === 3) throw new Error('on purpose');
      sum += floor / step;
      const bytes = new Uint8Array(Float64Array.of(sum).buffer);
      await report(step, sum / step, number % 2 === 0 ? { checkpoint: bytes } : {});
    }
    return sum;
  };
}

const CASES = SAMPLERS.flatMap((sampler) =>
  PRUNERS.map((pruner) => [`${sampler.kind}, ${pruner?.kind ?? 'no pruner'}`, sampler, pruner] as const),
);
const options = (sampler: SweepSampler, pruner: SweepPruner | undefined) => ({
  sampler,
  ...(pruner && { pruner }),
  trials: 34,
  seed: 5,
});

describe.each(CASES)('%s', (_, sampler, pruner) => {
  const run = (concurrency: number, chaos: number): Promise<Study<typeof SPACE>> =>
    sweep(SPACE, learner(new Random(chaos)), { ...options(sampler, pruner), concurrency });

  it('gives one table, whatever runs at once and ends first', async () => {
    const study = await run(1, 1);
    expect(study.done).toBe(true);
    expect(study.trials).toHaveLength(34);
    const counts = ['complete', 'pruned', 'failed'].map((s) => study.trials.filter(({ state }) => state === s).length);
    expect(counts[0]! > 0 && counts[1]! > 0 === (pruner !== undefined) && counts[2]! > 0).toBe(true);
    for (const [concurrency, chaos] of [
      [2, 2],
      [5, 3],
      [8, 4],
    ] as const) {
      expect((await run(concurrency, chaos)).toCsv()).toBe(study.toCsv());
    }
    expect(
      (await sweep(SPACE, learner(new Random(1)), { ...options(sampler, pruner), seed: 6 })).toCsv() === study.toCsv(),
    ).toBe(sampler.kind === 'grid');
  });

  it('stays within the space', async () => {
    for (const { parameters } of (await run(5, 9)).trials) {
      for (const [name, of] of Object.entries(SPACE)) {
        expect([name, contains(of, parameters[name as keyof typeof SPACE])]).toEqual([name, true]);
      }
    }
  });

  it('goes on after a crash at any moment', async () => {
    const whole = (await run(1, 1)).toCsv();
    const saved: string[] = [];
    await sweep(
      SPACE,
      async (trial) => {
        const value = await learner(new Random(8))(trial);
        return value;
      },
      { ...options(sampler, pruner), concurrency: 3, save: (study) => saved.push(JSON.stringify(study)) },
    );
    for (const at of [0, 7, 19, saved.length - 1]) {
      const study = Study.fromJSON<typeof SPACE>(JSON.parse(saved[at]!));
      expect(JSON.stringify(Study.fromJSON(JSON.parse(JSON.stringify(study))))).toBe(saved[at]);
      expect((await sweep(study, learner(new Random(at)), { concurrency: 2 })).toCsv()).toBe(whole);
    }
  });
});

describe('asha', () => {
  const options = { pruner: asha({ maxSteps: 9 }), sampler: tpeSampler({ startupTrials: 5 }), trials: 40, seed: 2 };

  it('repeats a record, with any concurrency and other orders of results', async () => {
    const study = await sweep(SPACE, learner(new Random(1)), { ...options, concurrency: 4 });
    const { record } = study;
    expect(study.done).toBe(true);
    const other = await sweep(SPACE, learner(new Random(2)), { ...options, concurrency: 3 });
    expect(other.toCsv()).not.toBe(study.toCsv());
    for (const concurrency of [1, 2, 7]) {
      const again = await sweep(SPACE, learner(new Random(concurrency)), { ...options, concurrency, replay: record });
      expect(again.toCsv()).toBe(study.toCsv());
      expect(again.record).toEqual(record);
    }
    const stored = JSON.parse(JSON.stringify(study)).record;
    expect((await sweep(SPACE, learner(new Random(3)), { ...options, replay: stored })).toCsv()).toBe(study.toCsv());
  });

  it('refuses the record of another sweep', async () => {
    const { record } = await sweep(SPACE, learner(new Random(1)), { ...options, concurrency: 4 });
    await expect(sweep(SPACE, learner(new Random(1)), { ...options, seed: 3, replay: record })).rejects.toThrow(
      /^sweep: "replay" must be the record of this sweep: trial 0 begins .*; received trial 0 begins/,
    );
    await expect(sweep(SPACE, () => 1, { ...options, replay: record })).rejects.toThrow('trial');
  });

  it('promotes one of three at each rung', async () => {
    const study = await sweep(
      { x: uniform(0, 1) },
      async ({ parameters: { x }, report }) => {
        for (let step = 1; step <= 9; step++) await report(step, x);
        return x;
      },
      { pruner: asha({ maxSteps: 9 }), sampler: haltonSampler(), trials: 27 },
    );
    const reached = (step: number) => study.trials.filter(({ steps }) => steps.length >= step).length;
    expect([reached(1), reached(2), reached(4)]).toEqual([27, 9, 3]);
    const x = study.trials.map(({ parameters }) => parameters.x).sort((a, b) => a - b);
    expect(study.best!.value).toBe(x[0]);
  });
});

describe('any space', () => {
  const distribution = fc.oneof(
    fc
      .record({
        low: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        width: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        parts: fc.option(fc.integer({ min: 1, max: 9 })),
      })
      .map(({ low, width, parts }) => uniform(low, low + width, parts === null ? {} : { step: width / (parts + 0.5) })),
    fc
      .record({
        low: fc.double({ min: 1e-6, max: 1, noNaN: true }),
        ratio: fc.double({ min: 1.01, max: 1e4, noNaN: true }),
      })
      .map(({ low, ratio }) => uniform(low, low * ratio, { log: true })),
    fc
      .record({
        low: fc.integer({ min: -50, max: 50 }),
        width: fc.integer({ min: 1, max: 60 }),
        step: fc.integer({ min: 1, max: 60 }),
      })
      .map(({ low, width, step }) => integer(low, low + width, { step: Math.min(step, width) })),
    fc
      .record({ low: fc.integer({ min: 1, max: 50 }), width: fc.integer({ min: 1, max: 500 }) })
      .map(({ low, width }) => integer(low, low + width, { log: true })),
    fc
      .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 })
      .map((list) => choice(list)),
  );

  it('holds every suggestion of every sampler', () => {
    fc.assert(
      fc.property(fc.array(distribution, { minLength: 1, maxLength: 3 }), fc.nat(), (list, seed) => {
        const space = Object.fromEntries(list.map((of, k) => [`p${k}`, of]));
        for (const sampler of [
          randomSampler(),
          haltonSampler(),
          tpeSampler({ startupTrials: 3 }),
          gridSampler({ points: 3 }),
        ]) {
          const study = new Study(space, { sampler, seed, trials: 12, lag: 1 });
          for (let trial = study.ask(); trial !== undefined; trial = study.ask()) {
            for (const [name, of] of Object.entries(space)) expect(contains(of, trial.parameters[name])).toBe(true);
            study.tell(trial, trial.number % 5);
          }
          expect(study.done).toBe(true);
          expect(Study.fromJSON(JSON.parse(JSON.stringify(study))).toCsv()).toBe(study.toCsv());
        }
      }),
      { numRuns: 60 },
    );
  });
});
