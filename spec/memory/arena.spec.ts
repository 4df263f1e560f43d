import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { BpttError } from '../../lib/errors.ts';
import { Arena } from '../../lib/memory/arena.ts';
import { Tensor } from '../../lib/tensor/tensor.ts';
import { expectBits } from '../support/bits.ts';

describe('Arena', () => {
  it('grows as requested', () => {
    const arena = new Arena('float32');
    arena.keep(100_000);
    expect(arena.data.length).toBeGreaterThanOrEqual(100_000);
    expect(arena.data.constructor.name).toBe('Float32Array');
    expect(new Arena('float64').data.constructor.name).toBe('Float64Array');
  });

  it('keeps views valid, with their values, when it grows', () => {
    const arena = new Arena('float32');
    const view = new Tensor(arena, [2, 2], [2, 1], arena.keep(4));
    view.set(1, 1, 7);
    const old = arena.data;
    const far = arena.keep(100_000);
    expect(arena.data).not.toBe(old);
    expect(view.get(1, 1)).toBe(7);
    view.set(0, 0, 3);
    expect(arena.data[view.offset]).toBe(3);
    arena.data[far] = 5;
    expectBits(view, new Tensor({ data: Float32Array.of(3, 0, 0, 7) }, [2, 2]));
  });

  it('counts a pass for each layout and for each kept part', () => {
    const arena = new Arena('float32');
    expect(arena.pass).toBe(0);
    arena.keep(1);
    arena.layOut((take) => take(1));
    arena.layOut((take) => take(1));
    expect(arena.pass).toBe(3);
  });

  it('keeps room of zeros, whatever a pass has left there', () => {
    const arena = new Arena('float32');
    arena.keep(4);
    const at = arena.layOut((take) => take(64));
    arena.data.fill(9, at);
    const kept = arena.keep(16);
    expect(kept).toBe(at);
    expectBits(arena.data.slice(kept, kept + 16), new Float32Array(16));
    expect(arena.data[kept + 16]).toBe(9);
  });

  it('keeps all that a plan takes, or nothing', () => {
    const arena = new Arena('float32');
    const first = arena.keep(3);
    const [a, b] = arena.keepAll((take) => [take(5), take(2)] as const);
    expect([first, a, b, arena.keep(1)]).toEqual([0, 4, 12, 16]);
    expect(() => arena.keepAll((take) => [take(8), take(2 ** 50)])).toThrow('fit into memory');
    expect(arena.keep(1)).toBe(20);
  });

  it('counts changes of parameters, and no layouts, in its version', () => {
    const arena = new Arena('float32');
    arena.keep(4);
    arena.layOut((take) => take(4));
    const { version, pass } = arena;
    arena.endPass();
    expect([version, arena.version, arena.pass - pass]).toEqual([0, 1, 1]);
  });

  it('lays out each pass over the previous one', () => {
    const arena = new Arena('float32');
    const kept = arena.keep(5);
    const [first, second] = [arena.layOut((take) => [take(3), take(2)]), arena.layOut((take) => [take(3), take(2)])];
    expect(second).toEqual(first);
    expect(first[0]).toBeGreaterThanOrEqual(kept + 5);
  });

  ptest.prop([fc.array(fc.tuple(fc.boolean(), fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 4 })))])(
    'never lets parts overlap; each is aligned and padded for vectors',
    (requests) => {
      const arena = new Arena('float64');
      const kept: [number, number][] = [];
      const clashes: string[] = [];
      const overlap = (parts: readonly [number, number][]): void => {
        const sorted = [...parts].filter(([, n]) => n > 0).sort(([a], [b]) => a - b);
        sorted.forEach(([at, n], i) => {
          const end = sorted[i + 1]?.[0] ?? arena.data.length;
          if (at % 4 !== 0 || at + Math.ceil(n / 4) * 4 > end) clashes.push(`${n} elements at ${at} before ${end}`);
        });
      };
      for (const [stays, sizes] of requests) {
        if (stays) for (const n of sizes) kept.push([arena.keep(n), n]);
        else overlap([...kept, ...arena.layOut((take) => sizes.map((n): [number, number] => [take(n), n]))]);
        overlap(kept);
      }
      expect(clashes).toEqual([]);
    },
  );

  it('refuses what does not fit into memory, and does not change', () => {
    const arena = new Arena('float32');
    const at = arena.keep(2);
    arena.data.set([1, 2], at);
    const { data, pass } = arena;
    expect(() => arena.keep(2 ** 50)).toThrow(BpttError);
    expect(() => arena.layOut((take) => take(2 ** 50))).toThrow(
      /Arena: the call must fit into memory; received a request for 4503599627370512 bytes/,
    );
    expect(arena.data).toBe(data);
    expect(arena.pass).toBe(pass);
    expectBits(arena.data.slice(at, at + 2), [1, 2]);
    expect(arena.keep(1)).toBe(4);
  });

  it('binds its kernels to its present memory', () => {
    const arena = new Arena('float32');
    const at = arena.keep(1);
    arena.data[at] = 3;
    arena.keep(1000);
    arena.kernels.scale(at, 2, 1);
    expect(arena.data[at]).toBe(6);
  });
});
