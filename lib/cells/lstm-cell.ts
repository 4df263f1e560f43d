// The LSTM cell.

import { requireBoolean, requireInteger } from '../checks.ts';
import { integer, oneOf, optional, readOptions, type Schema, saved, savedIfSet, savedOptions } from '../options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { glorotUniform } from '../random/glorot.ts';
import type { Initializer } from '../random/run-initializer.ts';
import type { DType } from '../tensor/storage.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type ActivationName, activation, activationRanges, clipBound, isShare } from './activations.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import { ClippedActivation } from './clipped-activation.ts';
import type { Activations, CellMemory } from './facts.ts';
import type { Gate } from './gate.ts';
import { gateActivationsOf } from './gate-activations.ts';
import { composedLSTM } from './lstm-composed.ts';
import { FUSED_LSTM, type LSTMForm, type LSTMGate } from './lstm-form.ts';
import { type CoupledGate, memoryOf } from './lstm-memory.ts';
import { Peepholes } from './peepholes.ts';
import { Projection } from './projection.ts';
import type { BackwardStep, ForwardStep, Segment } from './step.ts';
import { unitForget } from './unit-forget.ts';

/** Options of an LSTM. */
export interface LSTMOptions extends CellOptions<'input' | 'forget' | 'candidate' | 'output'> {
  /** Whether the forget gate's bias starts at 1 (Jozefowicz et al. 2015), unless `biasInitializer.forget` is given; default true. */
  readonly unitForgetBias?: boolean;
  /** Activation of the candidate; default `'tanh'`. */
  readonly activation?: ActivationName;
  /** Activation of the input, forget and output gates; default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationName;
  /** Activation of c in (L6), h = o⊙φ(c); by default the same as `activation`. */
  readonly outputActivation?: ActivationName;
  /** Bound of the pre-activations, above 0: (A7) clips each to ±clip, as ONNX does. By default nothing is clipped. */
  readonly clip?: number;
  /** Whether the gates see the cell state, (L7) and (L8) (Gers and Schmidhuber 2000); default false. */
  readonly peepholes?: boolean;
  /**
   * A gate that has no weights, because it is 1 minus the other: `'forget'`, (L9) f = 1 − i (ONNX' `input_forget`), or
   * `'input'`, (L10) i = 1 − f (Greff et al. 2016). By default both gates have weights.
   */
  readonly coupledGate?: CoupledGate;
  /**
   * P, features of h, from 1 to `units`: h is a product of o⊙tanh(c) and a matrix, (L11) (Sak et al. 2014; `proj_size` of
   * PyTorch). By default h has as many features as c, and there is no such matrix.
   */
  readonly projectionSize?: number;
}

/** @internal Options without a default. */
export type OpenLSTMOptions = OpenCellOptions | 'clip' | 'coupledGate' | 'outputActivation' | 'projectionSize';

/** @internal The schema of `LSTMOptions`. */
export const LSTM_OPTIONS: Schema<LSTMOptions, OpenLSTMOptions> = {
  ...CELL_OPTIONS,
  unitForgetBias: saved(optional(requireBoolean, true)),
  activation: savedIfSet(optional(activation, 'tanh')),
  recurrentActivation: savedIfSet(optional(activation, 'sigmoid')),
  outputActivation: savedIfSet(optional(activation)),
  clip: savedIfSet(optional(clipBound)),
  peepholes: savedIfSet(optional(requireBoolean, false)),
  coupledGate: savedIfSet(optional(oneOf<CoupledGate>('input', 'forget'))),
  projectionSize: savedIfSet(optional(integer())),
};

const GATES: readonly LSTMGate[] = ['input', 'forget', 'candidate', 'output'];

/**
 * One step of a long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 *
 * (L1) f = σ(W_f[h', x] + b_f), (L2) g = tanh(W_c[h', x] + b_c), (L3) i = σ(W_i[h', x] + b_i), (L4) c = i⊙g + f⊙c',
 * (L5) o = σ(W_o[h', x] + b_o), (L6) h = o⊙tanh(c). The state is `{ h, c }`; the gate blocks are input, forget,
 * candidate, output. Options change the activations, clip the pre-activations (A7), couple the input and the forget gate
 * (L9), (L10), or add peepholes (L7), (L8): the parameter `peephole` has a block [H] for each gate but the candidate, which
 * `gate` returns as `p`; it starts at 0. With `projectionSize` P, (L11) h = W_p(o⊙tanh(c)) has P features; `projection` [H, P] is W_pᵀ.
 *
 * @example
 * ```ts
 * const cell = new LSTMCell({ units: 4 });
 * const [out, state] = cell.step(zeros([2, 3]));
 * state.c.shape; // [2, 4]
 * ```
 */
export class LSTMCell extends Cell<'h' | 'c'> {
  /** @internal */ static readonly dividesRows: boolean = true;
  readonly kind = 'LSTMCell';
  /** input, forget, candidate, output; without the coupled gate. */
  readonly gates: readonly LSTMGate[];
  readonly states = ['h', 'c'] as const;
  override readonly activations: Activations;
  override readonly memory: CellMemory<'c'> | undefined;
  override readonly savedBlocks = 1; // φ(c)
  /** Whether the forget gate's bias was initialized to 1. */
  readonly unitForgetBias: boolean;
  /** Activation of the candidate. */
  readonly activation: ActivationName;
  /** Activation of the gates. */
  readonly recurrentActivation: ActivationName;
  /** Activation of c in (L6). */
  readonly outputActivation: ActivationName;
  /** Bound of the pre-activations. */
  readonly clip: number | undefined;
  /** Whether the gates see the cell state. */
  readonly peepholes: boolean;
  /** The gate that is 1 minus the other. */
  readonly coupledGate: CoupledGate | undefined;
  /** Features of h, if it is projected. */
  readonly projectionSize: number | undefined;
  #form!: LSTMForm;
  #projection: Projection | undefined;
  #peepholes: Peepholes | undefined;

  /**
   * @param options - see LSTMOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: LSTMOptions, where = 'LSTMCell') {
    const settings = readOptions(where, options, LSTM_OPTIONS);
    const { unitForgetBias, activation, recurrentActivation, outputActivation, ...others } = settings;
    const { clip, peepholes, coupledGate, projectionSize, ...cell } = others;
    requireInteger(where, 'projectionSize', projectionSize ?? 1, 1, cell.units);
    super(where, cell);
    this.unitForgetBias = unitForgetBias;
    this.activation = activation;
    this.recurrentActivation = recurrentActivation;
    this.outputActivation = outputActivation ?? activation;
    this.clip = clip;
    this.peepholes = peepholes;
    this.coupledGate = coupledGate;
    this.projectionSize = projectionSize;
    this.gates = GATES.filter((gate) => gate !== coupledGate);
    const ofGate = (gate: LSTMGate): ActivationName => (gate === 'candidate' ? activation : recurrentActivation);
    const ofGates = Object.fromEntries(this.gates.map((gate) => [gate, ofGate(gate)]));
    this.activations = { ...ofGates, c: this.outputActivation };
    this.memory = isShare(recurrentActivation) ? memoryOf(coupledGate) : undefined;
  }

  /** @internal Whether the equations are (L1) to (L6) with their usual activations. */
  get plain(): boolean {
    return this.#fused && this.projectionSize === undefined;
  }

  /** Whether one kernel computes a step, up to the projection. */
  get #fused(): boolean {
    const { activation, recurrentActivation, outputActivation, clip, peepholes, coupledGate } = this;
    const usual = activation === 'tanh' && recurrentActivation === 'sigmoid' && outputActivation === 'tanh';
    return usual && clip === undefined && !peepholes && coupledGate === undefined;
  }

  override get forwardOrder(): readonly string[] {
    if (!this.peepholes) return super.forwardOrder;
    return [...this.gates.slice(0, -1), 'c', 'output', 'saved', 'h'];
  }

  override widthOf(state: 'h' | 'c'): number {
    return state === 'h' ? (this.projectionSize ?? this.units) : this.units;
  }

  override get matrices(): readonly string[] {
    return this.projectionSize === undefined ? [] : ['projection'];
  }

  /** dh and o⊙φ(c), for the gradient of the projection. */
  override get gradientWidth(): number {
    return this.projectionSize === undefined ? 0 : this.projectionSize + this.units;
  }

  /** o⊙φ(c) and its gradient, where h is something else. */
  override get scratchWidth(): number {
    return this.projectionSize === undefined ? 0 : this.units;
  }

  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const specs = super.parameterSpecs(inputSize);
    const { units: H, projectionSize: P } = this;
    return [
      ...specs,
      ...(this.peepholes ? [{ name: 'peephole', shape: [(this.gates.length - 1) * H] }] : []),
      ...(P === undefined ? [] : [{ name: 'projection', shape: [H, P], initializer: glorotUniform() }]),
    ];
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#peepholes = this.peepholes ? new Peepholes(parameters.get('peephole'), this.units) : undefined;
    this.#projection = this.projectionSize === undefined ? undefined : new Projection(parameters.get('projection'));
    this.#form = this.#fused ? FUSED_LSTM : this.#composed(parameters.arena.dtype);
  }

  #composed(dtype: DType): LSTMForm {
    const { gates, coupledGate, outputActivation } = this;
    const output = new ClippedActivation(outputActivation, undefined, dtype);
    return composedLSTM({ ...gateActivationsOf(this, dtype), output, gates, coupledGate, peepholes: this.#peepholes });
  }

  override gate(name: LSTMGate): Gate {
    const gate = super.gate(name);
    if (!this.peepholes || name === 'candidate') return gate;
    const { at, gradientAt, value } = this.parameters.get('peephole');
    const block = this.gates.filter((other) => other !== 'candidate').indexOf(name) * this.units;
    const row = (from: number): Tensor => new Tensor(value.storage, [this.units], [1], from + block);
    return { ...gate, p: row(at), dp: row(gradientAt) };
  }

  /** @internal */
  protected override biasStart(initializer: Initializer): Initializer {
    if (!this.unitForgetBias || this.coupledGate === 'forget') return initializer;
    return unitForget(initializer, this.blockOf('forget'), this.units);
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== LSTMCell) return super.config(where);
    const { outputActivation, ...config } = savedOptions(LSTM_OPTIONS, this);
    return this.outputActivation === this.activation ? config : { ...config, outputActivation: this.outputActivation };
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    const [low, high] = activationRanges[this.outputActivation]; // of φ(c)
    return this.memory === undefined || this.projectionSize !== undefined
      ? [-Infinity, Infinity]
      : [Math.min(low, 0), high]; // times o, from 0 to 1
  }

  forwardStep(step: ForwardStep<'h' | 'c'>): void {
    const { kernels, B, N, gates, weights, previous, next, stepScratch } = step;
    const K = this.outputWidth;
    kernels.matmul(gates, N, previous.h, K, weights.gates, B, N, K, true);
    this.#form.forward(step, this.#projection === undefined ? next.h : stepScratch);
    this.#projection?.forward(step);
  }

  backwardStep(step: BackwardStep<'h' | 'c'>): void {
    const { kernels, B, H, N, gates, weights, dGates, dStates, stepScratch } = step;
    const K = this.outputWidth;
    this.#projection?.backward(step, gates + N - H);
    this.#form.backward(step, this.#projection === undefined ? dStates.h : stepScratch);
    kernels.matmul(dStates.h, K, dGates, N, weights.gates, B, K, N, false);
  }

  override recurrentGradients(segment: Segment<'h' | 'c'>): void {
    super.recurrentGradients(segment);
    this.#peepholes?.gradient(segment);
    this.#projection?.gradient(segment);
  }
}
