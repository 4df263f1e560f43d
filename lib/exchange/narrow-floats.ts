// Floats of 16 bits: float16 (IEEE 754 binary16) and bfloat16, the upper half of a float32.

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** The values of float16 as float32, which holds all of them. */
export function widenHalves(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  const values = new Float32Array(bits.buffer);
  for (let k = 0; k < halves.length; k++) {
    const half = halves[k]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const fraction = half & 0x3ff;
    if (exponent === 0) values[k] = (sign === 0 ? 1 : -1) * fraction * 2 ** -24;
    else bits[k] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return values;
}

/** The values of bfloat16 as float32. */
export function widenBfloats(words: Uint16Array): Float32Array {
  const bits = new Uint32Array(words.length);
  for (let k = 0; k < words.length; k++) bits[k] = words[k]! << 16;
  return new Float32Array(bits.buffer);
}

/** The bits of a float32 as float16; −1 if float16 does not hold the number. */
export function halfBits(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 255;
  const fraction = bits & 0x7fffff;
  if (exponent === 255) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200 | (fraction >> 13));
  if (exponent > 142) return -1;
  if (exponent > 112) return (fraction & 0x1fff) === 0 ? sign | ((exponent - 112) << 10) | (fraction >> 13) : -1;
  const steps = Math.abs(FLOAT[0]!) * 2 ** 24; // subnormal: whole multiples of 2⁻²⁴
  return Number.isInteger(steps) ? sign | steps : -1;
}

/** The bits of a float32 as bfloat16; −1 if bfloat16 does not hold the number. */
export function bfloatBits(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0]!;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return (bits & 0xffff) === 0 ? bits >>> 16 : -1;
}
