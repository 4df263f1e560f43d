// The pass of a dense layer: every time step of every row is a row of one matrix.

import { type ActivationName, activationKinds } from '../cells/activations.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { type Visit, visitParameterGradients, visitSteps } from '../engine/visit.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { AffineWeights } from './affine-weights.ts';

/** φ of a dense layer. */
export type DenseActivation = ActivationName | 'softmax';

/** The layer of the pass. */
interface DenseLayer {
  readonly units: number;
  readonly activation: DenseActivation;
  readonly parameters: Parameters;
  readonly weights: AffineWeights;
}

export class DensePass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #dense: DenseLayer;
  readonly #kernels: Kernels;
  readonly #x: Signal;
  /** W, packed. */
  readonly #weights: number;
  readonly #gradients: DenseGradients | undefined;

  constructor(dense: DenseLayer, workspace: Workspace, x: Signal) {
    const { kernels, take, takeWeights, purpose } = workspace;
    const O = dense.units;
    this.#dense = dense;
    this.#kernels = kernels;
    this.#x = x;
    this.#weights = takeWeights(packedSize(x.F, O));
    this.output = { ...x, F: O, at: take(signalSize({ ...x, F: O }), purpose === 'train' ? 'tape' : undefined) };
    this.#gradients = purpose === 'train' ? layGradients(workspace, x, O) : undefined;
    this.dInput = this.#gradients?.dx ?? -1;
  }

  pack(): void {
    const { units: O, weights } = this.#dense;
    const I = this.#x.F;
    this.#kernels.pack(this.#weights, weights.kernel, O, 1, I, O);
    if (this.#gradients !== undefined) this.#kernels.pack(this.#gradients.weights, weights.kernel, 1, O, O, I);
  }

  forward(run: Run): void {
    const { units: O, activation } = this.#dense;
    const { bias } = this.#dense.weights;
    const { at: x, F: I } = this.#x;
    const { output } = this;
    const y = output.at;
    const rows = rowsIn(output, run);
    const kernels = this.#kernels;
    if (bias !== undefined) kernels.repeatRow(y, bias, rows, O);
    kernels.matmul(y, O, x, I, this.#weights, rows, O, I, bias !== undefined);
    if (activation === 'softmax') kernels.softmaxForward(y, rows, O);
    else if (activation !== 'linear') kernels.activationForward(activationKinds[activation], y, O, y, O, rows, O);
    if (run.visit !== undefined) visitSteps('output', output, run, run.visit);
  }

  /** (D1′), (D2′) */
  backward(run: Run, dy: number | undefined): void {
    if (dy === undefined) return;
    const { units: O, activation } = this.#dense;
    const { dKernel, dBias } = this.#dense.weights;
    const { at: x, F: I } = this.#x;
    const y = this.output.at;
    const rows = rowsIn(this.output, run);
    const kernels = this.#kernels;
    const { weights, scratch, dx, da: ownDa } = this.#gradients!;
    const da = activation === 'linear' ? dy : ownDa;
    if (activation === 'softmax') kernels.softmaxBackward(da, y, dy, rows, O);
    else if (activation !== 'linear') {
      kernels.activationBackward(activationKinds[activation], da, O, y, O, dy, O, rows, O);
    }
    kernels.matmulGradient(dKernel, O, x, I, da, O, scratch, I, O, rows);
    if (dBias !== undefined) kernels.columnSums(dBias, da, O, rows, O);
    kernels.matmul(dx, I, da, O, weights, rows, I, O, false);
    if (run.visit !== undefined) this.#visitGradients(run, da, dx, run.visit);
  }

  /** In the order in which `backward` computes them. */
  #visitGradients(run: Run, da: number, dx: number, visit: Visit): void {
    if (this.#dense.activation !== 'linear') visitSteps('preactivation', { ...this.output, at: da }, run, visit);
    visitParameterGradients(this.#dense.parameters, visit);
    visitSteps('input', { ...this.#x, at: dx }, run, visit);
  }
}

/** What the backward pass of a dense layer writes. */
interface DenseGradients {
  /** Wᵀ, packed. */
  readonly weights: number;
  /** [rows, O] gradient of the pre-activations. */
  readonly da: number;
  /** [rows, I] */
  readonly dx: number;
  readonly scratch: number;
}

function layGradients({ take, takeWeights }: Workspace, x: Signal, O: number): DenseGradients {
  const rows = signalSize({ ...x, F: 1 });
  return {
    weights: takeWeights(packedSize(O, x.F)),
    da: take(rows * O),
    dx: take(signalSize(x)),
    scratch: take(gradientScratch(x.F, O, rows)),
  };
}
