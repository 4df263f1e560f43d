// The LSTM cell.

import { requireBoolean } from '../checks.ts';
import { optional, readOptions, type Schema, saved, savedOptions } from '../options.ts';
import type { Initializer } from '../random/run-initializer.ts';
import { isFloatArray } from '../tensor/storage.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import type { Activations, CellMemory } from './facts.ts';
import type { BackwardStep, ForwardStep } from './step.ts';

/** Options of an LSTM. */
export interface LSTMOptions extends CellOptions<'input' | 'forget' | 'candidate' | 'output'> {
  /** Whether the forget gate's bias starts at 1 (Jozefowicz et al. 2015), unless `biasInitializer.forget` is given; default true. */
  readonly unitForgetBias?: boolean;
}

/** @internal The schema of `LSTMOptions`. */
export const LSTM_OPTIONS: Schema<LSTMOptions, OpenCellOptions> = {
  ...CELL_OPTIONS,
  unitForgetBias: saved(optional(requireBoolean, true)),
};

/**
 * One step of a long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 *
 * (L1) f = σ(W_f[h', x] + b_f), (L2) g = tanh(W_c[h', x] + b_c), (L3) i = σ(W_i[h', x] + b_i), (L4) c = i⊙g + f⊙c',
 * (L5) o = σ(W_o[h', x] + b_o), (L6) h = o⊙tanh(c). The state is `{ h, c }`; the gate blocks are input, forget,
 * candidate, output.
 *
 * @example
 * ```ts
 * const cell = new LSTMCell({ units: 4 });
 * const [out, state] = cell.step(zeros([2, 3]));
 * state.c.shape; // [2, 4]
 * ```
 */
export class LSTMCell extends Cell<'h' | 'c'> {
  readonly kind = 'LSTMCell';
  readonly gates = ['input', 'forget', 'candidate', 'output'] as const;
  readonly states = ['h', 'c'] as const;
  override readonly activations: Activations = {
    input: 'sigmoid',
    forget: 'sigmoid',
    candidate: 'tanh',
    output: 'sigmoid',
    c: 'tanh',
  };
  override readonly memory: CellMemory<'c'> = { state: 'c', keep: 'forget', write: 'input' };
  override readonly savedBlocks = 1; // tanh(c)
  /** Whether the forget gate's bias was initialized to 1. */
  readonly unitForgetBias: boolean;

  /**
   * @param options - see LSTMOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: LSTMOptions, where = 'LSTMCell') {
    const { unitForgetBias, ...cell } = readOptions(where, options, LSTM_OPTIONS);
    super(where, cell);
    this.unitForgetBias = unitForgetBias;
  }

  /** @internal */
  protected override biasStart(initializer: Initializer): Initializer {
    if (!this.unitForgetBias) return initializer;
    const forget = this.gates.indexOf('forget') * this.units;
    return (...drawn) => {
      const values = initializer(...drawn);
      if (!isFloatArray(values) && !Array.isArray(values)) return values; // the caller refuses it
      return values.slice().fill(1, forget, forget + this.units);
    };
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== LSTMCell) return super.config(where);
    return savedOptions(LSTM_OPTIONS, this);
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    return [-1, 1];
  }

  forwardStep({ kernels, B, H, N, gates, saved, weights, previous, next }: ForwardStep<'h' | 'c'>): void {
    kernels.matmul(gates, N, previous.h, H, weights.gates, B, N, H, true);
    kernels.lstmStepForward(gates, next.c, saved, next.h, previous.c, B, H);
  }

  backwardStep(step: BackwardStep<'h' | 'c'>): void {
    const { kernels, B, H, N, gates, saved, weights, previous, dGates, dStates } = step;
    kernels.lstmStepBackward(dGates, dStates.c, gates, saved, previous.c, dStates.h, B, H);
    kernels.matmul(dStates.h, H, dGates, N, weights.gates, B, H, N, false);
  }
}
