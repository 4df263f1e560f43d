// The part of a call that one thread computes. Every element of a result is computed by one thread, with the same sum in the
// same order as without threads, so the bits do not depend on their number.

import { BLOCK, PANEL, ROWS } from '../contract.ts';
import { type DividedKernels, type Division, divisionOf } from './divisions.ts';

/** Columns of a weight gradient that a thread computes at a time, so that its scratch has a fixed size. */
const GRADIENT_COLUMNS = 128;

/** Elements of scratch of each thread but the first. */
export const THREAD_SCRATCH: number = BLOCK * GRADIENT_COLUMNS + BLOCK * (ROWS + 1);

/** Elements of a mask that are divided: two have one counter. */
const MASK_GRAIN = 64;

/** Beginning of a part, of `count` elements in groups of `grain`. */
function startOf(count: number, grain: number, part: number, parts: number): number {
  return Math.min(count, Math.floor((Math.ceil(count / grain) * part) / parts) * grain);
}

/** Rows that a part has at least, if there are enough: products compute pairs of rows. */
function grainOf(rows: number, parts: number): number {
  return rows >= 4 * parts ? 2 : 1;
}

/** Computes the parts of one thread, in one memory. */
export class Share {
  readonly #kernels: DividedKernels;
  readonly #scratch: number;

  /**
   * @param kernels - those of the memory of all calls
   * @param scratch - position of THREAD_SCRATCH elements; undefined for the thread that made the call, which has its own
   */
  constructor(kernels: DividedKernels, scratch?: number) {
    this.#kernels = kernels;
    this.#scratch = scratch ?? -1;
  }

  /**
   * Computes part `part` of `parts` of the call whose arguments are `a`, from `i` on.
   *
   * @param of - rows of the batch if each row of the call depends on the same row of earlier calls only; 0 if not
   */
  run(kernel: number, a: Float64Array, i: number, of: number, part: number, parts: number): void {
    const division = divisionOf(kernel, a, i);
    const count = a[i + division.count]!;
    if (division.kind === 'rows' && (of === 0 || count === of)) this.#rows(division, a, i, count, part, parts);
    else if (division.kind === 'rows') this.#flat(division, a, i, a[i + division.count + 1]! / of, of, part, parts);
    else if (division.kind === 'elements') this.#flat(division, a, i, count / of, of, part, parts);
    else if (division.kind === 'columns') this.#columns(division, a, i, count, part, parts);
    else if (division.kind === 'gradient') this.#gradient(a, i, part, parts);
    else if (division.kind === 'panels') this.#panels(a, i, part, parts);
    else this.#mask(a, i, part, parts);
  }

  #rows({ rows }: Division, a: Float64Array, i: number, M: number, part: number, parts: number): void {
    const grain = grainOf(M, parts);
    const from = startOf(M, grain, part, parts);
    const n = startOf(M, grain, part + 1, parts) - from;
    if (n > 0) rows!(this.#kernels, a, i, from, n);
  }

  /** One row of `of`·F elements, F for each row of the batch. */
  #flat({ elements }: Division, a: Float64Array, i: number, F: number, of: number, part: number, parts: number): void {
    const grain = grainOf(of, parts);
    const from = startOf(of, grain, part, parts);
    const n = startOf(of, grain, part + 1, parts) - from;
    if (n > 0) elements!(this.#kernels, a, i, from * F, n * F);
  }

  #columns({ elements }: Division, a: Float64Array, i: number, N: number, part: number, parts: number): void {
    const from = startOf(N, PANEL, part, parts);
    const n = startOf(N, PANEL, part + 1, parts) - from;
    if (n > 0) elements!(this.#kernels, a, i, from, n);
  }

  /** C [M, N] += Aᵀ·B: by columns of B. */
  #gradient(a: Float64Array, i: number, part: number, parts: number): void {
    const [c, ldc, A, lda] = [a[i]!, a[i + 1]!, a[i + 2]!, a[i + 3]!];
    const [b, ldb, own, M] = [a[i + 4]!, a[i + 5]!, a[i + 6]!, a[i + 7]!];
    const [N, K] = [a[i + 8]!, a[i + 9]!];
    const from = startOf(N, PANEL, part, parts);
    const to = startOf(N, PANEL, part + 1, parts);
    const most = part === 0 ? to - from : GRADIENT_COLUMNS;
    const scratch = part === 0 ? own : this.#scratch;
    for (let j = from; j < to; j += most) {
      this.#kernels.matmulGradient(0, c + j, ldc, A, lda, b + j, ldb, scratch, M, Math.min(most, to - j), K);
    }
  }

  /** Packs panels of each block of rows. */
  #panels(a: Float64Array, i: number, part: number, parts: number): void {
    const [p, b, bStep, bColumn] = [a[i]!, a[i + 1]!, a[i + 2]!, a[i + 3]!];
    const [K, N] = [a[i + 4]!, a[i + 5]!];
    const from = startOf(N, PANEL, part, parts);
    const columns = startOf(N, PANEL, part + 1, parts) - from;
    if (columns === 0) return;
    const width = Math.ceil(N / PANEL) * PANEL;
    for (let k = 0; k < K; k += BLOCK) {
      const depth = Math.min(BLOCK, K - k);
      const [to, at] = [p + k * width + from * depth, b + k * bStep + from * bColumn];
      this.#kernels.pack(0, to, at, bStep, bColumn, depth, columns);
    }
  }

  #mask(a: Float64Array, i: number, part: number, parts: number): void {
    const n = a[i + 7]!;
    const from = startOf(n, MASK_GRAIN, part, parts);
    const count = startOf(n, MASK_GRAIN, part + 1, parts) - from;
    if (count === 0) return;
    const [m, threshold, scale, k0] = [a[i]! + from, a[i + 1]!, a[i + 2]!, a[i + 3]!];
    this.#kernels.dropoutMask(0, m, threshold, scale, k0, a[i + 4]!, a[i + 5]! + from / 2, a[i + 6]!, count);
  }
}
