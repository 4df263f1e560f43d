// Checks the range of random numbers.

import { refuse, requireNumber } from '../checks.ts';

const { isFinite: isFiniteNumber, MAX_VALUE } = Number;

function isRange(low: number, high: number): boolean {
  return low < high && high - low < Infinity;
}

/** Checks a range [low, high): `high` must be above `low`, and `high - low` finite. */
export function requireRange(where: string, low: unknown, high: unknown): void {
  if (isFiniteNumber(low) && isFiniteNumber(high) && isRange(low as number, high as number)) return;
  const from = requireNumber(where, 'low', low);
  const to = requireNumber(where, 'high', high, { min: from, minOpen: true });
  if (!isRange(from, to)) refuse(where, 'high', `be less than ${MAX_VALUE} above "low"`, high);
}
