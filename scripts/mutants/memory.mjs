const spec = (path) => ({ killedBy: `spec/${path}.spec.ts` });

/** Mutants of shared memories, and of room that is freed.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const memory = {
  'lib/memory/packed-version.ts': [
    {
      name: 'packed weights: never those of a new version',
      find: 'const current = version === this.#version && ',
      replace: 'const current = ',
      ...spec('memory/packed-version'),
    },
    {
      name: 'packed weights: writes through live views are ignored',
      find: 'changes === this.#changes && ',
      replace: '',
      ...spec('memory/packed-version'),
    },
    {
      name: 'packed weights: those that another pass has overwritten',
      find: ' && pass - this.#pass <= 1;',
      replace: ';',
      ...spec('memory/packed-version'),
    },
    {
      name: 'packed weights: always packed again',
      find: 'return current;',
      replace: 'return false;',
      ...spec('memory/packed-version'),
    },
  ],
  'lib/memory/parameter-storage.ts': [
    {
      name: 'live views: a kept array is forgotten',
      find: 'if (this.#handedOut === this.#arena.data) this.#changes++;',
      replace: '',
      ...spec('memory/packed-version'),
    },
    {
      name: 'live views: set is not counted',
      find: 'this.#changes += 1;',
      replace: '',
      ...spec('memory/packed-version'),
    },
  ],
  'lib/kernels/bound-kernels.ts': [
    {
      name: 'regions: one argument without the offset of the region',
      find: 'h + this.#at, cPrev + this.#at, B, H); }',
      replace: 'h + this.#at, cPrev, B, H); }',
      ...spec('memory/sharing'),
    },
  ],
  'lib/kernels/heap.ts': [
    {
      name: 'regions: nothing is copied to the next one',
      find: 'region.data.set(this.data);',
      replace: '',
      ...spec('memory/sharing'),
    },
    {
      name: 'regions: kernels not bound to the new region',
      find: 'this.kernels.bind(region);',
      replace: '',
      ...spec('memory/sharing'),
    },
  ],
  'lib/kernels/simd.ts': [
    {
      name: 'regions: the first one overlaps the constants of the kernels',
      find: 'const RESERVED = 256;',
      replace: 'const RESERVED = 0;',
      ...spec('kernels/simd'),
      test: 'leave the constants',
    },
  ],
  'lib/kernels/memories.ts': [
    {
      name: 'regions: no elements reserved at the end',
      find: 'bytes / 4 - SLACK',
      replace: 'bytes / 4',
      ...spec('kernels/simd'),
      test: 'reads no further',
    },
    {
      name: 'regions: each overlaps the previous one',
      find: 'const at = RESERVED + shared.taken++ * size;',
      replace: 'const at = RESERVED + (shared.taken++ * size) / 2;',
      ...spec('memory/sharing'),
    },
    {
      name: 'regions: a large one overlaps the constants of the kernels',
      find: 'this.#region(own, RESERVED,',
      replace: 'this.#region(own, 0,',
      ...spec('kernels/simd'),
      test: 'leave the constants',
    },
    {
      name: 'regions: no pause after a failed allocation',
      find: 'this.#pause = PAUSE;',
      replace: '',
      ...spec('memory/sharing'),
    },
  ],
  'lib/memory/holes.ts': [
    {
      name: 'room: the rest of a hole begins where the hole began',
      find: 'const left = { at: at + size, size: whole - size };',
      replace: 'const left = { at, size: whole - size };',
      ...spec('memory/holes'),
    },
  ],
  'lib/optimizers/slots.ts': [
    {
      name: 'optimizer: its state is zero after it moves in again',
      find: 'for (const [k, data] of this.#outside.entries()) this.#parameters.arena.data.set(data, this.#places[k]);',
      replace: '',
      ...spec('optimizers/moving-out'),
    },
    {
      name: 'optimizer: its room is never freed',
      find: 'arena.release(this.#places, size);',
      replace: '',
      ...spec('optimizers/moving-out'),
    },
  ],
};
