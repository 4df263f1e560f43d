// The numbers by which the kernel of dropout masks draws: a threshold for 32 random bits, and the scale of what is kept.

const { min, round } = Math;

const TWO_32 = 4294967296;

/** Arguments of the kernel `dropoutMask`. */
export interface DropoutNumbers {
  /** Words below it drop their element. */
  readonly threshold: number;
  /** The mask of an element that is kept. */
  readonly scale: number;
}

/**
 * Returns the arguments of `dropoutMask` for a rate from 0 to 1. Masks are 0 with probability `rate`, rounded to 32 bits,
 * and 1/(1 − rate) otherwise, so their mean is 1. With rate 1 all are 0, because no number could restore the mean.
 */
export function dropoutNumbers(rate: number): DropoutNumbers {
  return { threshold: min(round(rate * TWO_32), TWO_32 - 1), scale: rate === 1 ? 0 : 1 / (1 - rate) };
}
