// The counter-based random number generator Threefry-2x32.

/** The parity constant of Skein's key schedule, low word. */
const PARITY = 0x1bd11bda;

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/**
 * Threefry-2x32 with 20 rounds: 64 random bits that depend only on a 64-bit key and a 64-bit counter, so any element of
 * any stream can be computed directly. Uses only integer operations.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; Random123.
 *
 * @param out - receives the two 32-bit words
 * @param k0 - first word of the key
 * @param k1 - second word of the key
 * @param c0 - first word of the counter
 * @param c1 - second word of the counter
 */
export function threefry(out: Uint32Array, k0: number, k1: number, c0: number, c1: number): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    const even = (group & 1) === 0;
    x = (x + y) | 0;
    y = rotate(y, even ? 13 : 17) ^ x;
    x = (x + y) | 0;
    y = rotate(y, even ? 15 : 29) ^ x;
    x = (x + y) | 0;
    y = rotate(y, even ? 26 : 16) ^ x;
    x = (x + y) | 0;
    y = rotate(y, even ? 6 : 24) ^ x;
    const next = group % 3;
    x = (x + (next === 0 ? k1 : next === 1 ? k2 : k0)) | 0;
    y = (y + (next === 0 ? k2 : next === 1 ? k0 : k1) + group + 1) | 0;
  }
  out[0] = x;
  out[1] = y;
}
