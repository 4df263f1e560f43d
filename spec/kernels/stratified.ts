// Float32 by their bits, and a million of them for the specs of functions of one number.

const { abs, fround, imul, LN2 } = Math;
const { MAX_VALUE } = Number;

/** One float32, as a number and as its bits. */
export const floats: Float32Array = new Float32Array(1);
export const bits: Int32Array = new Int32Array(floats.buffer);
const SIGN = -0x80000000;

/** The float32 of a bit pattern. */
export function fromBits(pattern: number): number {
  bits[0] = pattern;
  return floats[0]!;
}

/** The float32 `steps` further up or down in order, -0 and +0 being one step. */
export function neighbour(x: number, steps: number): number {
  floats[0] = x;
  const pattern = bits[0]!;
  const order = (pattern < 0 ? SIGN - pattern : pattern) + steps;
  return fromBits(order < 0 ? SIGN - order : order);
}

/** Where a formula, a power of two or a clamp takes over from another, and where results leave the normal range. */
function switchPoints(): number[] {
  const points = [0, 0.45, 0.47, 0.5, 0.54930615, 9.0109, 10, 17.33, 32, 2 ** -126, 2 ** -24, 3.4028234663852886e38];
  points.push(89, 88.72284, 87.33655, 88.02969, 103.27893, 103.97208, 104);
  for (let n = 0; n <= 152; n++) points.push((n + 0.5) * LN2, (n + 0.5) * (LN2 / 2), n * LN2);
  return points.flatMap((x) => [x, -x]);
}

/** A million finite float32: all exponents and both signs, most where the functions bend, and every switch-over. */
export function stratified(): Float32Array {
  const inputs: number[] = [];
  let state = 1997;
  for (let exponent = 0; exponent < 255; exponent++) {
    const count = exponent > 127 - 26 && exponent < 127 + 8 ? 12_000 : 400;
    for (let i = 0; i < count; i++) {
      state = (imul(state, 1664525) + 1013904223) | 0;
      const magnitude = fromBits((exponent << 23) | (state >>> 9));
      inputs.push(magnitude, -magnitude);
    }
  }
  for (const point of switchPoints()) for (let i = -100; i <= 100; i++) inputs.push(neighbour(fround(point), i));
  return Float32Array.from(inputs.filter((x) => abs(x) <= MAX_VALUE));
}
