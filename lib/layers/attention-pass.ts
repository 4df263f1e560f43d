// The pass of attention: each query is a row of the input, and attends to the outputs of an encoder.

import { rowsBefore, rowsOf } from '../engine/packing.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import type { Source } from '../engine/source.ts';
import { visitParameterGradients, visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { AttentionCore, type Queries } from './attention-core.ts';
import type { QueryGroup, Scores } from './attention-scores.ts';

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
  readonly #core: AttentionCore;
  /** Rows of x in the order of their source rows. */
  readonly #order: Int32Array;
  /** In that order: queries [rows, H], weights [rows, S], contexts [rows, F], and gradients of queries and contexts. */
  readonly #q: number;
  readonly #weights: number;
  readonly #context: number;
  readonly #dq: number;
  readonly #dContext: number;
  /** [rows, S]: the weights in the order of x, for observers. */
  readonly #seen: Signal;
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
    this.#core = new AttentionCore(workspace, source, layer.scores(workspace, source, rows, x.F), rows);
    this.#order = new Int32Array(rows);
    this.#q = take(rows * x.F, tape);
    this.#weights = take(rows * S, tape);
    this.#context = take(rows * F);
    this.output = { ...shape, at: take(signalSize(shape), tape) };
    this.#seen = { ...x, F: S, at: take(rows * S) };
    this.#dq = take(trains * rows * x.F);
    this.#dContext = take(trains * rows * F);
    this.dInput = trains === 1 ? take(rows * x.F) : -1;
  }

  pack(): void {
    this.#core.pack();
  }

  forward(run: Run): void {
    const rows = rowsIn(this.#x, run);
    const { F: H } = this.#x;
    const { S } = this.#source;
    const kernels = this.#kernels;
    this.#group(run);
    for (let k = 0; k < rows; k++) kernels.repeatRow(this.#q + k * H, this.#x.at + this.#order[k]! * H, 1, H);
    this.#core.begin();
    this.#core.forward(this.#queries(rows), this.#context);
    this.#putOut(rows);
    if (run.visit === undefined) return;
    for (let k = 0; k < rows; k++) {
      kernels.repeatRow(this.#seen.at + this.#order[k]! * S, this.#weights + k * S, 1, S);
    }
    visitSteps('attention', this.#seen, run, run.visit);
    visitSteps('output', this.output, run, run.visit);
  }

  #queries(rows: number): Queries {
    return { q: this.#q, weights: this.#weights, rows, groups: this.#groups };
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

  backward(run: Run, dOutput: number | undefined): void {
    if (dOutput === undefined) return;
    const { F } = this.#source;
    const { F: H } = this.#x;
    const { F: width } = this.output;
    const kernels = this.#kernels;
    const rows = rowsIn(this.#x, run);
    for (let k = 0; k < rows; k++) {
      kernels.repeatRow(this.#dContext + k * F, dOutput + this.#order[k]! * width, 1, F);
    }
    this.#core.beginBackward();
    this.#core.backward(this.#queries(rows), this.#dContext, this.#dq);
    this.#core.end();
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
