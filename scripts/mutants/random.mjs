const ARRAYS = 'spec/random/draw.spec.ts';
const MASKS = 'spec/kernels/dropout-mask.spec.ts';
const ORTHOGONAL = 'spec/random/orthogonal.spec.ts';

/** Mutants whose random arrays differ from single draws, or whose orthogonal matrices are not uniformly distributed.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const random = {
  'lib/random/random.ts': [
    {
      name: 'uniform: numbers that round up to the end kept',
      find: 'if (out[filled]! < high) filled++;',
      replace: 'filled++;',
      killedBy: ARRAYS,
    },
    {
      name: 'permutation: partners one too far',
      find: 'integerOf(drawn[k]!, i + 1)',
      replace: 'integerOf(drawn[k]!, i + 2)',
      killedBy: ARRAYS,
    },
    {
      name: 'normal: the last number of a block drawn again',
      find: 'this.#counter += drawn.length;\n      for',
      replace: 'this.#counter += drawn.length - 1;\n      for',
      killedBy: ARRAYS,
    },
    {
      name: 'integers: small ones favoured',
      find: 'start > MAX_SAFE_INTEGER - (n - 1) ? -1 : bits - start',
      replace: 'bits - start',
      killedBy: 'spec/random/random.spec.ts',
    },
  ],
  'lib/kernels/random.ts': [
    {
      name: 'dropout mask: one word for two elements',
      find: 'block[i & 1]! <',
      replace: 'block[0]! <',
      killedBy: MASKS,
    },
    { name: 'dropout mask: every other block', find: 'c0 + (i >> 1), c1', replace: 'c0 + i, c1', killedBy: MASKS },
    { name: 'dropout mask: all rows alike', find: 'c0 + (i >> 1), c1)', replace: 'c0 + (i >> 1), 0)', killedBy: MASKS },
    { name: 'dropout mask: keeps what it should drop', find: '? 0 : scale', replace: '? scale : 0', killedBy: MASKS },
  ],
  'lib/random/dropout.ts': [
    { name: 'dropout: an infinite scale', find: 'rate === 1 ? 0 : ', replace: '', killedBy: MASKS },
    { name: 'dropout: a threshold of 33 bits', find: 'TWO_32 - 1)', replace: 'TWO_32)', killedBy: MASKS },
    { name: 'dropout: no scale', find: '1 / (1 - rate)', replace: '1', killedBy: MASKS },
  ],
  'lib/random/draw.ts': [
    {
      name: 'blocks of random numbers: second word of the counter kept when the first wraps',
      find: 'min(n, BLOCK, TWO_32 - c0)',
      replace: 'min(n, BLOCK)',
      killedBy: ARRAYS,
    },
    {
      name: 'normal: shares of 0 possible',
      find: 'range, odd, k0',
      replace: 'range, 0, k0',
      killedBy: ARRAYS,
    },
  ],
  'lib/random/householder.ts': [
    {
      name: 'orthogonal: rows without the signs of the diagonal of R',
      find: 'signs[k] = left === 1 ? sign : -sign',
      replace: 'signs[k] = 1',
      killedBy: ORTHOGONAL,
      test: 'distribution as a whole',
    },
    {
      name: 'orthogonal: determinant always 1',
      find: 'signs[k] = left === 1 ? sign : -sign',
      replace: 'signs[k] = left === 1 ? 1 : -sign',
      killedBy: ORTHOGONAL,
      test: 'distribution as a whole',
    },
    {
      name: 'orthogonal: vectors of reflections without the sign of their first element',
      find: 'data[at]! += sign * sqrt',
      replace: 'data[at]! += sqrt',
      killedBy: ORTHOGONAL,
    },
    {
      name: 'orthogonal: T of a block with the wrong sign above the diagonal',
      find: '-tau[k]! * sum',
      replace: 'tau[k]! * sum',
      killedBy: ORTHOGONAL,
    },
  ],
  'lib/memory/scratch.ts': [
    {
      name: 'scratch memory: large memory kept',
      find: '> KEPT_BYTES',
      replace: '> Infinity',
      killedBy: ORTHOGONAL,
    },
  ],
};
