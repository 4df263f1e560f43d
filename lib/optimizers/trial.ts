// Updates that can be undone: after an overflow, or once their result has been inspected.

import type { Arena } from '../memory/arena.ts';
import type { Extent } from '../memory/holes.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { indexOf } from '../tensor/layout.ts';

/** The first value that an update would have written and that is not finite. */
export interface Overflow {
  /** Name of the optimizer's array; undefined for the parameter itself. */
  readonly slot: string | undefined;
  /** Name of the parameter. */
  readonly parameter: string;
  readonly index: readonly number[];
  readonly value: number;
}

/**
 * Runs `update`. If a parameter or a state becomes NaN or infinite, restores all of them and returns the first such
 * value. If `update` throws, restores all of them too.
 */
export function stepOnTrial(
  parameters: Parameters,
  slots: readonly string[],
  state: readonly number[],
  update: () => void,
): Overflow | undefined {
  const { arena, runs } = parameters;
  const states = state.flatMap((place, k) =>
    runs.map(({ start, size }) => ({ at: place + start, size, start, slot: slots[k] })),
  );
  const written = [...states, ...runs.map((run) => ({ ...run, slot: undefined }))]; // an update writes its state first
  const restore = remembered(arena, written);
  let complete = false;
  try {
    update();
    complete = true;
  } finally {
    if (!complete) restore();
  }
  const { data, kernels } = arena;
  for (const { at, size, start, slot } of written) {
    if (kernels.sumOfSquares(at, size) < Infinity) continue; // a float64 sum may overflow although all values are finite
    const element = data.subarray(at, at + size).findIndex((value) => !Number.isFinite(value));
    if (element < 0) continue;
    const found = { slot, value: data[at + element]!, ...locate(parameters, start + element) };
    restore();
    return found;
  }
  return undefined;
}

/** Runs `change`, then restores the bits of all spans, even if `change` throws. */
export function withRestored(arena: Arena, spans: readonly Extent[], change: () => void): void {
  const restore = remembered(arena, spans);
  try {
    change();
  } finally {
    restore();
  }
}

/** Copies the elements of all spans, and returns a function that writes them back. */
function remembered(arena: Arena, spans: readonly Extent[]): () => void {
  const before = spans.map(({ at, size }) => arena.data.slice(at, at + size));
  return () => {
    for (const [i, { at }] of spans.entries()) arena.data.set(before[i]!, at);
  };
}

function locate(parameters: Parameters, element: number): { parameter: string; index: readonly number[] } {
  let within = element;
  for (const { name, value } of parameters) {
    if (within < value.size) return { parameter: name, index: indexOf(within, value.shape) };
    within -= value.size;
  }
  throw new RangeError('no such element'); // elements are those of the parameters
}
