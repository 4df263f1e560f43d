import { describe, expect, it } from '@jest/globals';
import { FormatError, Random } from '../../lib/index.ts';
import { mutations } from '../support/mutate.ts';
import { problemOf, READERS } from '../support/readers.ts';
import { CORPUS } from './corpus.ts';

// Files that are broken, by chance or on purpose. `FC_SEED` draws other ones, `FC_RUNS` more: 50 times as many for each reader.
const { FC_SEED = '1997', FC_RUNS = '100' } = process.env;
const FILES = 50 * Number(FC_RUNS);

const PROTOTYPES = [Object, Array, Map, Function, String, Number, Uint8Array, Float32Array, Promise].map(
  ({ prototype }) => prototype as object,
);
const shapes = (): string => JSON.stringify(PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype)));

describe.each(READERS.map((reader) => [reader.name, reader] as const))('%s', (_, reader) => {
  const { samples, read, words, error: expected = FormatError } = reader;

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
        if (!(refused instanceof expected)) throw new Error(`cut at ${length} of ${sample.length}: ${refused}`);
      }
    }
  });

  it('refuses any other bytes', async () => {
    const random = new Random(Number(FC_SEED));
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, () => random.integer(256));
      await expect(Promise.resolve().then(() => read(bytes))).rejects.toBeInstanceOf(expected);
    }
  });

  it(`reads or refuses ${FILES} mutated files, seed ${FC_SEED}`, async () => {
    const before = shapes();
    const files = mutations(samples(), words, Number(FC_SEED));
    const problems = new Set<string>();
    for (let k = 0; k < FILES; k++) {
      const bytes = files.next().value;
      const problem = await problemOf(reader, bytes);
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
