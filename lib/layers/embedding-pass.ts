// The pass of an embedding: copies rows of a table, and adds up their gradients.

import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { visitParameterGradients, visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Parameter } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';

/** The layer of the pass. */
interface EmbeddingLayer {
  readonly outputDim: number;
  readonly parameters: Parameters;
  readonly table: Parameter;
}

export class EmbeddingPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #layer: EmbeddingLayer;
  readonly #kernels: Kernels;
  readonly #x: Signal;

  constructor(layer: EmbeddingLayer, { kernels, take, purpose }: Workspace, x: Signal) {
    const shape = { ...x, F: layer.outputDim };
    this.#layer = layer;
    this.#kernels = kernels;
    this.#x = x;
    this.output = { ...shape, at: take(signalSize(shape), purpose === 'train' ? 'tape' : undefined) };
    this.dInput = purpose === 'train' ? take(signalSize(x)) : -1;
  }

  pack(): void {} // it has no weights to pack

  /** (EM1) */
  forward(run: Run): void {
    const { at: y, F } = this.output;
    const { at: table } = this.#layer.table;
    const { data } = this.#layer.parameters.arena;
    const rows = rowsIn(this.output, run);
    const x = this.#x.at;
    for (let k = 0; k < rows; k++) this.#kernels.repeatRow(y + k * F, table + data[x + k]! * F, 1, F);
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** (EM1′): from the last row to the first, as in all sums over time. Indices have no gradient: zeros. */
  backward(run: Run, dOutput: number | undefined): void {
    if (dOutput === undefined) return;
    const { F } = this.output;
    const { parameters, table } = this.#layer;
    const { arena } = parameters;
    const rows = rowsIn(this.output, run);
    const x = Int32Array.from(arena.data.subarray(this.#x.at, this.#x.at + rows));
    const sparse = table.sparse!;
    sparse.use(arena, x);
    for (let k = rows - 1; k >= 0; k--) this.#kernels.accumulate(sparse.at(x[k]!), dOutput + k * F, F);
    arena.data.fill(0, this.dInput, this.dInput + rows);
    if (run.visit !== undefined) visitParameterGradients(parameters, run.visit);
  }
}
