// What travels between machines, without Redis: orders, results, epochs, errors.

import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Call, type Entry, tellEpochs, tellRest } from '../../lib/fleet/bullmq/entries.ts';
import { idOf, partsOf } from '../../lib/fleet/bullmq/names.ts';
import { orderOf, readOrder } from '../../lib/fleet/bullmq/orders.ts';
import { errorOf } from '../../lib/fleet/bullmq/refusals.ts';
import { decodeResult, encodeResult } from '../../lib/fleet/bullmq/result.ts';
import { Signals } from '../../lib/fleet/bullmq/signals.ts';
import { JobError, type JobOutcome, LostJobError, readJob } from '../../lib/fleet/index.ts';
import { Sequential } from '../../lib/index.ts';
import { inProcess, smallJob } from '../support/in-process.ts';

const computed = (job: Parameters<typeof readJob>[0]): Promise<JobOutcome> => inProcess().run(readJob(job), {});

describe('bytes of a result', () => {
  const job = readJob(smallJob(1));
  let outcome: JobOutcome;
  let bytes: Uint8Array;
  beforeAll(async () => {
    outcome = await computed(smallJob(1));
    bytes = encodeResult({ outcome });
  });

  it('are read as they were written', () => {
    expect(decodeResult('x', bytes, job)).toEqual({ outcome });
    const checkpoint = Uint8Array.of(1, 2, 3);
    expect(decodeResult('x', encodeResult({ outcome: { ...outcome, checkpoint } }), job)).toEqual({
      outcome: { ...outcome, checkpoint },
    });
    const error = { kind: 'ShapeError', message: 'no', isLost: false };
    expect(decodeResult('x', encodeResult({ error }), job)).toEqual({ error });
    const long = { ...error, message: 'x'.repeat(10_000) };
    expect(decodeResult('x', encodeResult({ error: long }), job).error?.message.length).toBe(2000);
  });

  it('damaged anywhere are refused, or are as they were', () => {
    const damage = (at: number, value: number): string => {
      const copy = bytes.slice();
      copy[at] = value;
      try {
        const { outcome: found, error } = decodeResult('x', copy, job);
        return error === undefined && found.model.length === outcome.model.length ? 'read' : 'other';
      } catch (thrown) {
        return (thrown as Error).name;
      }
    };
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        expect(['read', 'FormatError']).toContain(damage(at, value));
      }),
    );
    for (let end = 0; end < bytes.length; end += 7) {
      expect(() => decodeResult('x', bytes.slice(0, end), job)).toThrow(/^x: /);
    }
  });

  it('of another job, with other layers or with NaN are refused', async () => {
    const other = encodeResult({ outcome: await computed(smallJob(2)) });
    expect(() => decodeResult('x', other, job)).toThrow(`be the model of the job ${job.key}`);
    const layers = [
      { kind: 'GRU', units: 4 },
      { kind: 'Dense', units: 2 },
    ];
    const wider = await computed({ ...smallJob(1), model: { inputSize: 1, layers } });
    const model = Sequential.fromBytes(wider.model);
    model.metadata = { fleet: { ...(model.metadata.fleet as object), key: job.key } };
    const forged = encodeResult({ outcome: { ...wider, model: model.toBytes() } });
    expect(() => decodeResult('x', forged, job)).toThrow('a model with other layers');
    const spoilt = bytes.slice();
    spoilt.set([0, 0, 0xc0, 0x7f], bytes.length - 4);
    expect(() => decodeResult('x', spoilt, job)).toThrow('hold numbers that are finite');
  });
});

describe('an order', () => {
  const job = readJob(smallJob(1));
  const run = { until: 2, timeout: 5, checkpointEvery: 7, onEpoch: () => {}, onCheckpoint: () => {} };

  it('is read as it was given, and its id has to be that of its job', () => {
    const order = JSON.parse(JSON.stringify(orderOf(job, run, 4))) as unknown;
    const id = idOf(job.key, 2);
    const { keyed, until, timeout, checkpointEvery, epochs, checkpoints, attempts } = readOrder('x', id, order);
    expect([keyed, until, timeout, checkpointEvery, epochs, checkpoints, attempts]).toEqual([
      job,
      2,
      5,
      7,
      true,
      true,
      4,
    ]);
    expect(readOrder('x', idOf(job.key, undefined), orderOf(job, {}, 1))).toMatchObject({
      epochs: false,
      until: undefined,
    });
    expect(() => readOrder('x', idOf(readJob(smallJob(2)).key, 2), order)).toThrow('"id" must be that of its job');
  });

  it('has an id that is never a number', () => {
    const digits = '12345678901234567890123456789012';
    expect([idOf(digits, undefined), idOf(digits, 7)]).toEqual([`${digits}-end`, `${digits}-7`]);
    expect(partsOf(`${digits}-7`)).toEqual({ key: digits, until: 7 });
    for (const bad of ['', digits, `${digits}-`, `${digits}-0`, `${digits}-x`, `x${digits}-end`, `${digits}-end\n`]) {
      expect(partsOf(bad)).toBeUndefined();
    }
  });
});

describe('epochs', () => {
  const call = (heard: number[], nextEpoch = 0): Call => ({
    run: {
      onEpoch: ({ epoch, epochs, loss, validationLoss }) => heard.push(epoch, epochs, loss, validationLoss ?? -1),
    },
    nextEpoch,
    resolve: () => {},
    reject: () => {},
  });
  const entryOf = (calls: Set<Call>): Entry => {
    const keyed = readJob(smallJob(1, 4));
    const order = orderOf(keyed, {}, 1);
    return { id: 'x', keyed, order, calls, read: 0, asking: false, again: false, ended: undefined };
  };

  it('are told once and in order, also if another worker repeats them, and the rest with the result', () => {
    const heard: number[] = [];
    const one = call(heard);
    const entry = entryOf(new Set([one]));
    tellEpochs(entry, ['[0, 5, null]', '[1, 4, 3]', 'nonsense', '[0, 9, 9]', '[1, 9, 9]', 7, '{}', '["2", 1]']);
    expect(heard).toEqual([0, 4, 5, -1, 1, 4, 4, 3]);
    heard.length = 0;
    tellRest(one, entry, { losses: [5, 4, 3, 2], validationLosses: [] } as unknown as JobOutcome);
    expect(heard).toEqual([2, 4, 3, -1, 3, 4, 2, -1]);
    tellRest(one, entry, { losses: [5, 4, 3, 2], validationLosses: [] } as unknown as JobOutcome);
    expect(heard.length).toBe(8);
  });

  it('before a checkpoint are not told', () => {
    const heard: number[] = [];
    const one = call(heard, -1);
    tellRest(one, entryOf(new Set([one])), { losses: [5, 4], validationLosses: [] } as unknown as JobOutcome);
    expect(heard).toEqual([]);
  });
});

describe('the error of a failure', () => {
  it('is that of its job, or lost, and has no control characters', () => {
    const failed = errorOf({ kind: 'Shape\u001bError', message: 'a\nb\u009bc', isLost: false });
    expect(failed).toBeInstanceOf(JobError);
    expect(failed).toMatchObject({ kind: 'ShapeError', message: 'a b c' });
    expect(errorOf({ kind: 'x', message: 'y', isLost: true })).toBeInstanceOf(LostJobError);
  });
});

describe('signals', () => {
  it('have one listener for any number of calls, and none afterwards', () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const counted = {
      get aborted() {
        return signal.aborted;
      },
      reason: undefined,
      throwIfAborted: () => {},
      addEventListener: (type: 'abort', listener: () => void) => {
        listeners++;
        signal.addEventListener(type, listener);
      },
      removeEventListener: (type: 'abort', listener: () => void) => {
        listeners--;
        signal.removeEventListener(type, listener);
      },
    };
    const signals = new Signals();
    const heard: number[] = [];
    const unwatch = [1, 2, 3].map((k) => signals.watch(counted, () => heard.push(k)));
    expect(listeners).toBe(1);
    unwatch[1]!();
    controller.abort();
    expect([heard, listeners]).toEqual([[1, 3], 0]);
    const other = signals.watch(counted, () => {});
    other();
    expect(listeners).toBe(0);
  });
});
