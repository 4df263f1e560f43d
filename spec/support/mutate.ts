// Mutations of files: what a faulty disk, a careless editor or an attacker makes of them.

import { Random } from '../../lib/index.ts';

const bytesOf = (word: string): Uint8Array => Uint8Array.from(word, (character) => character.charCodeAt(0));

function spliced(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - Math.min(remove, bytes.length - at) + insert.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(bytes.subarray(Math.min(bytes.length, at + remove)), at + insert.length);
  return result;
}

/** One mutation: bits, numbers, addresses, cuts, splices within a file and from another, and words of the format. */
function mutated(random: Random, bytes: Uint8Array, other: Uint8Array, words: readonly string[]): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const kind = random.integer(9);
  if (kind === 0) return bytes.slice(0, at);
  if (kind === 1) return spliced(bytes, at, random.integer(40), new Uint8Array(0));
  if (kind === 2)
    return spliced(bytes, at, 0, bytes.slice(random.integer(bytes.length), random.integer(bytes.length) + 1));
  if (kind === 3)
    return spliced(bytes, at, random.integer(40), other.slice(random.integer(other.length)).subarray(0, 64));
  if (kind === 4) {
    const word = bytesOf(words[random.integer(words.length)]!);
    return spliced(bytes, at, random.integer(2) * word.length, word);
  }
  const copy = bytes.slice();
  if (copy.length < 9) return copy;
  const place = random.integer(copy.length - 8);
  if (kind === 8) {
    const from = random.integer(copy.length - 8) & ~7; // the address of another block, if the place has one
    copy.copyWithin(place & ~7, from, from + 8);
  } else if (kind === 5) copy[place] = copy[place]! ^ (1 << random.integer(8));
  else if (kind === 6) copy[place] = [0, 1, 127, 128, 255, random.integer(256)][random.integer(6)]!;
  else {
    const value = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000, copy.length][random.integer(7)]!;
    new DataView(copy.buffer).setUint32(place, value, true);
  }
  return copy;
}

/** Endless mutations of samples, one to three at a time; the same ones for a seed. */
export function* mutations(
  samples: readonly Uint8Array[],
  words: readonly string[],
  seed: number,
): Generator<Uint8Array, never> {
  const random = new Random(seed);
  for (;;) {
    let bytes = samples[random.integer(samples.length)]!;
    const other = samples[random.integer(samples.length)]!;
    for (let times = 1 + random.integer(3); times > 0 && bytes.length > 0; times--) {
      bytes = mutated(random, bytes, other, words);
    }
    yield bytes;
  }
}
