// How well queries fit keys: the scores of attention by products, forward and backward, over one source row.

import type { Workspace } from '../engine/pass.ts';
import type { Source } from '../engine/source.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import type { Take } from '../memory/arena.ts';
import type { Parameter } from '../parameters/parameter.ts';

/** Queries of one source row, in rows of their own arrays. */
export interface QueryGroup {
  /** The source row. */
  readonly row: number;
  /** The first query, and their number. */
  readonly first: number;
  readonly count: number;
  /** Time steps of the source that count. */
  readonly length: number;
}

/** What computes scores; rows of scores are S apart. */
export interface Scores {
  /** Packs the present weights. */
  pack(): void;
  /** Prepares for the present outputs of the encoder. */
  beginKeys(): void;
  /** Prepares for `rows` queries at `q`. */
  begin(q: number, rows: number): void;
  /** Prepares a backward run. */
  beginBackward(): void;
  /** Writes the scores of a group, [count, length]. */
  forward(group: QueryGroup, scores: number): void;
  /** Adds to the gradient of the keys, from the gradient of the scores; prepares that of the queries. */
  backward(group: QueryGroup, dScores: number): void;
  /** Writes the gradient of the `rows` queries at `dq`, and adds to those of their parameters. */
  end(q: number, dq: number, rows: number): void;
  /** Ends a backward run: adds what all queries of it gave the keys. */
  endKeys(): void;
}

/** (AT1) s = q·k, (AT2) with a factor, (AT3) s = qᵀW_a·k. */
export class ProductScores implements Scores {
  readonly #kernels: Kernels;
  readonly #source: Source;
  readonly #factor: number;
  readonly #weights: (() => Parameter) | undefined;
  readonly #H: number;
  /** W_a and its transpose, packed. */
  readonly #packed: number;
  readonly #packedBack: number;
  /** The keys of a row, packed either way. */
  readonly #keys: number;
  /** [rows, F]: q·W_a and its gradient; the queries themselves without W_a. */
  readonly #projected: number;
  readonly #dProjected: number;
  readonly #scratch: number;
  #at = 0;

  /**
   * @param rows - largest number of queries, of H features each
   * @param weights - returns W_a, once it exists
   */
  constructor(
    { kernels, take, takeWeights, purpose }: Workspace,
    source: Source,
    rows: number,
    H: number,
    factor: number,
    weights?: () => Parameter,
  ) {
    const { F, S } = source;
    const trains = purpose === 'train' ? 1 : 0;
    const general = weights === undefined ? 0 : 1;
    this.#kernels = kernels;
    this.#source = source;
    this.#factor = factor;
    this.#weights = weights;
    this.#H = H;
    this.#packed = takeWeights(general * packedSize(H, F));
    this.#packedBack = takeWeights(trains * general * packedSize(F, H));
    this.#keys = take(Math.max(packedSize(F, S), packedSize(S, F)));
    this.#projected = take(general * rows * F);
    this.#dProjected = take(trains * rows * F);
    this.#scratch = takeScratch(take, trains, [S, F, rows], [H, F, rows]);
  }

  pack(): void {
    if (this.#weights === undefined) return;
    const { F } = this.#source;
    const { at } = this.#weights();
    this.#kernels.pack(this.#packed, at, F, 1, this.#H, F);
    if (this.#source.gradient >= 0) this.#kernels.pack(this.#packedBack, at, 1, F, F, this.#H);
  }

  begin(q: number, rows: number): void {
    const { F } = this.#source;
    this.#at = this.#weights === undefined ? q : this.#projected;
    if (this.#weights !== undefined) {
      this.#kernels.matmul(this.#projected, F, q, this.#H, this.#packed, rows, F, this.#H, false);
    }
  }

  beginKeys(): void {}

  beginBackward(): void {}

  endKeys(): void {}

  forward({ row, first, count, length }: QueryGroup, scores: number): void {
    const { at, S, F } = this.#source;
    const kernels = this.#kernels;
    kernels.pack(this.#keys, at + row * S * F, 1, F, F, length);
    kernels.matmul(scores, S, this.#at + first * F, F, this.#keys, count, length, F, false);
    if (this.#factor !== 1) for (let i = 0; i < count; i++) kernels.scale(scores + i * S, this.#factor, length);
  }

  /** (AT1′) to (AT3′) */
  backward({ row, first, count, length }: QueryGroup, dScores: number): void {
    const { at, gradient, S, F } = this.#source;
    const kernels = this.#kernels;
    const keys = row * S * F;
    if (this.#factor !== 1) for (let i = 0; i < count; i++) kernels.scale(dScores + i * S, this.#factor, length);
    kernels.pack(this.#keys, at + keys, F, 1, length, F);
    kernels.matmul(this.#dProjected + first * F, F, dScores, S, this.#keys, count, F, length, false);
    kernels.matmulGradient(gradient + keys, F, dScores, S, this.#at + first * F, F, this.#scratch, length, F, count);
  }

  end(q: number, dq: number, rows: number): void {
    const { F } = this.#source;
    const kernels = this.#kernels;
    if (this.#weights === undefined) {
      kernels.repeatRow(dq, this.#dProjected, 1, rows * F);
      return;
    }
    kernels.matmul(dq, this.#H, this.#dProjected, F, this.#packedBack, rows, this.#H, F, false);
    const { gradientAt } = this.#weights();
    kernels.matmulGradient(gradientAt, F, q, this.#H, this.#dProjected, F, this.#scratch, this.#H, F, rows);
  }
}

/** Room for the largest of some gradients [M, N] over K rows. */
export function takeScratch(
  take: Take,
  trains: number,
  ...shapes: readonly (readonly [number, number, number])[]
): number {
  return take(trains * shapes.reduce((most, [M, N, K]) => Math.max(most, gradientScratch(M, N, K)), 0));
}

/** Fills an array with zeros: the product over no columns. */
export function clear(kernels: Kernels, at: number, n: number): void {
  kernels.matmul(at, n, at, 0, at, 1, n, 0, false);
}
