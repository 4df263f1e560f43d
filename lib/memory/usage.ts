// What memory is used for.

/** Bytes, by purpose. */
export interface Usage {
  /** Values of parameters. */
  readonly parameters: number;
  /** Their gradients. */
  readonly gradients: number;
  /** State of the optimizer, such as moments. */
  readonly optimizer: number;
  /** Memory of streams, with their packed weights. */
  readonly streams: number;
  /** Kept by a forward pass for its backward pass. */
  readonly tape: number;
  /** Intermediate values. */
  readonly scratch: number;
  /** Intermediate values of threads. */
  readonly threads: number;
}

/** The purpose of memory. */
export type Purpose = Exclude<keyof Usage, 'threads'>;

/** Bytes for all purposes. */
export function totalOf(usage: Usage): number {
  return Object.values(usage).reduce((sum, bytes) => sum + bytes);
}

/** No bytes. */
export const NOTHING: Usage = {
  parameters: 0,
  gradients: 0,
  optimizer: 0,
  streams: 0,
  tape: 0,
  scratch: 0,
  threads: 0,
};

/** The sum of both, by purpose. */
export function added(a: Usage, b: Usage): Usage {
  const sum = { ...a };
  for (const purpose of Object.keys(a) as (keyof Usage)[]) sum[purpose] += b[purpose];
  return sum;
}
