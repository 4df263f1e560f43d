// The GRU cell, with the reset gate before or after the recurrent product.

import { requireBoolean } from '../checks.ts';
import { optional, readOptions, type Schema, saved, savedOptions } from '../options.ts';
import type { BuildOptions } from '../parameters/buildable.ts';
import type { Parameter, ParameterSpec, Parameters } from '../parameters/parameters.ts';
import { CELL_OPTIONS, Cell, type CellConfig, type CellOptions } from './cell.ts';
import type { Activations, CellMemory } from './facts.ts';
import type { Gate } from './gate.ts';
import type { BackwardStep, ForwardStep, Span } from './step.ts';

/** Options of a GRU. */
export interface GRUOptions extends CellOptions {
  /** Whether the reset gate acts after the recurrent product (cuDNN, PyTorch, Keras' default); default false. */
  readonly resetAfter?: boolean;
}

/** @internal The schema of `GRUOptions`. */
export const GRU_OPTIONS: Schema<GRUOptions, keyof BuildOptions> = {
  ...CELL_OPTIONS,
  resetAfter: saved(optional(requireBoolean, false)),
};

/**
 * One step of a gated recurrent unit (Cho et al. 2014, in the form of Chung et al. 2014):
 *
 * (G1) r = σ(W_r[h', x] + b_r), (G2) h̃ = tanh(W_h[r⊙h', x] + b_h), (G3) z = σ(W_z[h', x] + b_z), (G4) h = (1−z)⊙h' +
 * z⊙h̃; with `resetAfter` (G5) h̃ = tanh(W x + b + r⊙(U h' + b_u)) instead of (G2). z is the share of the NEW
 * candidate, the opposite of Keras, PyTorch and ONNX: negate the update gate's weights and bias to convert one form
 * into the other. The state is `{ h }`; the gate blocks are reset, update, candidate. With `resetAfter` the parameter
 * `recurrentBias` [H] is b_u, which `gate('candidate')` returns as `bu`.
 *
 * @example
 * ```ts
 * const cell = new GRUCell({ units: 4, resetAfter: true });
 * const [out] = cell.step(zeros([2, 3]));
 * out.shape; // [2, 4]
 * ```
 */
export class GRUCell extends Cell<'h'> {
  readonly kind = 'GRUCell';
  readonly gates = ['reset', 'update', 'candidate'] as const;
  readonly states = ['h'] as const;
  override readonly activations: Activations = { reset: 'sigmoid', update: 'sigmoid', candidate: 'tanh' };
  override readonly memory: CellMemory<'h'> = { state: 'h', write: 'update' };
  override readonly savedBlocks = 1; // r⊙h', or U h' + b_u with resetAfter
  override readonly gradientBlocks = 1; // gradient of the above
  /** Whether the reset gate acts after the recurrent product. */
  readonly resetAfter: boolean;
  #recurrentBias: Parameter | undefined;

  /**
   * @param options - see GRUOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: GRUOptions, where = 'GRUCell') {
    const { resetAfter, ...cell } = readOptions(where, options, GRU_OPTIONS);
    super(where, cell);
    this.resetAfter = resetAfter;
  }

  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const specs = super.parameterSpecs(inputSize);
    if (!this.resetAfter || !this.useBias) return specs;
    return [...specs, { name: 'recurrentBias', shape: [this.units] }];
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#recurrentBias = this.resetAfter && this.useBias ? parameters.get('recurrentBias') : undefined;
  }

  override get products(): readonly (readonly [gate: number, count: number])[] {
    return [
      [0, 2], // reset and update multiply h'
      [2, 1], // the candidate multiplies r⊙h', or its product is saved separately
    ];
  }

  override get forwardOrder(): readonly string[] {
    return ['reset', 'update', 'saved', 'candidate', 'h'];
  }

  override get backwardOrder(): readonly string[] {
    return ['candidate', 'update', 'saved', 'reset'];
  }

  override gate(name: this['gates'][number]): Gate {
    const gate = super.gate(name);
    if (name !== 'candidate' || this.#recurrentBias === undefined) return gate;
    return { ...gate, bu: this.#recurrentBias.value, dbu: this.#recurrentBias.gradient };
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== GRUCell) return super.config(where);
    return savedOptions(GRU_OPTIONS, this);
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    return [-1, 1];
  }

  forwardStep(step: ForwardStep): void {
    const { kernels, B, gates, saved, weights, previous, next } = step;
    const H = this.units;
    const N = this.gateWidth;
    kernels.matmul(gates, N, previous[0]!, H, weights[0]!, B, 2 * H, H, true);
    if (this.resetAfter) {
      if (this.#recurrentBias !== undefined) kernels.repeatRow(saved, this.#recurrentBias.at, B, H);
      const biased = this.#recurrentBias !== undefined;
      kernels.matmul(saved, H, previous[0]!, H, weights[1]!, B, H, H, biased);
      kernels.gruResetAfterStepForward(gates, next[0]!, saved, previous[0]!, B, H);
    } else {
      kernels.gruGatesForward(gates, saved, previous[0]!, B, H);
      kernels.matmul(gates + 2 * H, N, saved, H, weights[1]!, B, H, H, true);
      kernels.gruStateForward(gates, next[0]!, previous[0]!, B, H);
    }
  }

  backwardStep(step: BackwardStep): void {
    const { kernels, B, gates, saved, weights, previous, dGates, dSaved, dStates } = step;
    const H = this.units;
    const N = this.gateWidth;
    const dh = dStates[0]!;
    if (this.resetAfter) {
      kernels.gruResetAfterStepBackward(dGates, dSaved, dh, gates, saved, previous[0]!, dh, B, H);
      kernels.matmul(dh, H, dSaved, H, weights[1]!, B, H, H, true);
    } else {
      kernels.gruStateBackward(dGates, dh, gates, previous[0]!, dh, B, H);
      kernels.matmul(dSaved, H, dGates + 2 * H, N, weights[1]!, B, H, H, false);
      kernels.gruGatesBackward(dGates, dh, gates, previous[0]!, dSaved, B, H);
    }
    kernels.matmul(dh, H, dGates, N, weights[0]!, B, H, 2 * H, true);
  }

  override recurrentGradients({ kernels, scratch, rows, previous, saved, dGates, dSaved }: Span): void {
    const H = this.units;
    const N = this.gateWidth;
    const candidate = this.recurrentGradientAt(2);
    kernels.matmulGradient(this.recurrentGradientAt(), N, previous[0]!, H, dGates, N, scratch, H, 2 * H, rows);
    if (this.resetAfter) {
      kernels.matmulGradient(candidate, N, previous[0]!, H, dSaved, H, scratch, H, H, rows);
      if (this.#recurrentBias !== undefined) {
        kernels.columnSums(this.#recurrentBias.gradientAt, dSaved, H, rows, H);
      }
    } else {
      kernels.matmulGradient(candidate, N, saved, H, dGates + 2 * H, N, scratch, H, H, rows);
    }
  }
}
