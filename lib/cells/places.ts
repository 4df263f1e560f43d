// Positions in an arena by name: `previous.h`, `weights.candidate`.

import { requireOneOf } from '../checks.ts';

/** Positions by name. */
export type Places<N extends string = string> = Readonly<Record<N, number>>;

type PlacesClass = new (positions: readonly number[]) => Places;

/**
 * The prototype of all places. A name that they lack gives an object that throws when it is used as a position: a kernel
 * would take `undefined` for the beginning of the memory, where the values of another model may be.
 */
const STRICT: object = /* @__PURE__ */ new Proxy(
  {},
  {
    get(target: object, name: string | symbol, places: object): unknown {
      if (typeof name === 'symbol' || name in target) return Reflect.get(target, name);
      const names: string[] = [];
      for (const known in places) names.push(known);
      return { [Symbol.toPrimitive]: () => requireOneOf('Cell', 'name of a position', name, names) };
    },
  },
);

/** One class for each list of names, so that engines compile `places.h` to a load from an array. */
const classes: Map<string, PlacesClass> = /* @__PURE__ */ new Map();

/** Positions that never move. */
export function placesOf(entries: Iterable<readonly [name: string, position: number]>): Places {
  return Object.assign(Object.create(STRICT), Object.fromEntries(entries));
}

/** `positions` by name: reads always give what the array holds then, so that a time loop moves the array alone. */
export function placesOver(names: readonly string[], positions: readonly number[]): Places {
  const key = names.join();
  const known = classes.get(key) ?? classFor(names);
  classes.set(key, known);
  return new known(positions);
}

function classFor(names: readonly string[]): PlacesClass {
  class NamedPlaces {
    readonly #positions: readonly number[];

    constructor(positions: readonly number[]) {
      this.#positions = positions;
    }

    static {
      Object.setPrototypeOf(NamedPlaces.prototype, STRICT);
      for (const [k, name] of names.entries()) {
        const get = function (this: NamedPlaces): number {
          return this.#positions[k]!;
        };
        Object.defineProperty(NamedPlaces.prototype, name, { get, enumerable: true });
      }
    }
  }
  return NamedPlaces as unknown as PlacesClass;
}
