const { defineProperty } = Object;

/** What Node's `console.log` and `util.inspect` call. */
export const INSPECT: symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom');

/**
 * A structured clone copies own properties alone, so it is of no use here. It throws for a function, and Node and Chromium
 * quote the first hundred characters of the function: this text is the reason that users read.
 */
const notCloned = (): string =>
  'objects of bptt do not clone: post toBytes(), or { data, shape, stride, offset } of tensor.copy()';

/**
 * An object whose content is private. Deep comparisons (`node:assert`, jest, vitest) see own enumerable properties alone:
 * the own accessor `contents` shows them what the object holds, at the time of the comparison. Structured clones meet a
 * function in it and throw.
 */
export abstract class Inspectable {
  /** Whether it was made by a constructor: test runners copy accessors to objects without private parts. */
  readonly #made = true;

  /** With any more keys than these, the engine takes twice as long for it. */
  static readonly #CONTENTS: PropertyDescriptor = {
    get(this: Inspectable): object | undefined {
      return #made in this ? { ...this.compared(), notCloned } : undefined;
    },
    enumerable: true,
  };

  constructor() {
    defineProperty(this, 'contents', Inspectable.#CONTENTS);
  }

  /** @internal What two of them must have in common to be equal, beside their own properties. */
  protected compared(): object {
    return {};
  }

  /** A short description for people. */
  abstract toString(): string;

  /** The object itself: comparisons that go by printed forms go by identity then, as these forms are shortened. */
  valueOf(): this {
    return this;
  }

  static {
    defineProperty(Inspectable.prototype, INSPECT, {
      value(this: Inspectable): string {
        return this.toString();
      },
    });
  }
}
