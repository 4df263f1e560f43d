// Confidence interval for a share of successes.

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** Wilson score interval of a share, 95 %. It stays within [0, 1], and has a positive width even when all succeed. */
export function wilson(successes, n) {
  const share = successes / n;
  const z2 = (Z * Z) / n;
  const middle = share + z2 / 2;
  const half = Z * Math.sqrt((share * (1 - share) + z2 / 4) / n);
  return [middle - half, middle + half].map((bound) => Math.min(1, Math.max(0, bound / (1 + z2))));
}
