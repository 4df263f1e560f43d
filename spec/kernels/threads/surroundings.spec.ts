// What threads need of the environment, and what happens where it is missing.

import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { compileSharedKernels, instantiate, kernelsCode } from '../../../lib/kernels/simd.ts';
import { sharedCode } from '../../../lib/kernels/threads/shared-code.ts';
import { cores, maySleep, ownPort, whatLacks } from '../../../lib/kernels/threads/spawn.ts';
import { inTask, isInTask } from '../../../lib/kernels/threads/task.ts';

const globals = globalThis as unknown as Record<string, unknown>;
const { SharedArrayBuffer: Shared, process: real } = globalThis;

afterEach(() => {
  globals.SharedArrayBuffer = Shared;
  globals.process = real;
  delete globals.Worker;
  jest.restoreAllMocks();
});

describe('sharedCode', () => {
  it('changes one byte: the limits of the memory', () => {
    const code = kernelsCode();
    const shared = sharedCode(code);
    const changed = [...code.keys()].filter((k) => code[k] !== shared[k]);
    expect(changed).toHaveLength(1);
    const [at] = changed as [number];
    expect(String.fromCharCode(...code.subarray(at - 7, at - 1))).toBe('memory');
    expect([code[at], shared[at]]).toEqual([1, 3]);
    expect(() => instantiate(compileSharedKernels(), 1, 2, false, true)).not.toThrow();
    expect(() => instantiate(compileSharedKernels(), 1, 2, false, false)).toThrow(/shared/);
  });

  it('refuses code without the import', () => {
    expect(() => sharedCode(Uint8Array.of(6, 109, 101, 109))).toThrow('the kernels import no memory');
  });
});

describe('whatLacks', () => {
  it('names nothing in Node', () => {
    expect(whatLacks()).toBeUndefined();
    expect(cores()).toBeGreaterThan(0);
    expect(maySleep()).toBe(true);
  });

  it('names SharedArrayBuffer, or workers', () => {
    globals.process = {};
    expect(whatLacks()).toBe('there are no workers here');
    globals.Worker = class {};
    expect(whatLacks()).toBeUndefined();
    Reflect.deleteProperty(globals, 'SharedArrayBuffer');
    expect(whatLacks()).toBe('there is no SharedArrayBuffer: the page is not cross-origin isolated');
  });

  it('asks a browser for its processors', () => {
    globals.process = {};
    Object.defineProperty(globals, 'navigator', { value: { hardwareConcurrency: 12 }, configurable: true });
    try {
      expect(cores()).toBe(12);
      Object.defineProperty(globals, 'navigator', { value: undefined, configurable: true });
      expect(cores()).toBe(1);
    } finally {
      Reflect.deleteProperty(globals, 'navigator');
    }
    expect(ownPort()).toBe(globalThis);
  });
});

describe('maySleep', () => {
  it('is false where waiting is refused, and throws other errors', () => {
    const wait = jest.spyOn(Atomics, 'wait');
    wait.mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    expect(maySleep()).toBe(false);
    wait.mockImplementation(() => {
      throw new RangeError('out of memory');
    });
    expect(maySleep).toThrow(RangeError);
  });
});

describe('inTask', () => {
  it('is in force while a part of an asynchronous function runs, also if it throws', () => {
    expect(isInTask()).toBe(false);
    expect(inTask(() => [isInTask(), inTask(isInTask), isInTask()])).toEqual([true, true, true]);
    expect(() =>
      inTask(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(isInTask()).toBe(false);
  });
});
