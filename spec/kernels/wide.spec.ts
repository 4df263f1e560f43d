import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CALLS, firstDifference } from '../../lib/kernels/known-answers.ts';
import { compileKernels, instantiate, kernelsCode } from '../../lib/kernels/simd.ts';
import type { WideEngine } from '../../lib/kernels/wide.ts';

/** Arithmetic on four float32: what stands for add, sub, mul, div, min and max behind the prefix 0xfd. */
const OPERATIONS = [0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9];

const bytes = kernelsCode();
const places = [...bytes.keys()].filter(
  (i) => bytes[i] === 0xfd && OPERATIONS.includes(bytes[i + 1]!) && bytes[i + 2] === 1,
);

/** The kernels with another operation at one place: a product for a sum, a sum for anything else. */
function broken(place: number): WebAssembly.Module {
  const other = bytes.slice();
  other[place + 1] = bytes[place + 1] === 0xe4 ? 0xe6 : 0xe4;
  return new WebAssembly.Module(other);
}

describe('firstDifference', () => {
  it.each(['simd', 'wide'] as const)('finds no difference between the %s kernels and the reference', (name) => {
    expect(firstDifference(compileKernels(), name)).toBeUndefined();
  });

  it('calls every kernel', () => {
    const kernels = WebAssembly.Module.exports(compileKernels()).filter(({ kind }) => kind === 'function');
    expect(Object.keys(CALLS).sort()).toEqual(kernels.map(({ name }) => name).sort());
  });

  it('refuses a module without one of the kernels', () => {
    const at = bytes.findIndex((_, i) => String.fromCharCode(...bytes.subarray(i, i + 9)) === 'repeatRow');
    const other = new WebAssembly.Module(bytes.map((byte, i) => (i === at ? 0x52 : byte)));
    expect(() => instantiate(other, 1, 1, false)).toThrow('the module lacks the kernels repeatRow');
  });

  it('finds any changed operation of the arithmetic', () => {
    expect(places.length).toBeGreaterThan(100);
    const missed = places
      .filter((_, i) => i % 9 === 0)
      .filter((place) => firstDifference(broken(place), 'wide') === undefined);
    expect(missed).toEqual([]);
  });
});

/** An engine without objections, which compiles in this way. */
const engine = (compile: WideEngine['compile'] = (run) => run()): WideEngine => ({
  compile,
  objection: () => undefined,
});

describe('chooseWide', () => {
  beforeEach(() => {
    jest.resetModules();
  });

  /** The module under test in a world where no kernel was compiled yet. */
  async function fresh() {
    const { chooseWide } = await import('../../lib/kernels/wide.ts');
    return {
      chooseWide,
      ...(await import('../../lib/kernels/backend.ts')),
      ...(await import('../../lib/kernels/report.ts')),
    };
  }

  it('takes what gives the bits of the reference, and backend tells', async () => {
    const { chooseWide, backend } = await fresh();
    expect(chooseWide(engine(), 'f')).toBeUndefined();
    expect(backend()).toMatchObject({ name: 'wide', reason: expect.stringContaining('256 bits') });
  });

  it('compiles anew what does not, names the kernel, and computes right', async () => {
    const { chooseWide, backend, defaultBackend, openHeap } = await fresh();
    const failure = chooseWide(
      engine(() => broken(places[0]!)),
      'f',
    );
    expect(chooseWide(engine(), 'f')).toBe(failure);
    expect(failure).toMatch(/the wide form of \w+ differs/);
    expect(backend()).toMatchObject({ name: 'simd', reason: `128-bit vectors: ${failure}` });
    const heap = openHeap('float32', defaultBackend(), 3);
    heap.data.set([1, 2, 3]);
    heap.kernels.scale(0, 2, 3);
    expect([...heap.data.subarray(0, 3)]).toEqual([2, 4, 6]);
  });

  it('does without where the engine refuses', async () => {
    const { chooseWide, backend } = await fresh();
    const refuse = (): never => {
      throw new Error('no such flag');
    };
    expect(chooseWide(engine(refuse), 'f')).toContain('no such flag');
    expect(backend().name).toBe('simd');
  });

  it('compiles nothing wide against an objection, asks once, and backend reports it', async () => {
    const { chooseWide, backend } = await fresh();
    const objection = jest.fn(() => 'a trial failed');
    const compile = jest.fn((run: () => object) => run());
    for (const _ of [1, 2]) expect(chooseWide({ objection, compile }, 'f')).toBe('a trial failed');
    expect([objection.mock.calls.length, compile.mock.calls.length]).toEqual([1, 0]);
    expect(backend()).toMatchObject({ name: 'simd', reason: '128-bit vectors: a trial failed' });
  });

  it('comes before anything computes, or not at all', async () => {
    const { chooseWide, backend } = await fresh();
    const before = backend();
    const late = (): unknown => chooseWide(engine(), 'enableWideSimd');
    expect(late).toThrow(expect.objectContaining({ name: 'StateError' }));
    expect(late).toThrow(
      /enableWideSimd: the call must come before the first model, .*; received a call after .*at the top of the program/,
    );
    expect(backend()).toEqual(before);
  });

  it('leaves the reference alone where it was chosen', async () => {
    const { chooseWide, backend, referenceBackend, setDefaultBackend } = await fresh();
    setDefaultBackend(referenceBackend('forced'));
    expect(chooseWide(engine(), 'f')).toContain('the reference kernels are in use: forced');
    expect(backend().name).toBe('reference');
  });
});
