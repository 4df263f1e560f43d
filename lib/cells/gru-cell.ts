// The GRU cell, with the reset gate before or after the recurrent product.

import { requireBoolean } from '../checks.ts';
import { optional, readOptions, type Schema, saved, savedOptions } from '../options.ts';
import type { Parameter, ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import type { Activations, CellMemory } from './facts.ts';
import type { Gate } from './gate.ts';
import type { GRUForm, GRUProduct } from './gru-form.ts';
import { RESET_AFTER } from './gru-reset-after.ts';
import { RESET_BEFORE } from './gru-reset-before.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';

/** Options of a GRU. */
export interface GRUOptions extends CellOptions<'reset' | 'update' | 'candidate'> {
  /** Whether the reset gate acts after the recurrent product (cuDNN, PyTorch, Keras' default); default false. */
  readonly resetAfter?: boolean;
}

/** @internal The schema of `GRUOptions`. */
export const GRU_OPTIONS: Schema<GRUOptions, OpenCellOptions> = {
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
  readonly #form: GRUForm;
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
    this.#form = resetAfter ? RESET_AFTER : RESET_BEFORE;
  }

  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const specs = super.parameterSpecs(inputSize);
    if (!this.resetAfter || !this.useBias) return specs;
    return [...specs, { name: 'recurrentBias', shape: [this.units], ...this.rulesOf('bias') }];
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#recurrentBias = this.resetAfter && this.useBias ? parameters.get('recurrentBias') : undefined;
  }

  /** The candidate multiplies r⊙h', or its product is kept apart from the other gates. */
  override get products(): Readonly<Record<'gates' | 'candidate', readonly string[]>> {
    return { gates: ['reset', 'update'], candidate: ['candidate'] };
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

  forwardStep(step: ForwardStep<'h', GRUProduct>): void {
    this.#form.forward(step, this.#recurrentBias);
  }

  backwardStep(step: BackwardStep<'h', GRUProduct>): void {
    this.#form.backward(step);
  }

  override recurrentGradients(segment: Segment<'h'>): void {
    const { kernels, scratch, rows, H, N, previous, dGates } = segment;
    kernels.matmulGradient(this.recurrentGradientAt(), N, previous.h, H, dGates, N, scratch, H, 2 * H, rows);
    this.#form.candidateGradient(this.recurrentGradientAt('candidate'), segment, this.#recurrentBias);
  }
}
