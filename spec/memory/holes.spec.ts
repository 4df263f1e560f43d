import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { Arena } from '../../lib/memory/arena.ts';
import { Holes } from '../../lib/memory/holes.ts';
import { expectBits } from '../support/bits.ts';

describe('Holes', () => {
  it('join neighbours, and give the first extent that is large enough', () => {
    const holes = new Holes();
    for (const at of [40, 8, 16]) holes.add({ at, size: 8 });
    expect([holes.take(20), holes.take(12), holes.take(8), holes.take(4), holes.take(4)]).toEqual([
      undefined,
      8,
      40,
      20,
      undefined,
    ]);
  });

  it('shorten the kept part if a hole reaches to its end', () => {
    const holes = new Holes();
    for (const at of [8, 32, 40]) holes.add({ at, size: 8 });
    expect([holes.trim(56), holes.trim(48), holes.trim(32), holes.take(8), holes.take(8)]).toEqual([
      56,
      32,
      32,
      8,
      undefined,
    ]);
  });

  it('do not change a copy', () => {
    const holes = new Holes([{ at: 0, size: 4 }]);
    const copy = holes.copy();
    expect([holes.take(4), copy.take(4)]).toEqual([0, 0]);
  });
});

describe('room that an arena releases', () => {
  const keep = (arena: Arena, elements: number): number => arena.keep(elements, 'optimizer');

  it('goes to the next optimizer, holds zeros, and is not counted in between', () => {
    const arena = new Arena('float32');
    const [first, second] = [keep(arena, 5), keep(arena, 8)];
    const behind = arena.keep(4, 'streams');
    arena.data.fill(7, 0, arena.kept);
    const { kept, usage } = arena;
    arena.release([first, second], 8);
    expect(arena.usage.optimizer).toBe(usage.optimizer - 64);
    expect(arena.kept).toBe(kept); // a stream lies behind it
    expect([keep(arena, 14), keep(arena, 2), arena.kept]).toEqual([0, kept, kept + 4]);
    expectBits(arena.data.slice(0, 14), new Float32Array(14));
    expectBits(arena.data.slice(behind, behind + 4), new Float32Array(4).fill(7));
  });

  it('goes to passes if nothing is kept behind it', () => {
    const arena = new Arena('float64');
    arena.keep(4);
    const at = keep(arena, 8);
    arena.release([at], 8);
    expect(arena.layOut((take) => take(4))).toBe(at);
  });

  it('does not end the pass, and stays released if the next request is refused', () => {
    const arena = new Arena('float32');
    const at = keep(arena, 8);
    arena.keep(4, 'streams');
    const { pass } = arena;
    arena.release([at], 8);
    expect(arena.pass).toBe(pass);
    expect(() => arena.keepAll((take) => [take(8), take(2 ** 50)], 'optimizer')).toThrow('fit into memory');
    expect(keep(arena, 8)).toBe(at);
  });

  ptest.prop([fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean(), fc.nat()), { maxLength: 30 })])(
    'never overlaps kept room, in any order of releases',
    (requests) => {
      const arena = new Arena('float64');
      const kept: { at: number; size: number; mark: number }[] = [];
      for (const [mark, [size, releases, which]] of requests.entries()) {
        const [released] = releases ? kept.splice(which % Math.max(kept.length, 1), 1) : [];
        if (released !== undefined) arena.release([released.at], released.size);
        const at = keep(arena, size);
        arena.data.fill(mark + 1, at, at + size);
        kept.push({ at, size, mark });
        for (const each of kept) {
          expectBits(arena.data.slice(each.at, each.at + each.size), new Float64Array(each.size).fill(each.mark + 1));
        }
      }
    },
  );
});
