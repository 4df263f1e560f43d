// Positions in an arena by name: `previous.h`, `weights.candidate`.

/** Positions by name. */
export type Places<N extends string = string> = Readonly<Record<N, number>>;

type PlacesClass = new (positions: readonly number[]) => Places;

/** One class for each list of names, so that engines compile `places.h` to a load from an array. */
const classes: Map<string, PlacesClass> = /* @__PURE__ */ new Map();

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
