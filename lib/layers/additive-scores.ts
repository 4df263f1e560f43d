// How well queries fit keys: the scores of additive attention, forward and backward, over one source row.

import { activationKinds } from '../cells/activations.ts';
import type { Workspace } from '../engine/pass.ts';
import type { Source } from '../engine/source.ts';
import { type Kernels, packedSize } from '../kernels/contract.ts';
import type { Parameter } from '../parameters/parameter.ts';
import { clear, type QueryGroup, type Scores, takeScratch } from './attention-scores.ts';

/** The parameters of additive attention. */
export interface AdditiveWeights {
  /** W_q [H, A] */
  readonly query: Parameter;
  /** W_k [F, A] */
  readonly key: Parameter;
  /** b [A] */
  readonly bias: Parameter;
  /** v [A, 1] */
  readonly score: Parameter;
}

/** (AT4) s = vᵀ tanh(W_q q + W_k k + b) */
export class AdditiveScores implements Scores {
  readonly #kernels: Kernels;
  readonly #source: Source;
  readonly #weights: () => AdditiveWeights;
  readonly #H: number;
  readonly #A: number;
  /** W_q, W_k, v and for the backward pass the transposes, packed. */
  readonly #packed: readonly number[];
  /** W_q q + b of the queries, and W_k k of the keys of all rows. */
  readonly #queries: number;
  readonly #keys: number;
  /** The version of the source whose keys these are. */
  #keysOf = Number.NaN;
  readonly #dQueries: number;
  readonly #dKeys: number;
  /** [S, A]: tanh of the sums for one query, and its gradient. */
  readonly #hidden: number;
  readonly #dHidden: number;
  readonly #scratch: number;

  /** @param rows - largest number of queries, of H features each */
  constructor(
    { kernels, take, takeWeights, purpose }: Workspace,
    source: Source,
    rows: number,
    H: number,
    A: number,
    weights: () => AdditiveWeights,
  ) {
    const { B, S, F } = source;
    const trains = purpose === 'train' ? 1 : 0;
    this.#kernels = kernels;
    this.#source = source;
    this.#weights = weights;
    this.#H = H;
    this.#A = A;
    this.#packed = [
      takeWeights(packedSize(H, A)),
      takeWeights(packedSize(F, A)),
      takeWeights(packedSize(A, 1)),
      takeWeights(trains * packedSize(A, H)),
      takeWeights(trains * packedSize(A, F)),
      takeWeights(trains * packedSize(1, A)),
    ];
    this.#queries = take(rows * A);
    this.#keys = take(B * S * A);
    this.#dQueries = take(trains * rows * A);
    this.#dKeys = take(trains * B * S * A);
    this.#hidden = take(S * A);
    this.#dHidden = take(trains * S * A);
    this.#scratch = takeScratch(take, trains, [A, 1, S], [H, A, rows], [F, A, B * S]);
  }

  pack(): void {
    this.#keysOf = Number.NaN;
    const { query, key, score } = this.#weights();
    const [H, A, F] = [this.#H, this.#A, this.#source.F];
    const [q, k, v, qBack, kBack, vBack] = this.#packed as [number, number, number, number, number, number];
    const kernels = this.#kernels;
    kernels.pack(q, query.at, A, 1, H, A);
    kernels.pack(k, key.at, A, 1, F, A);
    kernels.pack(v, score.at, 1, 1, A, 1);
    if (this.#source.gradient < 0) return;
    kernels.pack(qBack, query.at, 1, A, A, H);
    kernels.pack(kBack, key.at, 1, A, A, F);
    kernels.pack(vBack, score.at, 1, 1, 1, A);
  }

  begin(q: number, rows: number): void {
    const A = this.#A;
    const kernels = this.#kernels;
    kernels.repeatRow(this.#queries, this.#weights().bias.at, rows, A);
    kernels.matmul(this.#queries, A, q, this.#H, this.#packed[0]!, rows, A, this.#H, true);
  }

  /** The keys of one encoding serve all time steps. */
  beginKeys(): void {
    const { at, B, S, F, version } = this.#source;
    if (version === this.#keysOf) return;
    this.#keysOf = version;
    this.#kernels.matmul(this.#keys, this.#A, at, F, this.#packed[1]!, B * S, this.#A, F, false);
  }

  /** tanh(W_q q + W_k k + b) of one query, for the keys of its row. */
  #activate(row: number, query: number, length: number): void {
    const A = this.#A;
    const kernels = this.#kernels;
    kernels.repeatRow(this.#hidden, this.#queries + query * A, length, A);
    kernels.accumulate(this.#hidden, this.#keys + row * this.#source.S * A, length * A);
    kernels.activationForward(activationKinds.tanh, this.#hidden, A, this.#hidden, A, length, A);
  }

  forward({ row, first, count, length }: QueryGroup, scores: number): void {
    const { S } = this.#source;
    for (let i = 0; i < count; i++) {
      this.#activate(row, first + i, length);
      this.#kernels.matmul(scores + i * S, 1, this.#hidden, this.#A, this.#packed[2]!, length, 1, this.#A, false);
    }
  }

  /** (AT4′) */
  backward({ row, first, count, length }: QueryGroup, dScores: number): void {
    const { S } = this.#source;
    const A = this.#A;
    const kernels = this.#kernels;
    const { score } = this.#weights();
    for (let i = count - 1; i >= 0; i--) {
      const d = dScores + i * S;
      this.#activate(row, first + i, length);
      kernels.matmulGradient(score.gradientAt, 1, this.#hidden, A, d, 1, this.#scratch, A, 1, length);
      kernels.matmul(this.#dHidden, A, d, 1, this.#packed[5]!, length, A, 1, false);
      const [dh, h] = [this.#dHidden, this.#hidden];
      kernels.activationBackward(activationKinds.tanh, dh, A, h, A, dh, A, length, A);
      const dQuery = this.#dQueries + (first + i) * A;
      clear(kernels, dQuery, A);
      kernels.columnSums(dQuery, dh, A, length, A);
      kernels.accumulate(this.#dKeys + row * S * A, dh, length * A);
    }
  }

  beginBackward(): void {
    const { B, S } = this.#source;
    clear(this.#kernels, this.#dKeys, B * S * this.#A);
  }

  end(q: number, dq: number, rows: number): void {
    const { query, bias } = this.#weights();
    const [H, A, dQ] = [this.#H, this.#A, this.#dQueries];
    const kernels = this.#kernels;
    kernels.matmul(dq, H, dQ, A, this.#packed[3]!, rows, H, A, false);
    kernels.matmulGradient(query.gradientAt, A, q, H, dQ, A, this.#scratch, H, A, rows);
    kernels.columnSums(bias.gradientAt, dQ, A, rows, A);
  }

  endKeys(): void {
    const { at, gradient, B, S, F } = this.#source;
    const { key } = this.#weights();
    const [A, dK] = [this.#A, this.#dKeys];
    const kernels = this.#kernels;
    kernels.matmulGradient(key.gradientAt, A, at, F, dK, A, this.#scratch, F, A, B * S);
    kernels.matmul(gradient, F, dK, A, this.#packed[4]!, B * S, F, A, true);
  }
}
