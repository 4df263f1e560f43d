import { describe, expect, it } from '@jest/globals';
import {
  choice,
  hyperband,
  integer,
  medianPruner,
  randomSampler,
  Study,
  sweep,
  type Trial,
  TrialStopped,
  tpeSampler,
  uniform,
} from '../../../lib/fleet/index.ts';
import { StateError } from '../../../lib/index.ts';

const space = { x: uniform(0, 1) };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('sweep', () => {
  it('keeps so many calls going, and no more', async () => {
    let [now, most] = [0, 0];
    const objective = async ({ parameters: { x } }: Trial<typeof space>): Promise<number> => {
      most = Math.max(most, ++now);
      await turn();
      now--;
      return x;
    };
    await sweep(space, objective, { sampler: randomSampler(), trials: 20, concurrency: 7 });
    expect(most).toBe(7);
    most = 0;
    await sweep(space, objective, { sampler: tpeSampler(), trials: 20, concurrency: 3, lag: 3 });
    expect(most).toBe(3);
    await expect(sweep(space, objective, { concurrency: 4, lag: 3 })).rejects.toThrow(
      'sweep: "concurrency" must be at most lag, 3; received 4. Give lag: 4',
    );
  });

  it('goes on after trials that fail, and says why they did', async () => {
    const results = [
      () => 1,
      () => Number.NaN,
      () => 'x' as unknown as number,
      () => {
        throw new TypeError('no data');
      },
      () => Promise.reject('gone'),
      () => Infinity,
      () => undefined as unknown as number,
    ];
    const study = await sweep(space, ({ number }) => results[number]!(), { trials: 7 });
    expect(study.trials.map(({ state, value, error }) => error ?? `${state} ${value}`)).toEqual([
      'complete 1',
      'The objective returned NaN',
      'The objective returned "x"',
      'TypeError: no data',
      '"gone"',
      'complete Infinity',
      'The objective returned undefined',
    ]);
    expect(study.best!.number).toBe(0);
    expect(String(study)).toBe('Study of 7 trials: 2 complete, 0 pruned, 5 failed, 0 running, 0 waiting');
  });

  it('ends with the reason of a signal, and goes on later', async () => {
    const controller = new AbortController();
    const study = new Study(space, { trials: 12, sampler: randomSampler() });
    const whole = await sweep(space, ({ parameters: { x } }) => x, { trials: 12, sampler: randomSampler() });
    let late: Promise<void> | undefined;
    const objective = async ({ number, parameters: { x }, report }: Trial<typeof space>): Promise<number> => {
      if (number === 5) {
        controller.abort(new Error('enough'));
        late = report(1, x);
        await late.catch(() => {});
      }
      return x;
    };
    await expect(sweep(study, objective, { signal: controller.signal, concurrency: 2 })).rejects.toThrow('enough');
    await expect(late).rejects.toThrow('enough');
    expect(study.done).toBe(false);
    await sweep(study, ({ parameters: { x } }) => x);
    expect(study.toCsv()).toBe(whole.toCsv());
    await expect(sweep(space, () => 1, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('rejects with what save throws, and waits for it', async () => {
    let saving = 0;
    const save = async (): Promise<void> => {
      expect(++saving).toBe(1);
      await turn();
      saving--;
    };
    await sweep(space, () => 1, { trials: 9, concurrency: 4, save });
    await expect(
      sweep(space, () => 1, {
        trials: 9,
        save: () => {
          throw new Error('disk full');
        },
      }),
    ).rejects.toThrow('disk full');
  });

  it('takes nothing from an objective that goes on after it was stopped', async () => {
    const study = await sweep(
      space,
      async ({ parameters: { x }, report }) => {
        await report(1, x).catch(() => {});
        await expect(report(2, -1))
          .resolves.toBeUndefined()
          .catch(() => {});
        return -1;
      },
      { pruner: medianPruner({ startupTrials: 1 }), lag: 1, trials: 8, sampler: randomSampler() },
    );
    for (const { state, value, steps } of study.trials) {
      expect(value).toBe(state === 'complete' ? -1 : undefined);
      if (state === 'pruned') expect(steps).toHaveLength(1);
    }
    expect(study.trials.some(({ state }) => state === 'pruned')).toBe(true);
  });
});

describe('a study', () => {
  it('hears only the last call of an objective', async () => {
    const study = new Study(space, {
      pruner: hyperband({ maxSteps: 4, factor: 2 }),
      trials: 4,
      sampler: randomSampler(),
    });
    const handles = Array.from({ length: 4 }, () => study.ask()!);
    for (const handle of handles) {
      await handle.report(1, handle.number, { checkpoint: Uint8Array.of(handle.number) }).catch((error) => {
        expect(error).toBeInstanceOf(TrialStopped);
        expect([error.name, error.trial, error.waits]).toEqual(['TrialStopped', handle.number, handle.number < 3]);
      });
    }
    const again = study.ask()!;
    expect([again.number, again.resumedAt, again.checkpoint]).toEqual([0, 1, Uint8Array.of(0)]);
    await expect(handles[0]!.report(2, 5)).rejects.toThrow(TrialStopped);
    await expect(again.report(1, 5)).resolves.toBeUndefined(); // passed over
    expect(study.trials[0]!.steps).toEqual([{ step: 1, value: 0 }]);
    expect(() => study.tell(3, 1)).toThrow(StateError);
    expect(() => study.tell(3, 1)).toThrow(
      'Study.tell: "trial" must be a trial that runs; received a trial that is pruned',
    );
  });

  it('begins no trial before those that it learns from have ended', () => {
    const study = new Study(space, { lag: 2, trials: 5 });
    const [a, b] = [study.ask()!, study.ask()!];
    expect(study.ask()).toBeUndefined();
    study.tell(b, 1);
    expect(study.ask()).toBeUndefined();
    study.tell(a, 1);
    expect(study.ask()!.number).toBe(2);
    expect(study.ask()!.number).toBe(3);
    expect(study.ask()).toBeUndefined();
  });

  it('writes text with commas, quotes and line ends', () => {
    const study = new Study({ name: choice(['a,"b"\nc']), n: integer(1, 2) }, { trials: 1 });
    study.report(study.ask()!, 3, 1);
    study.tell(0, 'failed', 'no, sorry');
    const n = study.trials[0]!.parameters.n;
    expect(study.toCsv()).toBe(
      `number,state,value,step,parameters.name,parameters.n,error\n0,failed,,3,"a,""b""\nc",${n},"no, sorry"\n`,
    );
  });

  it('keeps numbers that JSON lacks', () => {
    const study = new Study(space, { trials: 2 });
    study.report(study.ask()!, 1, Number.NaN);
    study.tell(0, -Infinity);
    const copy = Study.fromJSON(JSON.parse(JSON.stringify(study)));
    expect(copy.trials).toEqual(study.trials);
    expect(JSON.stringify(copy.trials[0])).toContain('"value":"-Infinity","steps":[{"step":1,"value":"NaN"}]');
  });

  it('knows the types of its parameters', () => {
    const trial = new Study({ cell: choice(['gru', 'lstm']), n: integer(1, 2), on: choice([true, false]) }).ask()!;
    const { cell, n, on } = trial.parameters;
    const typed: ['gru' | 'lstm', number, boolean] = [cell, n, on];
    // @ts-expect-error no such parameter
    expect([trial.parameters.m, typed.length]).toEqual([undefined, 3]);
  });

  it('has these bits on every engine', async () => {
    const mixed = {
      rate: uniform(1e-5, 1, { log: true }),
      units: integer(2, 99, { log: true }),
      cell: choice(['a', 'b']),
    };
    const study = await sweep(
      mixed,
      ({ parameters: { rate, units, cell } }) => rate + 1 / units + (cell === 'a' ? 1 : 0),
      {
        trials: 30,
        seed: 11,
      },
    );
    expect(study.trials[29]!.parameters).toEqual({ rate: 0.0007961931202227093, units: 53, cell: 'b' });
  });
});
