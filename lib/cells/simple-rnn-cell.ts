// The cell of a simple recurrent network.

import { optional, readOptions, type Schema, saved, savedIfSet, savedOptions } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { type ActivationName, activation, activationRanges, clipBound } from './activations.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import { ClippedActivation } from './clipped-activation.ts';
import type { Activations } from './facts.ts';
import type { BackwardStep, ForwardStep } from './step.ts';

/** Options of a SimpleRNN. */
export interface SimpleRNNOptions extends CellOptions<'hidden'> {
  /** Activation φ; default `'tanh'`. */
  readonly activation?: ActivationName;
  /** Bound of the pre-activations, above 0: (A7) clips each to ±clip, as ONNX does. By default nothing is clipped. */
  readonly clip?: number;
}

/** @internal Options without a default. */
export type OpenSimpleRNNOptions = OpenCellOptions | 'clip';

/** @internal The schema of `SimpleRNNOptions`. */
export const SIMPLE_RNN_OPTIONS: Schema<SimpleRNNOptions, OpenSimpleRNNOptions> = {
  ...CELL_OPTIONS,
  activation: saved(optional(activation, 'tanh')),
  clip: savedIfSet(optional(clipBound)),
};

/**
 * One step of a simple recurrent network (Elman 1990): (R1) h = φ(W[h', x] + b), φ = tanh by default.
 *
 * The state is `{ h }`; the single block of weights has the gate name `hidden`.
 *
 * @example
 * ```ts
 * const cell = new SimpleRNNCell({ units: 4, activation: 'relu' });
 * const [out] = cell.step(zeros([2, 3]));
 * out.shape; // [2, 4]
 * ```
 */
export class SimpleRNNCell extends Cell<'h'> {
  /** @internal */ static readonly dividesRows: boolean = true;
  readonly kind = 'SimpleRNNCell';
  readonly gates = ['hidden'] as const;
  readonly states = ['h'] as const;
  /** Activation φ. */
  readonly activation: ActivationName;
  /** Bound of the pre-activations. */
  readonly clip: number | undefined;
  override readonly activations: Activations;
  override readonly gateStates: Readonly<Record<string, 'h'>> = { hidden: 'h' };
  #activation!: ClippedActivation;

  /**
   * @param options - see SimpleRNNOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: SimpleRNNOptions, where = 'SimpleRNNCell') {
    const { activation, clip, ...cell } = readOptions(where, options, SIMPLE_RNN_OPTIONS);
    super(where, cell);
    this.activation = activation;
    this.clip = clip;
    this.activations = { hidden: activation };
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#activation = new ClippedActivation(this.activation, this.clip, parameters.arena.dtype);
  }

  override get forwardOrder(): readonly string[] {
    return ['h']; // the gate holds its pre-activation, whose infinities φ may map to finite values
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== SimpleRNNCell) return super.config(where);
    return savedOptions(SIMPLE_RNN_OPTIONS, this);
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    return activationRanges[this.activation];
  }

  forwardStep({ kernels, B, H, gates, weights, previous, next }: ForwardStep<'h'>): void {
    kernels.matmul(gates, H, previous.h, H, weights.gates, B, H, H, true);
    this.#activation.forward(kernels, next.h, H, gates, H, B, H); // (R1)
  }

  backwardStep({ kernels, B, H, weights, next, dGates, dStates }: BackwardStep<'h'>): void {
    this.#activation.backward(kernels, dGates, H, next.h, H, dStates.h, H, B, H); // (R1′)
    kernels.matmul(dStates.h, H, dGates, H, weights.gates, B, H, H, false);
  }
}
