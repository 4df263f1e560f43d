import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A class as its users see it. */
export type Class = { readonly name: string; readonly prototype: object };

export function isClass(value: unknown): value is Class {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** Names of methods in lib/ that are protected or marked as internal: called by the library, not by users. */
function internalMethods(): Set<string> {
  const root = fileURLToPath(new URL('../../lib', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(`${root}/${name}`, 'utf8')).join('\n');
  const hidden =
    /(?:@internal[^\n]*\n(?:[^\n]*\*[^\n]*\n)*\s*(?:static )?|protected )(?:abstract |override |async |get )*(\w+)[(<]/g;
  return new Set([...text.matchAll(hidden)].map(([, name]) => name!));
}

/** For authors of cells and for the engine: they take places in an arena, not arrays. */
const ENGINE = [
  'forwardStep',
  'backwardStep',
  'inputForward',
  'inputBackward',
  'recurrentGradients',
  'widthOf',
  'parameterSpecs',
  'allocate',
];

/** Of every object: they take nothing. */
const OF_OBJECTS = ['toString', 'valueOf'];

/** Names of methods that are not for users. */
export const internal: ReadonlySet<string> = new Set([...internalMethods(), ...ENGINE, ...OF_OBJECTS]);

/** Own property of a class or its prototypes. */
export interface Member {
  readonly name: string;
  readonly descriptor: PropertyDescriptor;
  readonly isStatic: boolean;
}

/** Members of a class and of those above it, static ones included, that are for users. */
export function membersOf(from: Class): Member[] {
  const found = new Map<string, Member>();
  const add = (object: object, isStatic: boolean): void => {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      const skipped = name === 'constructor' || name === 'prototype' || internal.has(name);
      if (!skipped && !found.has(name)) found.set(name, { name, descriptor, isStatic });
    }
  };
  for (let at: object | null = from.prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    add(at, false);
  }
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
    if (typeof descriptor.value === 'function' && !internal.has(name))
      found.set(name, { name, descriptor, isStatic: true });
  }
  return [...found.values()];
}

/** Names of methods and setters of a class and of those above it, static ones included. */
export function methodsOf(from: Class): string[] {
  return membersOf(from)
    .filter(({ descriptor: { value, set } }) => typeof value === 'function' || set !== undefined)
    .map(({ name }) => name);
}
