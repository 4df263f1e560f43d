// The pass of a causal convolution over time. Its carried state is the window of inputs before each step.

import { type ActivationName, activationKinds } from '../cells/activations.ts';
import { rowsBefore, rowsOf, type StepRows, slotBefore } from '../engine/packing.ts';
import type { Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { visitParameterGradients, visitSteps } from '../engine/visit.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { AffineWeights } from './affine-weights.ts';

/** The layer of the pass. */
interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
  readonly dilationRate: number;
  readonly activation: ActivationName;
  readonly parameters: Parameters;
  readonly weights: AffineWeights;
}

/** What the backward pass writes. */
interface ConvolutionGradients {
  /** W_kᵀ for each tap k, packed. */
  readonly weights: number;
  /** [rows, F]: gradient of the pre-activations. */
  readonly da: number;
  /** [rows, I] */
  readonly dx: number;
  readonly scratch: number;
}

export class ConvolutionPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #layer: Convolution;
  readonly #kernels: Kernels;
  readonly #x: Signal;
  /** W_k for each tap k, packed. */
  readonly #weights: number;
  /** Slot t holds the window before step t, [B, width]: the last (K − 1)·d inputs, the oldest first. */
  readonly #window: StateTape;
  readonly #gradients: ConvolutionGradients | undefined;

  constructor(layer: Convolution, workspace: Workspace, x: Signal) {
    const { kernels, take, takeWeights, purpose } = workspace;
    const { filters: F, kernelSize: K, dilationRate: d } = layer;
    const { T = 1, B, F: I } = x;
    const trains = purpose === 'train';
    const kept = trains ? 'tape' : undefined;
    const width = (K - 1) * d * I;
    const size = B * width;
    this.#layer = layer;
    this.#kernels = kernels;
    this.#x = x;
    this.#weights = takeWeights(K * packedSize(I, F));
    const at = take((T + 1) * size, kept);
    this.#window = { path: ['x'], width, at, size, gradient: trains ? take(size) : -1, initial: undefined };
    this.states = width === 0 ? [] : [this.#window];
    this.output = { ...x, F, at: take(signalSize({ ...x, F }), kept) };
    this.#gradients = trains
      ? {
          weights: takeWeights(K * packedSize(F, I)),
          da: take(T * B * F),
          dx: take(signalSize(x)),
          scratch: take(gradientScratch(I, F, T * B)),
        }
      : undefined;
    this.dInput = this.#gradients?.dx ?? -1;
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

  /** (K1): a product for each tap over blocks of time steps. */
  forward(run: Run): void {
    const { filters: F, activation, weights } = this.#layer;
    const { at: y } = this.output;
    const rows = rowsIn(this.#x, run);
    const kernels = this.#kernels;
    this.#slide(run);
    if (weights.bias !== undefined) kernels.repeatRow(y, weights.bias, rows, F);
    if (run.rows.starts === undefined) this.#convolve(run, 0, rows, weights.bias !== undefined);
    else {
      for (let t = 0; t < run.steps; t++) this.#convolve(run, t, rowsOf(run.rows, t), weights.bias !== undefined);
    }
    if (activation !== 'linear') kernels.activationForward(activationKinds[activation], y, F, y, F, rows, F);
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** Adds the products of all taps for `count` rows from those of step t on. */
  #convolve({ rows }: Run, t: number, count: number, adds: boolean): void {
    const { filters: F, kernelSize: K, dilationRate: d } = this.#layer;
    const { at: x, F: I } = this.#x;
    const { at, width } = this.#window;
    const row = rowsBefore(rows, t);
    const y = this.output.at + row * F;
    const window = at + slotBefore(rows, t) * width;
    const kernels = this.#kernels;
    for (let k = 0; k < K - 1; k++) {
      const packed = this.#weights + k * packedSize(I, F);
      kernels.matmul(y, F, window + k * d * I, width, packed, count, F, I, adds || k > 0);
    }
    kernels.matmul(y, F, x + row * I, I, this.#weights + (K - 1) * packedSize(I, F), count, F, I, adds || K > 1);
  }

  /** Writes the window after each step: the one before it without its oldest input, and the input of the step. */
  #slide({ rows, steps }: Run): void {
    const { at: x, F: I } = this.#x;
    const { at, width } = this.#window;
    const rest = width - I;
    const linear = activationKinds.linear;
    if (width === 0) return;
    for (let t = 0; t < steps; t++) {
      const [from, to] = [at + slotBefore(rows, t) * width, at + slotBefore(rows, t + 1) * width];
      const count = rowsOf(rows, t);
      if (rest > 0) this.#kernels.activationForward(linear, to, width, from + I, width, count, rest);
      this.#kernels.activationForward(linear, to + rest, width, x + rowsBefore(rows, t) * I, I, count, I);
    }
  }

  /** (K1′) */
  backward(run: Run, dy: number | undefined): void {
    const { filters: F, activation } = this.#layer;
    const { at: y } = this.output;
    const { da } = this.#gradients!;
    const rows = rowsIn(this.#x, run);
    const kernels = this.#kernels;
    const kind = activationKinds[activation];
    if (dy !== undefined) kernels.activationBackward(kind, da, F, y, F, dy, F, rows, F);
    for (let t = run.steps - 1; t >= 0; t--) this.#stepBack(run, t, dy !== undefined);
    if (dy !== undefined) this.#weightGradients(run, rows);
    if (run.visit === undefined) return;
    if (activation !== 'linear') visitSteps('preactivation', { ...this.output, at: da }, run, run.visit);
    visitParameterGradients(this.#layer.parameters, run.visit);
    visitSteps('input', { ...this.#x, at: this.dInput }, run, run.visit);
  }

  /** Step t: the gradients of its taps, of its input, and of the window before it. */
  #stepBack({ rows }: Run, t: number, hasOutput: boolean): void {
    const { filters: F, kernelSize: K, dilationRate: d } = this.#layer;
    const { F: I } = this.#x;
    const { width, gradient } = this.#window;
    const { da, dx, weights: transposed } = this.#gradients!;
    const kernels = this.#kernels;
    const row = rowsBefore(rows, t);
    const count = rowsOf(rows, t);
    const [dxt, dat] = [dx + row * I, da + row * F];
    this.#slideBack(dxt, count);
    if (!hasOutput) return;
    for (let k = 0; k < K; k++) {
      const last = k === K - 1;
      const packed = transposed + k * packedSize(F, I);
      kernels.matmul(last ? dxt : gradient + k * d * I, last ? I : width, dat, F, packed, count, I, F, true);
    }
  }

  /** Over rows from the last to the first: in one product for each tap unless the windows of steps lie apart. */
  #weightGradients({ rows, steps }: Run, count: number): void {
    const { dBias } = this.#layer.weights;
    const { filters: F } = this.#layer;
    if (dBias !== undefined) this.#kernels.columnSums(dBias, this.#gradients!.da, F, count, F);
    if (rows.starts === undefined) this.#tapGradients(rows, 0, count);
    else for (let t = steps - 1; t >= 0; t--) this.#tapGradients(rows, t, rowsOf(rows, t));
  }

  /** Those of `count` rows from those of step t on. */
  #tapGradients(rows: StepRows, t: number, count: number): void {
    const { filters: F, kernelSize: K, dilationRate: d, weights } = this.#layer;
    const { at: x, F: I } = this.#x;
    const { at, width } = this.#window;
    const { da, scratch } = this.#gradients!;
    const row = rowsBefore(rows, t);
    const window = at + slotBefore(rows, t) * width;
    for (let k = 0; k < K; k++) {
      const last = k === K - 1;
      const [from, ld] = last ? [x + row * I, I] : [window + k * d * I, width];
      this.#kernels.matmulGradient(weights.dKernel + k * I * F, F, from, ld, da + row * F, F, scratch, I, F, count);
    }
  }

  /** The gradient of the window after a step becomes that of the input of the step, and that of the window before it. */
  #slideBack(dx: number, count: number): void {
    const { F: I } = this.#x;
    const { width, gradient } = this.#window;
    const { data } = this.#layer.parameters.arena;
    if (width === 0) {
      data.fill(0, dx, dx + count * I);
      return;
    }
    for (let r = 0; r < count; r++) {
      const from = gradient + r * width;
      data.copyWithin(dx + r * I, from + width - I, from + width);
      data.copyWithin(from + I, from, from + width - I);
      data.fill(0, from, from + I);
    }
  }
}
