// The base class of objects with private content: how they are compared and printed, and why they cannot be cloned.

const { defineProperty } = Object;

/** Key of the method that Node's `console.log` and `util.inspect` call. */
export const INSPECT: symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom');

/**
 * A structured clone copies only own properties, so it would lose the private content. It throws if a property is a
 * function, and Node and Chromium quote the first hundred characters of this function in the message. So the text below
 * gives users the reason.
 */
const notCloned = (): string =>
  'objects of bptt do not clone: post toBytes(), or { data, shape, stride, offset } of tensor.copy()';

/**
 * An object with private content. Deep comparisons (`node:assert`, jest, vitest) read only own enumerable properties.
 * The own accessor `contents` returns the content at the time of the comparison. It contains a function, so structured
 * clones throw.
 */
export abstract class Inspectable {
  /** Distinguishes objects from their imitations: test runners copy accessors to objects without private fields. */
  readonly #made = true;

  /** The descriptor has as few keys as possible, because further ones double the time to define the property. */
  static readonly #CONTENTS: PropertyDescriptor = {
    get(this: Inspectable): object | undefined {
      return #made in this ? { ...this.compared(), notCloned } : undefined;
    },
    enumerable: true,
  };

  constructor() {
    defineProperty(this, 'contents', Inspectable.#CONTENTS);
  }

  /** @internal The content that deep comparisons compare, in addition to own properties. */
  protected compared(): object {
    return {};
  }

  /** A short description for people. */
  abstract toString(): string;

  /** Returns the object itself, so that `==` and `<` do not compare text forms, which are abbreviated. */
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
