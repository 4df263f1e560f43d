const { abs, max } = Math;

/** Unit roundoff of float64. */
const ROUNDOFF = 2 ** -53;

/** Errors of an output in units of its last place that a forward pass is granted. */
const GRANTED = 8;

/** Steps tried, as multiples of the step asked for, when an entry fails at it. */
const LADDER: readonly number[] = [8, 1, 1 / 8, 1 / 64, 1 / 512];

/** Derivatives of all outputs with respect to one element. */
export type Differentiate = (step: number) => Float64Array;

/** A numeric derivative and how far it can be trusted. */
export interface Estimate {
  readonly value: number;
  readonly uncertainty: number;
}

/**
 * Fourth-order central differences of all outputs with respect to the element `data()[at]`:
 * f′ ≈ [8(f(v+h) − f(v−h)) − (f(v+2h) − f(v−2h))] / 12h, error f⁽⁵⁾h⁴/30 and rounding of about 1.5·2⁻⁵³|f|/h. h is rounded
 * to what v can take up, and grows with v where v is so large that h would be lost in it. Puts v back, whatever happens.
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

/** Rounding error of a derivative by differences of outputs of a size. */
function roundingError(magnitude: number, step: number): number {
  return (GRANTED * ROUNDOFF * magnitude) / step;
}

/**
 * The most trustworthy derivative among several steps, for entries that fail at the first: larger steps round less, which
 * helps where outputs are flat, smaller ones are truer where they are steep, and step over kinks. Each step's
 * uncertainty is what rounding may do there and how far the next smaller step disagrees; the smallest uncertainty wins.
 * The analytic value has no say in it, so that a wrong one cannot pick the estimate that suits it.
 */
export function refine(
  derivative: Differentiate,
  project: (derivatives: Float64Array) => number,
  step: number,
  magnitude: number,
): Estimate {
  const values = LADDER.map((multiple) => project(derivative(multiple * step)));
  let best: Estimate = { value: values[1]!, uncertainty: Infinity };
  for (let k = 0; k + 1 < values.length; k++) {
    const uncertainty = abs(values[k]! - values[k + 1]!) + roundingError(magnitude, LADDER[k]! * step);
    if (uncertainty < best.uncertainty) best = { value: values[k]!, uncertainty };
  }
  return best;
}
