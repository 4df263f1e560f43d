import { type Draw, Trap, VALUES } from './values.ts';

/** Arguments, one of which was spoilt. */
export interface Spoilt {
  readonly what: string;
  readonly args: unknown[];
}

/** So many epochs or steps of a rate range test are no misuse, but they take years. */
const NO_LARGE_COUNTS = VALUES.filter(([name]) => name !== `${2 ** 40}`);

type Place = readonly (string | number)[];

/** Whether it is a list or a plain object, into which a spoiler may reach. */
function isContainer(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** Every place in the arguments that can be spoilt, three levels down. */
function placesIn(args: readonly unknown[]): Place[] {
  const places: Place[] = [];
  const visit = (value: Record<string, unknown>, at: Place): void => {
    for (const key of Object.keys(value).slice(0, 12)) {
      places.push([...at, key]);
      const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value; // a trap stays shut
      if (at.length < 3 && isContainer(inner)) visit(inner, [...at, key]);
    }
  };
  visit(args as unknown as Record<string, unknown>, []);
  return places;
}

/** A copy with another value at a place. */
function replaced(
  container: unknown,
  [key, ...rest]: Place,
  change: (copy: Record<string, unknown>, key: string) => void,
): unknown {
  const base = Array.isArray(container) ? [] : {};
  const copy = Object.defineProperties(base, Object.getOwnPropertyDescriptors(container as object)) as Record<
    string,
    unknown
  >;
  if (rest.length === 0) change(copy, `${key}`);
  else {
    const value = replaced(copy[key!], rest, change);
    Object.defineProperty(copy, key!, { value, writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

/** Spoils good arguments in one place, or two: another value, none, or one that throws when it is read. */
export function spoil(draw: Draw, good: readonly unknown[]): Spoilt {
  const padded = good.length === 0 ? [undefined] : good;
  let args: unknown = padded;
  const places = placesIn(padded);
  const chosen = Array.from({ length: draw(5) === 0 ? 2 : 1 }, () => places[draw(places.length)]!);
  const what: string[] = [];
  for (const [k, place] of chosen.entries()) {
    if (k === 1 && place[0] === chosen[0]![0]) continue; // it may no longer be there
    const values = ['epochs', 'steps'].includes(`${place.at(-1)}`) ? NO_LARGE_COUNTS : VALUES;
    const [name, make] = values[draw(values.length)]!;
    const kind = draw(12);
    args = replaced(args, place, (copy, key) => {
      if (kind === 0) delete copy[key];
      else if (kind === 1 && place.length > 1)
        Object.defineProperty(copy, key, { get: throwTrap, enumerable: true, configurable: true });
      else Object.defineProperty(copy, key, { value: make(), writable: true, enumerable: true, configurable: true });
    });
    what.push(`${place.join('.')}: ${kind === 0 ? 'deleted' : kind === 1 && place.length > 1 ? 'throws' : name}`);
  }
  return { what: what.join(', '), args: args as unknown[] };
}

function throwTrap(): never {
  throw new Trap('trap');
}
