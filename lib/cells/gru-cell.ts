// The GRU cell, with the reset gate before or after the recurrent product.

import { requireBoolean } from '../checks.ts';
import { optional, readOptions, type Schema, saved, savedIfSet, savedOptions } from '../options.ts';
import type { Parameter, ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { type ActivationName, activation, activationRanges, clipBound, isShare } from './activations.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import type { Activations, CellMemory } from './facts.ts';
import type { Gate } from './gate.ts';
import { gateActivationsOf } from './gate-activations.ts';
import { composedAfter } from './gru-composed-after.ts';
import { composedBefore } from './gru-composed-before.ts';
import type { GRUForm, GRUProduct } from './gru-form.ts';
import { RESET_AFTER } from './gru-reset-after.ts';
import { RESET_BEFORE } from './gru-reset-before.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';

/** Options of a GRU. */
export interface GRUOptions extends CellOptions<'reset' | 'update' | 'candidate'> {
  /** Whether the reset gate acts after the recurrent product (cuDNN, PyTorch, Keras' default); default false. */
  readonly resetAfter?: boolean;
  /** Activation of the candidate; default `'tanh'`. */
  readonly activation?: ActivationName;
  /** Activation of the reset and update gates; default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationName;
  /** Bound of the pre-activations, above 0: (A7) clips each to ±clip, as ONNX does. By default nothing is clipped. */
  readonly clip?: number;
}

/** @internal Options without a default. */
export type OpenGRUOptions = OpenCellOptions | 'clip';

/** @internal The schema of `GRUOptions`. */
export const GRU_OPTIONS: Schema<GRUOptions, OpenGRUOptions> = {
  ...CELL_OPTIONS,
  resetAfter: saved(optional(requireBoolean, false)),
  activation: savedIfSet(optional(activation, 'tanh')),
  recurrentActivation: savedIfSet(optional(activation, 'sigmoid')),
  clip: savedIfSet(optional(clipBound)),
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
  /** @internal */ static readonly dividesRows: boolean = true;
  readonly kind = 'GRUCell';
  readonly gates = ['reset', 'update', 'candidate'] as const;
  readonly states = ['h'] as const;
  override readonly activations: Activations;
  override readonly memory: CellMemory<'h'> | undefined;
  override readonly savedBlocks = 1; // r⊙h', or U h' + b_u with resetAfter
  override readonly gradientBlocks = 1; // gradient of the above
  override readonly readsRecurrent = true; // (G4) uses h' itself
  /** Whether the reset gate acts after the recurrent product. */
  readonly resetAfter: boolean;
  /** Activation of the candidate. */
  readonly activation: ActivationName;
  /** Activation of the gates. */
  readonly recurrentActivation: ActivationName;
  /** Bound of the pre-activations. */
  readonly clip: number | undefined;
  #form!: GRUForm;
  #recurrentBias: Parameter | undefined;

  /**
   * @param options - see GRUOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: GRUOptions, where = 'GRUCell') {
    const { resetAfter, activation, recurrentActivation, clip, ...cell } = readOptions(where, options, GRU_OPTIONS);
    super(where, cell);
    this.resetAfter = resetAfter;
    this.activation = activation;
    this.recurrentActivation = recurrentActivation;
    this.clip = clip;
    this.activations = { reset: recurrentActivation, update: recurrentActivation, candidate: activation };
    this.memory = isShare(recurrentActivation) ? { state: 'h', write: 'update' } : undefined;
  }

  /** @internal Whether the equations have their usual activations, and no clip. */
  get plain(): boolean {
    return this.activation === 'tanh' && this.recurrentActivation === 'sigmoid' && this.clip === undefined;
  }

  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const specs = super.parameterSpecs(inputSize);
    if (!this.resetAfter || !this.useBias) return specs;
    return [...specs, { name: 'recurrentBias', shape: [this.units], ...this.rulesOf('bias') }];
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#recurrentBias = this.resetAfter && this.useBias ? parameters.get('recurrentBias') : undefined;
    const [fused, composed] = this.resetAfter ? [RESET_AFTER, composedAfter] : [RESET_BEFORE, composedBefore];
    this.#form = this.plain ? fused : composed(gateActivationsOf(this, parameters.arena.dtype));
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
    return this.memory === undefined ? [-Infinity, Infinity] : activationRanges[this.activation];
  }

  forwardStep(step: ForwardStep<'h', GRUProduct>): void {
    this.#form.forward(step, this.#recurrentBias);
  }

  backwardStep(step: BackwardStep<'h', GRUProduct>): void {
    this.#form.backward(step);
  }

  override recurrentGradients(segment: Segment<'h'>): void {
    const { kernels, scratch, rows, H, N, recurrent, dGates } = segment;
    kernels.matmulGradient(this.recurrentGradientAt(), N, recurrent, H, dGates, N, scratch, H, 2 * H, rows);
    this.#form.candidateGradient(this.recurrentGradientAt('candidate'), segment, this.#recurrentBias);
  }
}
