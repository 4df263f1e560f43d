// Damages files, for readers that have to bear any bytes.

import fc, { type Arbitrary } from 'fast-check';

/** One damage: bytes in, other bytes out. */
type Damage = (bytes: Uint8Array) => Uint8Array;

const INTERESTING: readonly number[] = [0, 1, 2, 7, 8, 10, 16, 34, 64, 100, 127, 128, 200, 254, 255];

function spliced(bytes: Uint8Array, at: number, removed: number, added: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + removed)]);
}

const flip: Arbitrary<Damage> = fc.record({ at: fc.nat(), bit: fc.nat({ max: 7 }) }).map(({ at, bit }) => (bytes) => {
  const copy = bytes.slice();
  if (copy.length > 0) copy[at % copy.length]! ^= 1 << bit;
  return copy;
});

const replace: Arbitrary<Damage> = fc
  .record({ at: fc.nat(), values: fc.array(fc.constantFrom(...INTERESTING), { minLength: 1, maxLength: 4 }) })
  .map(
    ({ at, values }) =>
      (bytes) =>
        spliced(bytes, bytes.length === 0 ? 0 : at % bytes.length, values.length, values),
  );

const truncate: Arbitrary<Damage> = fc.nat().map((at) => (bytes) => bytes.subarray(0, at % (bytes.length + 1)));

const splice: Arbitrary<Damage> = fc
  .record({ from: fc.nat(), to: fc.nat(), length: fc.nat({ max: 64 }), removed: fc.nat({ max: 64 }) })
  .map(({ from, to, length, removed }) => (bytes) => {
    const [source, target] = [from % (bytes.length + 1), to % (bytes.length + 1)];
    return spliced(bytes, target, removed, [...bytes.subarray(source, source + length)]);
  });

/**
 * A file with one to four damages: flipped bits, replaced bytes, truncation, and parts copied or removed. `edits`: damages
 * that know the format.
 */
export function damaged(files: readonly Uint8Array[], edits: readonly Arbitrary<Damage>[] = []): Arbitrary<Uint8Array> {
  const damage = fc.oneof(flip, replace, truncate, splice, ...edits);
  return fc
    .record({ file: fc.constantFrom(...files), damages: fc.array(damage, { minLength: 1, maxLength: 4 }) })
    .map(({ file, damages }) => damages.reduce((bytes, each) => each(bytes), file));
}
