// The pass of layer normalization: every time step of every row is a row of one matrix.

import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { visitParameterGradients, visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Parameters } from '../parameters/parameters.ts';

/** Where γ [F] and β [F] lie in the arena, and their gradients; undefined if the layer has none. */
export interface NormalizationWeights {
  readonly gamma: number | undefined;
  readonly dGamma: number | undefined;
  readonly beta: number | undefined;
  readonly dBeta: number | undefined;
}

/** The layer of the pass. */
interface Normalization {
  readonly epsilon: number;
  readonly scale: boolean;
  readonly parameters: Parameters;
  readonly weights: NormalizationWeights;
}

export class LayerNormalizationPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #layer: Normalization;
  readonly #kernels: Kernels;
  readonly #x: Signal;
  /** [rows, F + 1]: n, and 1/√(var + ε) of each row. */
  readonly #n: number;
  /** [F]: ones, instead of the scale of a layer without one. */
  readonly #ones: number;

  constructor(layer: Normalization, { kernels, take, takeWeights, purpose }: Workspace, x: Signal) {
    const trains = purpose === 'train';
    const kept = trains ? 'tape' : undefined;
    this.#layer = layer;
    this.#kernels = kernels;
    this.#x = x;
    this.#n = take(signalSize({ ...x, F: x.F + 1 }), kept);
    this.#ones = layer.scale ? -1 : takeWeights(x.F);
    this.output = { ...x, at: take(signalSize(x), kept) };
    this.dInput = trains ? take(signalSize(x)) : -1;
  }

  pack(): void {
    if (this.#ones === -1) return;
    this.#layer.parameters.arena.data.fill(1, this.#ones, this.#ones + this.#x.F);
  }

  /** (N7) */
  forward(run: Run): void {
    const { epsilon, weights } = this.#layer;
    const { gamma = this.#ones, beta } = weights;
    const { at: x, F } = this.#x;
    const { at: y } = this.output;
    const rows = rowsIn(this.#x, run);
    const kernels = this.#kernels;
    kernels.normalize(this.#n, F + 1, x, F, epsilon, rows, F);
    if (beta === undefined) kernels.multiply(y, F, this.#n, F + 1, gamma, 0, rows, F);
    else {
      kernels.repeatRow(y, beta, rows, F);
      kernels.multiplyAdd(y, F, this.#n, F + 1, gamma, 0, rows, F);
    }
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** (N7′) */
  backward(run: Run, dy: number | undefined): void {
    if (dy === undefined) return;
    const { gamma = this.#ones, dGamma, dBeta } = this.#layer.weights;
    const { F } = this.#x;
    const dx = this.dInput;
    const rows = rowsIn(this.#x, run);
    const kernels = this.#kernels;
    if (dGamma !== undefined) kernels.multiplyAdd(dGamma, 0, dy, F, this.#n, F + 1, rows, F);
    if (dBeta !== undefined) kernels.columnSums(dBeta, dy, F, rows, F);
    kernels.multiply(dx, F, dy, F, gamma, 0, rows, F);
    kernels.normalizeBackward(dx, F, dx, F, this.#n, F + 1, rows, F);
    if (run.visit === undefined) return;
    visitParameterGradients(this.#layer.parameters, run.visit);
    visitSteps('input', { ...this.#x, at: dx }, run, run.visit);
  }
}
