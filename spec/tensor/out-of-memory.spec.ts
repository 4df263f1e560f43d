import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BpttError, isOutOfMemory, ShapeError } from '../../lib/errors.ts';
import { Arena } from '../../lib/memory/arena.ts';
import { allocate } from '../../lib/tensor/storage.ts';

/** Makes an arena of float64 whose memory cannot grow, for a reason. */
function stuckFor(reason: unknown): Arena {
  const arena = new Arena('float64');
  jest.spyOn(Object.getPrototypeOf(Float64Array.prototype), 'set').mockImplementation(() => {
    throw reason;
  });
  return arena;
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('isOutOfMemory', () => {
  it('knows what engines throw', () => {
    expect(isOutOfMemory(new RangeError('Array buffer allocation failed'))).toBe(true); // V8, JavaScriptCore
    expect(isOutOfMemory('out of memory')).toBe(true); // SpiderMonkey, for memories of WebAssembly
    expect(isOutOfMemory(new ReferenceError('x is not defined'))).toBe(false);
    expect(isOutOfMemory(undefined)).toBe(false);
  });
});

describe('an arena', () => {
  it.each([new RangeError('none left'), 'out of memory'])('refuses what does not fit into memory: %s', (reason) => {
    const arena = stuckFor(reason);
    expect(() => arena.keep(4)).toThrow(BpttError);
    expect(() => arena.keep(4)).toThrow('fit into memory');
  });

  it('passes any other error on', () => {
    const reason = new TypeError('a fault of the library');
    const arena = stuckFor(reason);
    expect(() => arena.keep(4)).toThrow(reason);
  });
});

describe('allocate', () => {
  it('refuses what does not fit into memory, and passes any other error on', () => {
    expect(() => allocate('float32', 2 ** 50)).toThrow(ShapeError);
    const faulty = {
      get length(): number {
        throw new ReferenceError('a fault of the library');
      },
    };
    expect(() => allocate('float32', faulty as unknown as number)).toThrow(ReferenceError);
  });
});
