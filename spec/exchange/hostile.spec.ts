import { describe, expect, it } from '@jest/globals';
import { FormatError } from '../../lib/index.ts';
import { mutations } from '../support/mutate.ts';
import { READERS } from '../support/readers.ts';
import { CORPUS } from './corpus.ts';

// Files that are broken, by chance or on purpose. `FC_SEED` draws other ones, `FC_RUNS` more: 50 times as many for each reader.
const { FC_SEED = '1997', FC_RUNS = '100' } = process.env;
const FILES = 50 * Number(FC_RUNS);

const PROTOTYPES = [Object, Array, Map, Function, String, Number, Uint8Array, Float32Array, Promise].map(
  ({ prototype }) => prototype as object,
);
const shapes = (): string => JSON.stringify(PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype)));

/** What is wrong with a read; undefined where it is read, or refused as it should be. */
async function problemOf(read: () => unknown): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    return error instanceof FormatError ? undefined : `${error}`;
  }
}

describe.each(READERS.map((reader) => [reader.name, reader] as const))('%s', (_, { samples, read, words }) => {
  it('reads its samples', async () => {
    for (const sample of samples()) await read(sample);
  });

  it('refuses every file that was cut off', async () => {
    for (const [k, sample] of samples().entries()) {
      for (let length = 0; length < sample.length; length += k === 0 ? 1 : 13) {
        const refused = await Promise.resolve()
          .then(() => read(sample.slice(0, length)))
          .then(
            () => 'read',
            (error: unknown) => error,
          );
        if (!(refused instanceof FormatError)) throw new Error(`cut at ${length} of ${sample.length}: ${refused}`);
      }
    }
  });

  it(`reads or refuses ${FILES} mutated files, seed ${FC_SEED}`, async () => {
    const before = shapes();
    const files = mutations(samples(), words, Number(FC_SEED));
    const problems = new Set<string>();
    for (let k = 0; k < FILES; k++) {
      const bytes = files.next().value;
      const problem = await problemOf(() => read(bytes));
      if (problem !== undefined) problems.add(problem);
    }
    expect([...problems]).toEqual([]);
    expect(shapes()).toBe(before);
  });
});

describe('the corpus of hostile files', () => {
  it('holds at least 60', () => {
    expect(new Set(CORPUS.map(([what]) => what)).size).toBeGreaterThanOrEqual(60);
  });

  it.each(CORPUS)('%s is refused with the reason', async (_, read, message) => {
    const refused = await Promise.resolve()
      .then(read)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FormatError);
    expect((refused as Error).message).toBe(message);
  });
});
