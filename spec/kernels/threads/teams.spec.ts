// Teams of workers that do not run: what they are sent, when they start and when they end.

import { afterEach, describe, expect, it } from '@jest/globals';
import type { Start } from '../../../lib/kernels/threads/serve.ts';
import { THREAD_SCRATCH } from '../../../lib/kernels/threads/shares.ts';
import type { WorkerThread } from '../../../lib/kernels/threads/spawn.ts';
import { type Team, WorkerTeam } from '../../../lib/kernels/threads/team.ts';
import { Teams } from '../../../lib/kernels/threads/teams.ts';

const [LINE, DONE] = [16, 48];

class IdleWorker implements WorkerThread {
  readonly messages: unknown[] = [];
  ended = false;
  readonly failed: (reason: string) => void;

  constructor(failed: (reason: string) => void = () => {}) {
    this.failed = failed;
  }

  post(message: unknown): void {
    this.messages.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  /** What a worker does first. */
  start(): void {
    const { queue, worker } = this.messages[0] as Start;
    Atomics.store(queue.words, DONE + (worker - 1) * LINE + 1, 1);
  }
}

const module = {};

describe('WorkerTeam', () => {
  const teamOf = (count: number) => {
    const workers: IdleWorker[] = [];
    const spawn = (): IdleWorker => {
      const worker = new IdleWorker();
      workers.push(worker);
      return worker;
    };
    return { workers, team: new WorkerTeam({ workers: count, module, wide: true, maySleep: true, spawn }) };
  };

  it('sends each worker the queue, its number and the kernels', () => {
    const { workers, team } = teamOf(3);
    expect(workers.map(({ messages }) => messages)).toEqual(
      [1, 2, 3].map((worker) => [expect.objectContaining({ worker, module, wide: true })]),
    );
    const queues = new Set(workers.map(({ messages }) => (messages[0] as Start).queue));
    expect(queues.size).toBe(1);
    expect(team.commands).toBe([...queues][0]!.commands);
    expect(team.threads).toBe(1);
    for (const worker of workers) worker.start();
    expect(team.threads).toBe(4);
    team.stop();
    expect(workers.map(({ ended }) => ended)).toEqual([true, true, true]);
  });

  it('sends each memory once, with a scratch for each worker, and forgets the one that was used least recently', () => {
    const { workers, team } = teamOf(2);
    const attach = (number: number): void => team.attach(number, { memory: number }, 100, 10);
    const sent = () => workers.map(({ messages }) => messages.length - 1);
    for (const number of [0, 1, 1, 0, 1]) attach(number);
    expect(sent()).toEqual([2, 2]);
    expect(workers.map(({ messages }) => messages[1])).toEqual([
      { number: 0, memory: { memory: 0 }, scratch: 100 },
      { number: 0, memory: { memory: 0 }, scratch: 100 + THREAD_SCRATCH },
    ]);
    for (const number of [2, 3, 4, 5, 6, 7, 0]) attach(number);
    expect([sent(), team.written]).toEqual([[8, 8], 0]);
    attach(8); // instead of 1
    expect(team.written).toBe(1);
    expect([...team.commands.subarray(0, 2)]).toEqual([-1, 1]);
    attach(1); // instead of 2
    expect([...team.commands.subarray(20, 22)]).toEqual([-1, 2]);
    expect(sent()).toEqual([10, 10]);
  });
});

describe('Teams', () => {
  const started: { readonly teams: Teams; readonly workers: IdleWorker[] }[] = [];
  const teamsOf = (idle?: number, spawn?: () => IdleWorker) => {
    const workers: IdleWorker[] = [];
    const make = (failed: (reason: string) => void): IdleWorker => {
      const worker = new IdleWorker(failed);
      workers.push(worker);
      return worker;
    };
    const teams = new Teams(module, false, { cores: 4, maySleep: false, spawn: spawn ?? make }, idle);
    started.push({ teams, workers });
    return { teams, workers };
  };
  const use = (team: Team | undefined): void => {
    team!.room(10);
    team!.write(0, 0, 0, 1);
  };
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  afterEach(() => {
    for (const { teams } of started) teams.stop();
  });

  it('starts no worker before it has to', () => {
    const { teams, workers } = teamsOf();
    expect([workers.length, teams.cores, teams.maySleep, teams.failure]).toEqual([0, 4, false, undefined]);
    expect(teams.enough).toEqual({ inCall: 524_288, inStep: 8192, elements: 130_048 });
  });

  it('has one team for all, and a larger one once more workers are needed', () => {
    const { teams, workers } = teamsOf();
    const team = teams.team(2);
    expect(teams.team(2)).toBe(team);
    expect(teams.team(1)).toBe(team);
    expect(workers).toHaveLength(2);
    const larger = teams.team(3);
    expect(larger).not.toBe(team);
    expect(workers.map(({ ended }) => ended)).toEqual([true, true, false, false, false]);
    expect(teams.team(2)).toBe(larger);
  });

  it('ends workers, and starts others at the next call', () => {
    const { teams, workers } = teamsOf();
    const team = teams.team(1);
    teams.stop();
    expect(workers[0]!.ended).toBe(true);
    expect(teams.team(1)).not.toBe(team);
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  });

  it('ends workers that get no work, and no others', async () => {
    const { teams, workers } = teamsOf(60);
    const team = teams.team(1);
    for (let k = 0; k < 10; k++) {
      use(team);
      await wait(20);
    }
    expect([workers[0]!.ended, teams.team(1)]).toEqual([false, team]);
    await wait(250);
    expect(workers[0]!.ended).toBe(true);
    expect(teams.team(1)).not.toBe(team);
  });

  it('has one thread once a worker could not start, and says why', () => {
    const { teams, workers } = teamsOf();
    teams.team(2);
    workers[1]!.failed('the file is not there');
    expect(teams.failure).toBe('workers do not start: the file is not there');
    expect(teams.team(2)).toBeUndefined();
    expect(workers).toHaveLength(2);
  });

  it('tries again if a worker fails that had started', () => {
    const { teams, workers } = teamsOf();
    const team = teams.team(2);
    workers[0]!.start();
    workers[1]!.failed('out of memory');
    expect([teams.failure, teams.team(2)]).toEqual([undefined, team]);
  });

  it('has one thread where starting a worker throws, and ends those that have started', () => {
    const workers: IdleWorker[] = [];
    const { teams } = teamsOf(undefined, () => {
      if (workers.length === 2) throw new Error('no more threads');
      const worker = new IdleWorker();
      workers.push(worker);
      return worker;
    });
    expect(teams.team(3)).toBeUndefined();
    expect(teams.failure).toBe('workers do not start: Error: no more threads');
    expect(workers.map(({ ended }) => ended)).toEqual([true, true]);
  });
});
