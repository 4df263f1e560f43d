// The cell of a minimal gated unit.

import { optional, readOptions, type Schema, savedIfSet, savedOptions } from '../options.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { type ActivationName, activation, activationRanges, clipBound, isShare } from './activations.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import type { Activations, CellMemory } from './facts.ts';
import { type GateActivations, gateActivationsOf } from './gate-activations.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';

/** Options of a minimal gated unit. */
export interface MGUOptions extends CellOptions<'forget' | 'candidate'> {
  /** Activation of the candidate; default `'tanh'`. */
  readonly activation?: ActivationName;
  /** Activation of the forget gate; default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationName;
  /** Bound of the pre-activations, above 0: (A7) clips each to ±clip. By default nothing is clipped. */
  readonly clip?: number;
}

/** @internal Options of a minimal gated unit without a default. */
export type OpenMGUOptions = OpenCellOptions | 'clip';

/** @internal The schema of `MGUOptions`. */
export const MGU_OPTIONS: Schema<MGUOptions, OpenMGUOptions> = {
  ...CELL_OPTIONS,
  activation: savedIfSet(optional(activation, 'tanh')),
  recurrentActivation: savedIfSet(optional(activation, 'sigmoid')),
  clip: savedIfSet(optional(clipBound)),
};

/** The recurrent products of a minimal gated unit. */
export type MGUProduct = 'forget' | 'candidate';

/**
 * One step of a minimal gated unit (Zhou et al. 2016), a GRU with a single gate:
 *
 * (M1) f = σ(W_f[h', x] + b_f), (M2) h̃ = tanh(W_h[f⊙h', x] + b_h), (M3) h = (1−f)⊙h' + f⊙h̃. The state is `{ h }`; the
 * gate blocks are forget, candidate. To load a saved model with this cell, pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const cell = new MGUCell({ units: 4 });
 * const [out] = cell.step(zeros([2, 3]));
 * out.shape; // [2, 4]
 * ```
 */
export class MGUCell extends Cell<'h'> {
  /** @internal */ static readonly dividesRows: boolean = true;
  /** Name in saved files. */
  static readonly kind = 'MGUCell';
  readonly kind = 'MGUCell';
  readonly gates = ['forget', 'candidate'] as const;
  readonly states = ['h'] as const;
  override readonly activations: Activations;
  override readonly memory: CellMemory<'h'> | undefined;
  override readonly savedBlocks = 1; // f⊙h'
  override readonly gradientBlocks = 1; // its gradient
  override readonly readsRecurrent = true; // (M3) uses h' itself
  /** Activation of the candidate. */
  readonly activation: ActivationName;
  /** Activation of the forget gate. */
  readonly recurrentActivation: ActivationName;
  /** Bound of the pre-activations. */
  readonly clip: number | undefined;
  #activations!: GateActivations;

  /**
   * @param options - see MGUOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: MGUOptions, where = 'MGUCell') {
    const { activation, recurrentActivation, clip, ...cell } = readOptions(where, options, MGU_OPTIONS);
    super(where, cell);
    this.activation = activation;
    this.recurrentActivation = recurrentActivation;
    this.clip = clip;
    this.activations = { forget: recurrentActivation, candidate: activation };
    this.memory = isShare(recurrentActivation) ? { state: 'h', write: 'forget' } : undefined;
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#activations = gateActivationsOf(this, parameters.arena.dtype);
  }

  /** The candidate multiplies f⊙h'. */
  override get products(): Readonly<Record<MGUProduct, readonly string[]>> {
    return { forget: ['forget'], candidate: ['candidate'] };
  }

  override get forwardOrder(): readonly string[] {
    return ['forget', 'saved', 'candidate', 'h'];
  }

  override get backwardOrder(): readonly string[] {
    return ['candidate', 'saved', 'forget'];
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== MGUCell) return super.config(where);
    return savedOptions(MGU_OPTIONS, this);
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    return this.memory === undefined ? [-Infinity, Infinity] : activationRanges[this.activation];
  }

  forwardStep(step: ForwardStep<'h', MGUProduct>): void {
    const { kernels: k, B, H, N, gates: f, saved, weights, previous, recurrent, next } = step;
    const { gate, candidate } = this.#activations;
    const g = f + H;
    k.matmul(f, N, recurrent, H, weights.forget, B, H, H, true);
    gate.forward(k, f, N, f, N, B, H); // (M1)
    k.multiply(saved, H, f, N, recurrent, H, B, H);
    k.matmul(g, N, saved, H, weights.candidate, B, H, H, true);
    candidate.forward(k, g, N, g, N, B, H); // (M2)
    k.interpolate(next.h, H, f, N, previous.h, H, g, N, B, H); // (M3)
  }

  backwardStep(step: BackwardStep<'h', MGUProduct>): void {
    const { kernels: k, B, H, N, gates: f, weights, previous, recurrent } = step;
    const { dGates: df, dSaved, dStates, dRecurrent } = step;
    const { gate, candidate } = this.#activations;
    const [g, dg, dh] = [f + H, df + H, dStates.h];
    k.interpolateBackward(df, N, dh, H, dg, N, f, N, previous.h, H, g, N, dh, H, B, H); // (M3′)
    candidate.backward(k, dg, N, g, N, dg, N, B, H); // (M2′)
    k.matmul(dSaved, H, dg, N, weights.candidate, B, H, H, false);
    k.multiplyAdd(df, N, dSaved, H, recurrent, H, B, H);
    k.multiplyAdd(dRecurrent, H, dSaved, H, f, N, B, H);
    gate.backward(k, df, N, f, N, df, N, B, H); // (M1′)
    k.matmul(dRecurrent, H, df, N, weights.forget, B, H, H, true);
  }

  override recurrentGradients({ kernels: k, scratch, rows, H, N, recurrent, saved, dGates }: Segment<'h'>): void {
    k.matmulGradient(this.recurrentGradientAt('forget'), N, recurrent, H, dGates, N, scratch, H, H, rows);
    k.matmulGradient(this.recurrentGradientAt('candidate'), N, saved, H, dGates + H, N, scratch, H, H, rows);
  }
}
