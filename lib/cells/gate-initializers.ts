// The initializers of a cell's parameters: one for all gates, or one for each gate.

import { reading, refuse, requireFunction, requireNumber, requireRecord } from '../checks.ts';
import type { Check } from '../options.ts';
import { constant } from '../random/constant.ts';
import { type Initializer, runInitializer } from '../random/run-initializer.ts';

/** Initializers by the name of a gate: `{ forget: initializers.constant(3) }`. A gate without one keeps the default. */
export type GateInitializers<G extends string = string> = { readonly [N in G]?: Initializer | undefined };

/** Initializers of a bias by the name of a gate. A number is the value of all units: `{ forget: 3 }`. */
export type GateBiases<G extends string = string> = { readonly [N in G]?: Initializer | number | undefined };

/** The initializer of a parameter, as users give it. */
type Given = Initializer | number | GateBiases;

/** Creates the check of an initializer, or of one for each gate; with `numbers`, each may be a number. */
function initializer(numbers: boolean): Check<Given> {
  const requireOne: Check<Initializer | number> = (where, argument, value) => {
    if (numbers && typeof value === 'number') return requireNumber(where, argument, value);
    return requireFunction<Initializer>(where, argument, value);
  };
  return (where, argument, value) => {
    if (typeof value === 'function' || (numbers && typeof value === 'number'))
      return requireOne(where, argument, value);
    const entries = reading(where, argument, () => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
        return Object.entries(value).filter(([, each]) => each !== undefined);
      }
      const one = numbers ? 'an initializer, a number' : 'an initializer';
      return refuse(where, argument, `be ${one} or an object of them by gate`, value);
    });
    return Object.fromEntries(entries.map(([gate, each]) => [gate, requireOne(where, `${argument}.${gate}`, each)]));
  };
}

/** @internal Checks the initializer of weights. The names of gates are checked by `requireGateNames`. */
export const requireWeights: Check<Initializer | GateInitializers> = /* @__PURE__ */ initializer(false) as Check<
  Initializer | GateInitializers
>;

/** @internal Checks the initializer of a bias. */
export const requireBiases: Check<Given> = /* @__PURE__ */ initializer(true);

/** Refuses an initializer of a gate that the cell lacks. */
export function requireGateNames(
  where: string,
  given: Readonly<Record<string, Given>>,
  gates: readonly string[],
): void {
  for (const [argument, initializers] of Object.entries(given)) {
    if (typeof initializers === 'object') requireRecord(where, argument, initializers, gates);
  }
}

/** An initializer as a function. */
function functionOf(given: Initializer | number): Initializer {
  return typeof given === 'number' ? constant(given) : given;
}

/**
 * The initializer of a parameter whose last axis has one block for each gate.
 *
 * The default runs on the whole parameter in any case. So the values of a gate do not depend on the initializers of the
 * others. The initializer of a gate gets the shape of its block, and a random stream of its own.
 *
 * @param start - completes an initializer of all gates: `unitForgetBias`
 */
export function initializerOf(
  where: string,
  argument: string,
  given: Given,
  fallback: Initializer,
  gates: readonly string[],
  start: (initializer: Initializer) => Initializer = (initializer) => initializer,
): Initializer {
  if (typeof given !== 'object') return start(functionOf(given));
  return (shape, random, { dtype = 'float64' }) => {
    const values = runInitializer(where, start(fallback), shape, random, { gates: gates.length, dtype }, argument);
    const [width, H] = [shape.at(-1)!, shape.at(-1)! / gates.length];
    for (const [gate, own] of Object.entries(given)) {
      const k = gates.indexOf(gate);
      const context = { gates: 1, dtype };
      const drawn = runInitializer(
        where,
        functionOf(own!),
        [...shape.slice(0, -1), H],
        random.fork(k),
        context,
        `${argument}.${gate}`,
      );
      for (let i = 0; i < drawn.length; i++) values[Math.floor(i / H) * width + k * H + (i % H)] = drawn[i]!;
    }
    return values;
  };
}
