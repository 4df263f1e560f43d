// Attention of queries to the outputs of an encoder, forward and backward: what layers that attend have in common.

import type { Workspace } from '../engine/pass.ts';
import type { Source } from '../engine/source.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import { clear, type QueryGroup, type Scores } from './attention-scores.ts';

/** Queries at `q`, [rows, H], in the order of their groups, with room for their weights, [rows, S]. */
export interface Queries {
  readonly q: number;
  readonly weights: number;
  readonly rows: number;
  readonly groups: readonly QueryGroup[];
}

/** Computes weights and contexts of up to a number of queries at once. */
export class AttentionCore {
  readonly #kernels: Kernels;
  readonly #source: Source;
  readonly #scores: Scores;
  readonly #dWeights: number;
  /** The values of a row, packed. */
  readonly #values: number;
  readonly #scratch: number;

  /** @param rows - largest number of queries */
  constructor({ kernels, take, purpose }: Workspace, source: Source, scores: Scores, rows: number) {
    const { F, S } = source;
    const trains = purpose === 'train' ? 1 : 0;
    this.#kernels = kernels;
    this.#source = source;
    this.#scores = scores;
    this.#dWeights = take(trains * rows * S);
    this.#values = take(Math.max(packedSize(S, F), packedSize(F, S)));
    this.#scratch = take(trains * gradientScratch(S, F, rows));
  }

  pack(): void {
    this.#scores.pack();
  }

  /** Prepares a run over the present outputs of the encoder. */
  begin(): void {
    this.#scores.beginKeys();
  }

  /** (AT5), (AT6): writes the weights, and the contexts [rows, F]. */
  forward({ q, weights: all, rows, groups }: Queries, context: number): void {
    const { F, S, at } = this.#source;
    const kernels = this.#kernels;
    this.#scores.begin(q, rows);
    for (const group of groups) {
      const { row, first, count, length } = group;
      const weights = all + first * S;
      this.#scores.forward(group, weights);
      for (let i = 0; i < count; i++) {
        kernels.softmaxForward(weights + i * S, 1, length); // (AT5)
        if (length < S) clear(kernels, weights + i * S + length, S - length);
      }
      kernels.pack(this.#values, at + row * S * F, F, 1, length, F);
      kernels.matmul(context + first * F, F, weights, S, this.#values, count, F, length, false); // (AT6)
    }
  }

  /** Prepares a backward run. */
  beginBackward(): void {
    this.#scores.beginBackward();
  }

  /** Prepares for the queries of an earlier `forward`, if others came after it. */
  again({ q, rows }: Queries): void {
    this.#scores.begin(q, rows);
  }

  /** (AT5′), (AT6′), and those of the scores: writes the gradient of the queries, and adds to that of the source. */
  backward({ q, weights: all, rows, groups }: Queries, context: number, dq: number): void {
    const { F, S, at, gradient } = this.#source;
    const kernels = this.#kernels;
    for (const group of groups) {
      const { row, first, count, length } = group;
      const [weights, dWeights] = [all + first * S, this.#dWeights + first * S];
      const dContext = context + first * F;
      const keys = row * S * F;
      kernels.pack(this.#values, at + keys, 1, F, F, length);
      kernels.matmul(dWeights, S, dContext, F, this.#values, count, length, F, false);
      kernels.matmulGradient(gradient + keys, F, weights, S, dContext, F, this.#scratch, length, F, count);
      for (let i = 0; i < count; i++) {
        kernels.softmaxBackward(dWeights + i * S, weights + i * S, dWeights + i * S, 1, length);
      }
      this.#scores.backward(group, dWeights);
    }
    this.#scores.end(q, dq, rows);
  }

  /** Ends a backward run. */
  end(): void {
    this.#scores.endKeys();
  }
}
