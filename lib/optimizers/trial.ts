import type { Arena } from '../tensor/arena.ts';
import { indexOf } from '../tensor/layout.ts';
import type { Parameters } from '../tensor/parameters.ts';

/** What an update would have written that is not finite. */
export interface Overflow {
  /** Name of the optimizer's array; undefined for the parameter itself. */
  readonly slot: string | undefined;
  /** Name of the parameter. */
  readonly parameter: string;
  readonly index: readonly number[];
  readonly value: number;
}

/** Updates, and takes all of it back when a parameter or a state has become NaN or infinite: the first such is returned. */
export function stepOnTrial(
  parameters: Parameters,
  slots: readonly string[],
  state: readonly number[],
  update: () => void,
): Overflow | undefined {
  const { arena, at, size } = parameters;
  const places = [...state, at]; // an update writes its state before the parameters
  const restore = remembered(arena, places, size);
  update();
  const { data, kernels } = arena;
  for (const [k, place] of places.entries()) {
    if (kernels.sumOfSquares(place, size) < Infinity) continue; // of float64 it may overflow by itself
    const element = data.subarray(place, place + size).findIndex((value) => !Number.isFinite(value));
    if (element < 0) continue;
    const found = { slot: slots[k], value: data[place + element]!, ...locate(parameters, element) };
    restore();
    return found;
  }
  return undefined;
}

/** Runs `change`, then gives `size` elements at each place their bits back, whatever happened. */
export function withRestored(arena: Arena, places: readonly number[], size: number, change: () => void): void {
  const restore = remembered(arena, places, size);
  try {
    change();
  } finally {
    restore();
  }
}

/** Keeps `size` elements at each place; what is returned gives them back. */
function remembered(arena: Arena, places: readonly number[], size: number): () => void {
  const before = places.map((place) => arena.data.slice(place, place + size));
  return () => {
    for (const [i, to] of places.entries()) arena.data.set(before[i]!, to);
  };
}

function locate(parameters: Parameters, element: number): { parameter: string; index: readonly number[] } {
  for (const { name, at, value } of parameters) {
    const within = element - (at - parameters.at);
    if (within < value.size) return { parameter: name, index: indexOf(within, value.shape) };
  }
  throw new RangeError('no such element'); // elements are those of the parameters
}
