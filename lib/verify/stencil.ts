const { abs, max } = Math;

/** Unit roundoff of float64. */
const ROUNDOFF = 2 ** -53;

/** Steps tried when an entry fails at the step asked for: from 8 times as large down to 1/512, each half of the last. */
const RUNGS = 13;
const TOP = 8;

/** Of these, how many show what rounding does. */
const SMALLEST = 4;

/** Factor on how far values are apart: some agree by chance. */
const SAFETY = 2;

/** Times that the differences of one step are extrapolated. */
const COLUMNS = 3;

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

/**
 * The most trustworthy derivative from many steps, for entries that fail at the first: larger steps round less, which
 * helps where outputs are flat; smaller ones are truer where they are steep, and step over kinks. Differences at steps h
 * and 2h with an error in hⁿ extrapolate to one in hⁿ⁺²: (2ⁿ·D(h) − D(2h)) / (2ⁿ − 1). How far a value is from the two it
 * was made of and from the same at 2h, and what rounding does at its step, is its uncertainty; the smallest wins. The analytic value has no say
 * in it, so that a wrong one cannot pick the estimate that suits it.
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

/** Rounding errors of an output, from how the smallest steps disagree: they do over nothing else, away from kinks. */
function noiseOf(plain: readonly number[], steps: readonly number[]): number {
  let noise = 0;
  for (let rung = plain.length - SMALLEST; rung < plain.length; rung++) {
    noise = max(noise, abs(plain[rung]! - plain[rung - 1]!) * steps[rung]!);
  }
  return noise;
}
