// Plain arithmetic in float64 for nets that others trained. It shares no code with the library.

/** An array in row-major order. */
export interface Matrix {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

export const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

/** Row k of a table. */
export function row({ data, shape }: Matrix, k: number): number[] {
  const width = shape[1]!;
  return Array.from({ length: width }, (_, j) => data[k * width + j]!);
}

/** Wx + b for W [outputs, inputs]. */
export function affine({ data }: Matrix, x: readonly number[], { data: b }: Matrix): number[] {
  return Array.from(b, (bias, j) => x.reduce((sum, value, i) => sum + data[j * x.length + i]! * value, bias));
}

/** Index of the largest value, the first one of several. */
export const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Logarithms of the softmax. */
export function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const log = Math.log(logits.reduce((sum, a) => sum + Math.exp(a - largest), 0));
  return logits.map((a) => a - largest - log);
}
