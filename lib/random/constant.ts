// Initializers that set every element to the same number.

import { requireNumber } from '../checks.ts';
import { elementwise } from './elementwise-initializer.ts';
import type { Initializer } from './run-initializer.ts';

function constantOf(where: string, value: number): Initializer {
  return elementwise(where, () => (values) => values.fill(value));
}

/** All 0. */
export const zeros: Initializer = /* @__PURE__ */ constantOf('initializers.zeros', 0);

/** All 1. */
export const ones: Initializer = /* @__PURE__ */ constantOf('initializers.ones', 1);

/** All the same finite `value`. */
export function constant(value: number): Initializer {
  return constantOf('initializers.constant', requireNumber('initializers.constant', 'value', value));
}
