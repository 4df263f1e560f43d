// The cell of a simple recurrent network.

import { oneOf, optional, readOptions, type Schema, saved, savedOptions } from '../options.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import type { Activations } from './facts.ts';
import type { BackwardStep, ForwardStep } from './step.ts';

/** Options of a SimpleRNN. */
export interface SimpleRNNOptions extends CellOptions<'hidden'> {
  /** Activation φ; default `'tanh'`. */
  readonly activation?: 'tanh' | 'relu';
}

/** @internal The schema of `SimpleRNNOptions`. */
export const SIMPLE_RNN_OPTIONS: Schema<SimpleRNNOptions, OpenCellOptions> = {
  ...CELL_OPTIONS,
  activation: saved(optional(oneOf('tanh', 'relu'), 'tanh')),
};

/**
 * One step of a simple recurrent network (Elman 1990): (R1) h = φ(W[h', x] + b), φ = tanh or relu.
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
  readonly kind = 'SimpleRNNCell';
  readonly gates = ['hidden'] as const;
  readonly states = ['h'] as const;
  /** Activation φ. */
  readonly activation: 'tanh' | 'relu';
  override readonly activations: Activations;
  override readonly gateStates: Readonly<Record<string, 'h'>> = { hidden: 'h' };

  /**
   * @param options - see SimpleRNNOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: SimpleRNNOptions, where = 'SimpleRNNCell') {
    const { activation, ...cell } = readOptions(where, options, SIMPLE_RNN_OPTIONS);
    super(where, cell);
    this.activation = activation;
    this.activations = { hidden: activation };
  }

  override get forwardOrder(): readonly string[] {
    return ['h']; // the gate holds its pre-activation, whose infinities tanh and relu may map to finite values
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== SimpleRNNCell) return super.config(where);
    return savedOptions(SIMPLE_RNN_OPTIONS, this);
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    return this.activation === 'tanh' ? [-1, 1] : [0, Infinity];
  }

  forwardStep({ kernels, B, H, gates, weights, previous, next }: ForwardStep<'h'>): void {
    kernels.matmul(gates, H, previous.h, H, weights.gates, B, H, H, true);
    if (this.activation === 'tanh') kernels.tanhForward(next.h, gates, B * H);
    else kernels.reluForward(next.h, gates, B * H);
  }

  backwardStep({ kernels, B, H, weights, next, dGates, dStates }: BackwardStep<'h'>): void {
    if (this.activation === 'tanh') kernels.tanhBackward(dGates, next.h, dStates.h, B * H);
    else kernels.reluBackward(dGates, next.h, dStates.h, B * H);
    kernels.matmul(dStates.h, H, dGates, H, weights.gates, B, H, H, false);
  }
}
