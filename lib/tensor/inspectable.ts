// Base class of objects with private content: comparing, printing, and refusing structured clones.

const { defineProperty } = Object;

/** Key of the method that Node's `console.log` and `util.inspect` call. */
export const INSPECT: symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom');

/**
 * A structured clone copies only own properties, so it would lose the private content. It throws when it meets a
 * function, and Node and Chromium quote the first hundred characters of the function in the message: this text tells
 * users the reason.
 */
const notCloned = (): string =>
  'objects of bptt do not clone: post toBytes(), or { data, shape, stride, offset } of tensor.copy()';

/**
 * An object with private content. Deep comparisons (`node:assert`, jest, vitest) read only own enumerable properties.
 * The own accessor `contents` gives them the content at the time of the comparison. It contains a function, so
 * structured clones throw.
 */
export abstract class Inspectable {
  /** Marks objects made by a constructor: test runners copy accessors to objects without private fields. */
  readonly #made = true;

  /** The descriptor has only these keys: with more of them, defining the property takes twice as long. */
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

  /** The object itself. Comparisons of text forms then compare identity, because text forms are abbreviated. */
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
