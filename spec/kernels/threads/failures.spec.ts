// A thread that fails leaves a model as it was, in another memory.

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Adam,
  BpttError,
  backend,
  Dense,
  Dropout,
  GRU,
  LSTM,
  LSTMCell,
  MeanSquaredError,
  RNN,
  randomNormal,
  Sequential,
} from '../../../lib/index.ts';
import { defaultBackend, simdBackend } from '../../../lib/kernels/backend.ts';
import { Memories } from '../../../lib/kernels/memories.ts';
import { compileKernels } from '../../../lib/kernels/simd.ts';
import { THREAD_SCRATCH } from '../../../lib/kernels/threads/shares.ts';
import { Teams } from '../../../lib/kernels/threads/teams.ts';
import { takeTeamsFrom, whyOneThread, withThreads } from '../../../lib/kernels/threads/with-threads.ts';
import { expectBits } from '../../support/bits.ts';
import { SimulatedTeam } from '../../support/simulated-team.ts';

const TIMEOUT = 1234;

/** Fails when it waits for the `failing`-th time, from 1. */
class FailingTeam extends SimulatedTeam {
  failing = Number.POSITIVE_INFINITY;
  stops = 0;
  /** Where it fails instead. */
  place: 'join' | 'room' | 'attach' = 'join';
  readonly limits = new Set<number>();

  #reach(place: string, limit: number): void {
    this.limits.add(limit);
    if (place === this.place && --this.failing === 0) throw new Error(`worker 1 failed in ${place}`);
  }

  override join(limit = -1): void {
    this.#reach('join', limit);
    super.join();
  }

  override room(limit = -1): number {
    this.#reach('room', limit);
    return super.room();
  }

  override attach(number: number, memory: object, scratch: number, limit = -1): void {
    this.#reach('attach', limit);
    super.attach(number, memory, scratch);
  }

  override stop(): void {
    this.stops++;
    super.stop();
  }
}

const x = randomNormal([6, 5, 4], { seed: 1 });
const y = randomNormal([6, 5, 2], { seed: 2 });

function makeModel(threads: number): Sequential {
  const layers = [
    new LSTM({ units: 5, returnSequences: true, recurrentDropout: 0.2 }),
    new Dropout({ rate: 0.2 }),
    new GRU({ units: 4, returnSequences: true }),
    new Dense({ units: 2 }),
  ];
  const model = new Sequential(layers, { seed: 3, threads, threadTimeout: TIMEOUT });
  model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  return model;
}

let team = new FailingTeam(3);

beforeEach(() => {
  team = new FailingTeam(3);
  takeTeamsFrom(team);
});

afterEach(() => takeTeamsFrom(new SimulatedTeam(2)));

/** Makes the n-th join from now on fail. */
function failAt(n: number, place: FailingTeam['place'] = 'join'): void {
  team.failing = n;
  team.place = place;
}

const caught = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a step whose thread fails', () => {
  it('throws, and leaves the model as it was, wherever it happens; the next step has the bits of one thread', () => {
    const [model, alone] = [makeModel(3), makeModel(1)];
    const both = [model, alone];
    for (const each of both) each.trainStep(x, y);
    const { joins } = team.counts;
    model.trainStep(x, y);
    alone.trainStep(x, y);
    const perStep = team.counts.joins - joins;
    expect(perStep).toBeGreaterThan(10);
    let failures = 0;
    for (let n = 1; n <= perStep; n++) {
      const before = model.toBytes();
      const { data } = model.parameters.arena;
      failAt(n);
      const error = caught(() => model.trainStep(x, y)) as BpttError;
      failAt(Number.POSITIVE_INFINITY);
      expect(error).toBeInstanceOf(BpttError);
      expect(error.message).toMatch(/^threads: .*no answer: worker 1 failed in join.*Nothing was updated/s);
      failures++;
      expect(team.stops).toBe(failures);
      expect(model.parameters.arena.data.buffer).not.toBe(data.buffer);
      data.fill(Number.NaN); // as the worker may do, if it goes on
      expect(Buffer.compare(model.toBytes(), before)).toBe(0);
      for (const each of both) each.trainStep(x, y);
      expect(Buffer.compare(model.toBytes(), alone.toBytes())).toBe(0);
    }
    expect([...team.limits]).toEqual([TIMEOUT]);
  });

  it.each(['room', 'attach'] as const)('throws if it fails in %s', (place) => {
    const [model, alone] = [makeModel(3), makeModel(1)];
    for (const each of [model, alone]) each.trainStep(x, y);
    failAt(3, place);
    expect(() => model.trainStep(x, y)).toThrow(`no answer: worker 1 failed in ${place}`);
    for (const each of [model, alone]) each.trainStep(x, y);
    expect(Buffer.compare(model.toBytes(), alone.toBytes())).toBe(0);
  });

  it('keeps live views', () => {
    const model = makeModel(3);
    model.trainStep(x, y);
    const { value } = model.parameters.get('lstm1.kernel');
    const before = value.copy();
    failAt(4);
    expect(() => model.trainStep(x, y)).toThrow(BpttError);
    expectBits(value, before);
    value.set(0, 0, 7);
    expect(model.parameters.get('lstm1.kernel').value.get(0, 0)).toBe(7);
  });
});

describe('a prediction whose thread fails', () => {
  it('packs weights again, because the packed ones were lost', () => {
    const model = makeModel(3);
    const expected = model.predict(x);
    const pack = jest.spyOn(model.parameters.arena.kernels, 'pack');
    model.predict(x);
    expect(pack).not.toHaveBeenCalled();
    failAt(2);
    expect(() => model.predict(x)).toThrow(BpttError);
    expectBits(model.predict(x), expected);
    expect(pack).toHaveBeenCalled();
    pack.mockRestore();
  });
});

/** An LSTM that changes its state between kernels. */
class HalvingCell extends LSTMCell {
  override forwardStep(step: Parameters<LSTMCell['forwardStep']>[0]): void {
    super.forwardStep(step);
    const { data } = this.parameters.arena;
    for (let k = 0; k < step.B * step.H; k++) data[step.next.h + k]! *= 0.5;
  }
}

describe('a cell of your own', () => {
  it('computes its steps on the calling thread, also if it extends one of the library', () => {
    const outputs = [1, 3].map((threads) => {
      const layer = new RNN({ cell: new HalvingCell({ units: 5 }), returnSequences: true });
      const model = new Sequential([layer, new Dense({ units: 2 })], { seed: 3, threads });
      return model.predict(x);
    });
    expectBits(outputs[1]!, outputs[0]!);
    expect(team.counts.byRows).toBe(0);
    expect(team.counts.calls).toBeGreaterThan(0);
  });
});

describe('the choice of threads', () => {
  const options = (count: number | 'auto') => ({ count, timeout: 10 });

  it('keeps the backend of one thread, of the reference, and where workers do not start', () => {
    const base = simdBackend();
    expect(withThreads(base, options(1))).toBe(base);
    expect(withThreads(base, options(2))).not.toBe(base);
    const reference = { ...base, name: 'reference' as const };
    expect(withThreads(reference, options(2))).toBe(reference);
    expect(whyOneThread(reference)).toBe('the reference kernels run on one thread');
    takeTeamsFrom(Object.assign(new SimulatedTeam(2), { failure: 'workers do not start: it is Sunday' }));
    expect(withThreads(base, options(2))).toBe(base);
    expect(whyOneThread(base)).toBe('workers do not start: it is Sunday');
  });

  it('tells in backend() why there is one thread', () => {
    if (defaultBackend().name !== 'simd') return;
    expect(backend().oneThread).toBeUndefined();
    expect(backend().threads).toBeGreaterThan(0);
    takeTeamsFrom(Object.assign(new SimulatedTeam(2), { failure: 'workers do not start: it is Sunday' }));
    expect(backend()).toMatchObject({ threads: 1, oneThread: 'workers do not start: it is Sunday' });
  });

  it('leaves small arenas in memories of several arenas, from which they move when they grow', () => {
    const teams = new Teams({}, false, { cores: 2, maySleep: true, spawn: () => ({ post() {}, terminate() {} }) });
    const { elements } = teams.enough;
    expect(new Memories(compileKernels(), 'simd').open(elements - 1).extended).toBeUndefined();
    const threaded = Object.assign(new SimulatedTeam(2), { enough: { ...team.enough, elements: 5000 } });
    takeTeamsFrom(threaded);
    const { open, threadBytes } = withThreads(simdBackend(), options(2));
    const lost = () => {};
    const tag = (elements: number): string => Object.prototype.toString.call(open(elements, lost).data.buffer);
    expect([tag(4999), tag(5000)]).toEqual(['[object ArrayBuffer]', '[object SharedArrayBuffer]']);
    expect([threadBytes!(4999), threadBytes!(5000)]).toEqual([0, 4 * THREAD_SCRATCH]);
  });
});
