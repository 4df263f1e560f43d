/** Pairs of time steps [i, t], i ≤ t ≤ T, both multiples of the stride. */
export function pairsOf(T, stride) {
  const steps = Array.from({ length: Math.floor(T / stride) + 1 }, (_, k) => k * stride);
  return steps.flatMap((t) => steps.filter((i) => i <= t).map((i) => [i, t]));
}
