// The pass of attention: each query is a row of the input, and attends to the outputs of an encoder.

import { rowsBefore, rowsOf } from '../engine/packing.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import type { Source } from '../engine/source.ts';
import { visitParameterGradients, visitSteps } from '../engine/visit.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { clear, type QueryGroup, type Scores } from './attention-scores.ts';

/** The layer of the pass. */
interface AttentionLayer {
  readonly parameters: Parameters;
  /** Whether the output has the queries beside the context. */
  readonly concatenates: boolean;
  scores(workspace: Workspace, source: Source, rows: number, H: number): Scores;
}

export class AttentionPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #layer: AttentionLayer;
  readonly #kernels: Kernels;
  readonly #source: Source;
  readonly #x: Signal;
  readonly #scores: Scores;
  /** Rows of x in the order of their source rows. */
  readonly #order: Int32Array;
  /** In that order: queries [rows, H], weights [rows, S], contexts [rows, F], and their gradients. */
  readonly #q: number;
  readonly #weights: number;
  readonly #context: number;
  readonly #dq: number;
  readonly #dWeights: number;
  readonly #dContext: number;
  /** [rows, S]: the weights in the order of x, for observers. */
  readonly #seen: Signal;
  readonly #values: number;
  readonly #scratch: number;
  #groups: readonly QueryGroup[] = [];

  constructor(layer: AttentionLayer, workspace: Workspace, source: Source, x: Signal) {
    const { kernels, take, purpose } = workspace;
    const { F, S } = source;
    const rows = signalSize({ ...x, F: 1 });
    const trains = purpose === 'train' ? 1 : 0;
    const tape = trains === 1 ? 'tape' : undefined;
    const shape = { ...x, F: layer.concatenates ? F + x.F : F };
    this.#layer = layer;
    this.#kernels = kernels;
    this.#source = source;
    this.#x = x;
    this.#scores = layer.scores(workspace, source, rows, x.F);
    this.#order = new Int32Array(rows);
    this.#q = take(rows * x.F, tape);
    this.#weights = take(rows * S, tape);
    this.#context = take(rows * F);
    this.output = { ...shape, at: take(signalSize(shape), tape) };
    this.#seen = { ...x, F: S, at: take(rows * S) };
    this.#dq = take(trains * rows * x.F);
    this.#dWeights = take(trains * rows * S);
    this.#dContext = take(trains * rows * F);
    this.#values = take(Math.max(packedSize(S, F), packedSize(F, S)));
    this.#scratch = take(trains * gradientScratch(S, F, rows));
    this.dInput = trains === 1 ? take(rows * x.F) : -1;
  }

  pack(): void {
    this.#scores.pack();
  }

  forward(run: Run): void {
    const rows = rowsIn(this.#x, run);
    const { F: H } = this.#x;
    const { F, S, at } = this.#source;
    const kernels = this.#kernels;
    this.#group(run);
    for (let k = 0; k < rows; k++) kernels.repeatRow(this.#q + k * H, this.#x.at + this.#order[k]! * H, 1, H);
    this.#scores.begin(this.#q, rows);
    for (const group of this.#groups) {
      const { row, first, count, length } = group;
      const weights = this.#weights + first * S;
      this.#scores.forward(group, weights);
      for (let i = 0; i < count; i++) {
        kernels.softmaxForward(weights + i * S, 1, length); // (AT5)
        if (length < S) clear(kernels, weights + i * S + length, S - length);
      }
      kernels.pack(this.#values, at + row * S * F, F, 1, length, F);
      kernels.matmul(this.#context + first * F, F, weights, S, this.#values, count, F, length, false); // (AT6)
    }
    this.#putOut(rows);
    if (run.visit === undefined) return;
    for (let k = 0; k < rows; k++) {
      kernels.repeatRow(this.#seen.at + this.#order[k]! * S, this.#weights + k * S, 1, S);
    }
    visitSteps('attention', this.#seen, run, run.visit);
    visitSteps('output', this.output, run, run.visit);
  }

  /** Sorts the rows of a run by their source row; within one they keep their order. */
  #group(run: Run): void {
    const { order, sourceRows } = run.draw;
    const { B, lengths } = this.#source;
    const rowsOfSource: number[][] = Array.from({ length: B }, () => []);
    const steps = this.#x.T === undefined ? 1 : run.steps;
    for (let t = 0; t < steps; t++) {
      const before = this.#x.T === undefined ? 0 : rowsBefore(run.rows, t);
      const count = this.#x.T === undefined ? this.#x.B : rowsOf(run.rows, t);
      for (let k = 0; k < count; k++) rowsOfSource[sourceRows?.[k] ?? order?.[k] ?? k]!.push(before + k);
    }
    const groups: QueryGroup[] = [];
    let first = 0;
    for (const [row, list] of rowsOfSource.entries()) {
      if (list.length === 0) continue;
      this.#order.set(list, first);
      groups.push({ row, first, count: list.length, length: lengths[row]! });
      first += list.length;
    }
    this.#groups = groups;
  }

  /** Writes [context, query] or the context, in the order of x. */
  #putOut(rows: number): void {
    const { F } = this.#source;
    const { F: H } = this.#x;
    const { at, F: width } = this.output;
    const kernels = this.#kernels;
    for (let k = 0; k < rows; k++) {
      const to = at + this.#order[k]! * width;
      kernels.repeatRow(to, this.#context + k * F, 1, F);
      if (width > F) kernels.repeatRow(to + F, this.#q + k * H, 1, H);
    }
  }

  /** (AT5′), (AT6′), and those of the scores */
  backward(run: Run, dOutput: number | undefined): void {
    if (dOutput === undefined) return;
    const { F, S, at, gradient } = this.#source;
    const { F: H } = this.#x;
    const { F: width } = this.output;
    const kernels = this.#kernels;
    const rows = rowsIn(this.#x, run);
    for (let k = 0; k < rows; k++) {
      kernels.repeatRow(this.#dContext + k * F, dOutput + this.#order[k]! * width, 1, F);
    }
    this.#scores.beginBackward(rows);
    for (const group of this.#groups) {
      const { row, first, count, length } = group;
      const [weights, dWeights] = [this.#weights + first * S, this.#dWeights + first * S];
      const dContext = this.#dContext + first * F;
      const keys = row * S * F;
      kernels.pack(this.#values, at + keys, 1, F, F, length);
      kernels.matmul(dWeights, S, dContext, F, this.#values, count, length, F, false);
      kernels.matmulGradient(gradient + keys, F, weights, S, dContext, F, this.#scratch, length, F, count);
      for (let i = 0; i < count; i++) {
        kernels.softmaxBackward(dWeights + i * S, weights + i * S, dWeights + i * S, 1, length);
      }
      this.#scores.backward(group, dWeights);
    }
    this.#scores.end(this.#q, this.#dq, rows);
    for (let k = 0; k < rows; k++) {
      const row = this.#order[k]!;
      const to = this.dInput + row * H;
      kernels.repeatRow(to, this.#dq + k * H, 1, H);
      if (width > F) kernels.accumulate(to, dOutput + row * width + F, H);
    }
    if (run.visit === undefined) return;
    visitParameterGradients(this.#layer.parameters, run.visit);
    visitSteps('input', { ...this.#x, at: this.dInput }, run, run.visit);
  }
}
