// Functions whose results have the same bits on every engine. Engines differ in the last bits of Math.cos, Math.exp and
// Math.log, but not in + − × ÷ and √.

/** cos(2π·turns) by its series, for at most a quarter of a turn. */
function cosineOfQuarter(turns) {
  const square = 2 * Math.PI * turns * (2 * Math.PI * turns);
  let [sum, term] = [1, 1];
  for (let n = 2; n <= 24; n += 2) {
    term *= -square / (n * (n - 1));
    sum += term;
  }
  return sum;
}

/** cos(2π·turns). */
export function cosine(turns) {
  const part = Math.abs(turns - Math.round(turns)); // 0 to 1/2
  return part <= 0.25 ? cosineOfQuarter(part) : -cosineOfQuarter(0.5 - part);
}

/** e^x. */
export function exponential(x) {
  let [part, doublings] = [x, 0];
  for (; Math.abs(part) > 0.5; doublings++) part /= 2;
  let [sum, term] = [1, 1];
  for (let n = 1; n <= 16; n++) {
    term *= part / n;
    sum += term;
  }
  for (; doublings > 0; doublings--) sum *= sum;
  return sum;
}

/** The factor of an amplitude for so many decibels. */
export const amplitudeOf = (decibels) => exponential((Math.LN10 / 20) * decibels);

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** log₂(x) of a positive float32 that is not subnormal, to about 1e-9. */
export function log2(x) {
  FLOAT[0] = x;
  const exponent = (BITS[0] >> 23) - 127;
  BITS[0] = (BITS[0] & 0x7fffff) | 0x3f800000; // 1 ≤ FLOAT[0] < 2
  const t = (FLOAT[0] - 1) / (FLOAT[0] + 1);
  const square = t * t;
  let [sum, power] = [0, t];
  for (let n = 1; n <= 15; n += 2) {
    sum += power / n;
    power *= square;
  }
  return exponent + 2 * Math.LOG2E * sum;
}
