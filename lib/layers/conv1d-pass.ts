// The pass of a convolution over time: a product for each tap, over a frame that holds the input and what surrounds it.

import { type ActivationName, activationKinds } from '../cells/activations.ts';
import { rowsBefore, rowsOf, type StepRange, type StepRows } from '../engine/packing.ts';
import type { Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal } from '../engine/signal.ts';
import { visitParameterGradients, visitSteps } from '../engine/visit.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { AffineWeights } from './affine-weights.ts';
import { type ConvolutionShape, outputSteps, paddingOf } from './conv1d-shape.ts';
import { Frame } from './frame.ts';

/** The layer of the pass. */
interface Convolution extends ConvolutionShape {
  readonly filters: number;
  readonly activation: ActivationName;
  readonly timeAxis: 'kept' | 'changed' | 'made';
  readonly parameters: Parameters;
  readonly weights: AffineWeights;
}

/** What the backward pass writes. */
interface ConvolutionGradients {
  /** W_kᵀ for each tap k, packed. */
  readonly weights: number;
  /** [rows, F]: gradient of the pre-activations. */
  readonly da: number;
  /** The gradient of the frame. */
  readonly frame: Frame;
  readonly scratch: number;
}

/**
 * A product: rows of the output from `row` on, `ldRow` rows apart, and rows of the frame that tap k reads for them, from
 * `frame` on, `ldFrame` elements apart; `count` of each.
 */
type EachProduct = (k: number, row: number, ldRow: number, frame: number, ldFrame: number, count: number) => void;

export class ConvolutionPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly after: ((run: Run) => Run) | undefined;
  readonly #layer: Convolution;
  readonly #kernels: Kernels;
  readonly #x: Signal;
  /** W_k for each tap k, packed. */
  readonly #weights: number;
  readonly #frame: Frame;
  /** Slot 0 holds the window before the first step, [B, width]: the last (K − 1)·d inputs, the oldest first. */
  readonly #window: StateTape;
  /** Whether slot 1 holds the window after the step of a stream. */
  readonly #streams: boolean;
  readonly #gradients: ConvolutionGradients | undefined;

  constructor(layer: Convolution, workspace: Workspace, x: Signal) {
    const { kernels, take, takeWeights, purpose } = workspace;
    const { filters: F, kernelSize: K } = layer;
    const { T = 1, B, F: I } = x;
    const trains = purpose === 'train';
    const kept = trains ? 'tape' : undefined;
    const padding = paddingOf(layer, T);
    const steps = outputSteps(layer, T);
    this.#layer = layer;
    this.#kernels = kernels;
    this.#x = x;
    this.#streams = purpose === 'step' && padding.carried > 0;
    this.#weights = takeWeights(K * packedSize(I, F));
    const frame = new Frame(kernels, take, x, padding, kept, x.at);
    this.#frame = frame;
    this.output = { T: steps, B, F, at: take(steps * B * F, kept) };
    const width = padding.carried * I;
    const at = take(2 * B * width, kept);
    const copyAfter = (rows: StepRows, after: number, to: number): void => frame.copyWindow(rows, after, to);
    const gradient = trains ? take(B * width) : -1;
    this.#window = { path: ['x'], width, at, size: B * width, gradient, initial: undefined, copyAfter };
    this.states = width === 0 ? [] : [this.#window];
    this.after = layer.timeAxis === 'kept' ? undefined : (run) => ({ ...run, steps, from: 0 });
    this.#gradients = trains
      ? {
          weights: takeWeights(K * packedSize(F, I)),
          da: take(steps * B * F),
          frame: new Frame(kernels, take, x, padding, undefined),
          scratch: take(gradientScratch(I, F, steps * B)),
        }
      : undefined;
    this.dInput = this.#gradients?.frame.input ?? -1;
  }

  pack(): void {
    const { filters: F, kernelSize: K, weights } = this.#layer;
    const { F: I } = this.#x;
    for (let k = 0; k < K; k++) {
      const kernel = weights.kernel + k * I * F;
      this.#kernels.pack(this.#weights + k * packedSize(I, F), kernel, F, 1, I, F);
      if (this.#gradients === undefined) continue;
      this.#kernels.pack(this.#gradients.weights + k * packedSize(F, I), kernel, 1, F, F, I);
    }
  }

  /** (K1): a product for each tap. */
  forward(given: Run): void {
    const run = this.after?.(given) ?? given;
    const { filters: F, activation, weights, parameters } = this.#layer;
    const { F: I, at: x } = this.#x;
    const { at: y } = this.output;
    const { arena } = parameters;
    const rows = rowsIn(this.output, run);
    const kernels = this.#kernels;
    const { at: window, size } = this.#window;
    this.#frame.fill(arena, given, x, window);
    if (weights.bias !== undefined) kernels.repeatRow(y, weights.bias, rows, F);
    else arena.data.fill(0, y, y + rows * F);
    this.#products(this.#frame, run, (k, row, ldRow, frame, ld, count) => {
      kernels.matmul(y + row * F, ldRow * F, frame, ld, this.#weights + k * packedSize(I, F), count, F, I, true);
    });
    if (activation !== 'linear') kernels.activationForward(activationKinds[activation], y, F, y, F, rows, F);
    if (this.#streams) this.#frame.copyWindow(run.rows, 1, window + size);
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** (K1′): the gradient of the frame begins with that of the window after the last step. */
  backward(given: Run, dy: number | undefined): void {
    const run = this.after?.(given) ?? given;
    const { activation, filters: F, parameters } = this.#layer;
    const { da, frame } = this.#gradients!;
    const { gradient, width } = this.#window;
    const rows = rowsIn(this.output, run);
    const kind = activationKinds[activation];
    frame.clear(parameters.arena);
    if (width > 0) frame.copyWindow(given.rows, given.steps, gradient, true);
    if (dy !== undefined) {
      this.#kernels.activationBackward(kind, da, F, this.output.at, F, dy, F, rows, F);
      this.#inputGradient(run);
      this.#weightGradients(run, rows);
    }
    if (width > 0) frame.copyWindow(given.rows, 0, gradient);
    if (run.visit === undefined) return;
    if (activation !== 'linear') visitSteps('preactivation', { ...this.output, at: da }, run, run.visit);
    visitParameterGradients(parameters, run.visit);
    visitSteps('input', { ...this.#x, at: this.dInput }, given, run.visit);
  }

  #inputGradient(run: Run): void {
    const { filters: F } = this.#layer;
    const { F: I } = this.#x;
    const { da, frame, weights } = this.#gradients!;
    this.#products(frame, run, (k, row, ldRow, at, ld, count) => {
      this.#kernels.matmul(at, ld, da + row * F, ldRow * F, weights + k * packedSize(F, I), count, I, F, true);
    });
  }

  #weightGradients(run: Run, rows: number): void {
    const { filters: F, weights } = this.#layer;
    const { dBias, dKernel } = weights;
    const { F: I } = this.#x;
    const { da, scratch } = this.#gradients!;
    const kernels = this.#kernels;
    if (dBias !== undefined) kernels.columnSums(dBias, da, F, rows, F);
    this.#products(this.#frame, run, (k, row, ldRow, at, ld, count) => {
      kernels.matmulGradient(dKernel + k * I * F, F, at, ld, da + row * F, ldRow * F, scratch, I, F, count);
    });
  }

  /**
   * Calls `visit` for each product: for each tap one over all rows; one for each row of the batch if output steps lie
   * apart; one for each time step, the last first, if steps have different rows. The sums of every element of the input's
   * gradient have the same order: the first tap, which a later step reads, comes first.
   */
  #products(frame: Frame, { steps, rows }: StepRange, visit: EachProduct): void {
    const { kernelSize: K, dilationRate: d, strides } = this.#layer;
    const { B, F: I } = this.#x;
    if (rows.starts !== undefined) {
      for (let t = steps - 1; t >= 0; t--) this.#stepProducts(frame, rows, t, steps, visit);
      return;
    }
    for (let k = 0; k < K; k++) {
      const at = frame.at + k * d * B * I;
      if (strides === 1) visit(k, 0, 1, at, I, steps * B);
      else for (let b = 0; b < B; b++) visit(k, b, B, at + b * I, strides * B * I, steps);
    }
  }

  /** The products of time step t of packed rows. A row that has ended before a later step reads zeros there: nothing. */
  #stepProducts(frame: Frame, rows: StepRows, t: number, steps: number, visit: EachProduct): void {
    const { kernelSize: K, dilationRate: d } = this.#layer;
    const { F: I } = this.#x;
    const { before } = paddingOf(this.#layer, steps);
    for (let k = 0; k < K; k++) {
      const u = t + k * d - before;
      if (u >= steps) return;
      const count = u <= t ? rowsOf(rows, t) : rowsOf(rows, u);
      visit(k, rowsBefore(rows, t), 1, frame.step(rows, u), I, count);
    }
  }
}
