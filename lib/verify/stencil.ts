// Finite differences, and their refinement by extrapolation.

const { abs, max } = Math;

/** Unit roundoff of float64. */
const ROUNDOFF = 2 ** -53;

/**
 * Number of step sizes for an entry that fails: from 8 times the requested step down to 1/512 of it, each half of the
 * previous one.
 */
const RUNGS = 13;
const TOP = 8;

/** Rounding errors are estimated from this many of the smallest steps. */
const SMALLEST = 4;

/** Factor on the distance between two values, because some values agree by chance. */
const SAFETY = 2;

/** Number of extrapolations of the differences of one step. */
const COLUMNS = 3;

/** Derivatives of all outputs with respect to one element. */
export type Differentiate = (step: number) => Float64Array;

/** A numeric derivative and its uncertainty. */
export interface Estimate {
  readonly value: number;
  readonly uncertainty: number;
}

/**
 * Fourth-order central differences of all outputs with respect to the element `data()[at]`: f′ ≈ [8(f(v+h) − f(v−h)) −
 * (f(v+2h) − f(v−2h))] / 12h, with an error of f⁽⁵⁾h⁴/30 and a rounding error of about 1.5·2⁻⁵³|f|/h. h is rounded so
 * that v + h is exact, and enlarged if v is so large that v + h would equal v. v is restored, even if the function
 * throws.
 */
export function differentiate(
  data: () => { [at: number]: number },
  at: number,
  step: number,
  outputs: (into: Float64Array) => Float64Array,
  size: number,
): Float64Array {
  const v = data()[at]!;
  const h = v + max(step, abs(v) * 2 ** -20) - v;
  const at4 = (multiple: number): Float64Array => {
    data()[at] = v + multiple * h;
    return outputs(new Float64Array(size));
  };
  try {
    const [plus, minus, plus2, minus2] = [at4(1), at4(-1), at4(2), at4(-2)] as const;
    for (let o = 0; o < size; o++) {
      plus[o] = (8 * (plus[o]! - minus[o]!) - (plus2[o]! - minus2[o]!)) / (12 * h);
    }
    return plus;
  } finally {
    data()[at] = v;
  }
}

/**
 * Computes the most certain derivative from many step sizes, for entries that fail at the requested one. Larger steps
 * have smaller rounding errors, which helps for flat outputs. Smaller steps are more accurate for steep outputs, and
 * avoid kinks. Differences at steps h and 2h with an error in hⁿ are extrapolated to an error in hⁿ⁺²: (2ⁿ·D(h) −
 * D(2h)) / (2ⁿ − 1). The uncertainty of a value is its distance from the two values it was computed from and from the
 * same value at 2h, plus the rounding error at its step. The value with the smallest uncertainty is returned. The
 * analytic value is not used, so it cannot influence the choice.
 *
 * Source: Ridders 1982.
 */
export function refine(
  derivative: Differentiate,
  project: (derivatives: Float64Array) => number,
  step: number,
  magnitude: number,
): Estimate {
  const steps = Array.from({ length: RUNGS }, (_, rung) => TOP * step * 2 ** -rung);
  const plain = steps.map((h) => project(derivative(h)));
  const noise = max(2 * ROUNDOFF * magnitude, noiseOf(plain, steps));
  let best: Estimate = { value: project(derivative(step)), uncertainty: Infinity };
  let coarser: number[] = [];
  plain.forEach((value, rung) => {
    const row = [value];
    for (let k = 1; k < COLUMNS && k <= coarser.length; k++) {
      const power = 4 * 4 ** k; // 2ⁿ, n = 4 for the differences themselves
      const better = (power * row[k - 1]! - coarser[k - 1]!) / (power - 1);
      const beside = coarser[k] ?? coarser[k - 1]!;
      const apart = max(abs(better - row[k - 1]!), abs(better - coarser[k - 1]!), abs(better - beside));
      const uncertainty = SAFETY * (apart + noise / steps[rung]!);
      if (uncertainty < best.uncertainty) best = { value: better, uncertainty };
      row.push(better);
    }
    coarser = row;
  });
  return best;
}

/**
 * Rounding error of an output, estimated from the derivatives at the smallest steps. Away from kinks, these differ only
 * by rounding.
 */
function noiseOf(plain: readonly number[], steps: readonly number[]): number {
  let noise = 0;
  for (let rung = plain.length - SMALLEST; rung < plain.length; rung++) {
    noise = max(noise, abs(plain[rung]! - plain[rung - 1]!) * steps[rung]!);
  }
  return noise;
}
