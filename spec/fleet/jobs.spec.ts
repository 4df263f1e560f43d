import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Job, readJob } from '../../lib/fleet/index.ts';
import { smallJob } from '../support/in-process.ts';

const keyOf = (job: object): string => readJob(job as Job).key;

/** The same value with the members of its objects in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, reversed(each)]),
  );
}

describe('the key of a job', () => {
  const job = smallJob(1);

  it('is that of this version: results that were stored stay valid', () => {
    expect(keyOf(job)).toBe('e3f3062f34d9e80bd4f956196763910c');
  });

  it('is the same for the same training: other order, defaults written out, another name, undefined members', () => {
    const key = keyOf(job);
    expect(keyOf(reversed(job) as object)).toBe(key);
    expect(keyOf({ ...job, training: { ...job.training, shuffle: true } })).toBe(key);
    expect(keyOf({ ...job, name: 'other' })).toBe(key);
    expect(keyOf({ ...job, name: undefined, data: { ...job.data, more: undefined } })).toBe(key);
    expect(keyOf(readJob(job).job)).toBe(key);
  });

  it('is that of a job without −0, which JSON cannot hold', () => {
    const zero = { ...job, data: { loader: 'rows', x: [[[0]]], y: [[-0]] } };
    const { data } = readJob(zero).job;
    expect(data.y).toEqual([[0]]); // toEqual tells 0 from −0
    expect(data).toEqual(JSON.parse(JSON.stringify(data)));
  });

  it('is another one for another value anywhere', () => {
    const others = [
      { ...job, seed: 2 },
      { ...job, model: { ...job.model, inputSize: 2 } },
      { ...job, model: { ...job.model, layers: [...job.model.layers].reverse() } },
      { ...job, training: { ...job.training, epochs: 4 } },
      { ...job, training: { ...job.training, shuffle: false } },
      { ...job, training: { ...job.training, patience: 1 } },
      { ...job, training: { ...job.training, clip: { norm: 1 } } },
      { ...job, training: { ...job.training, loss: { kind: 'Huber' } } },
      { ...job, data: { ...job.data, input: 5 } },
      { ...job, data: { ...job.data, values: [1, 2] } },
    ];
    expect(new Set([job, ...others].map(keyOf)).size).toBe(others.length + 1);
  });

  it('tells all JSON data apart', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [one, other] = [a, b].map((x) => keyOf({ ...job, data: { loader: 'own', x } }));
        const text = (value: unknown): string =>
          JSON.stringify(readJob({ ...job, data: { loader: 'own', x: value } }).job);
        expect(one === other).toBe(text(a) === text(b));
      }),
    );
  });
});
