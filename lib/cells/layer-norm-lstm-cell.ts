// The LSTM cell with layer normalization.

import { requireBoolean } from '../checks.ts';
import { number, oneOf, optional, readOptions, type Schema, saved, savedIfSet, savedOptions } from '../options.ts';
import type { ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { ones } from '../random/constant.ts';
import type { Initializer } from '../random/run-initializer.ts';
import { type ActivationName, activation, activationRanges, clipBound, isShare } from './activations.ts';
import { Cell } from './cell.ts';
import { CELL_OPTIONS, type CellConfig, type CellOptions, type OpenCellOptions } from './cell-options.ts';
import type { Activations, CellMemory } from './facts.ts';
import { type GateActivations, gateActivationsOf } from './gate-activations.ts';
import { type GateNormalization, NormalizedGates, NormalizedProducts } from './layer-norm-gates.ts';
import { StateNormalization } from './layer-norm-state.ts';
import type { LSTMGate } from './lstm-form.ts';
import { separateMemory } from './lstm-memory.ts';
import type { BackwardStep, ForwardStep, InputBackward, InputForward, Segment } from './step.ts';
import { unitForget } from './unit-forget.ts';

/**
 * What an LSTM normalizes, in the published forms:
 *
 * - `'products'` (Ba et al. 2016): V x and U h' (N2), and the cell state where the output reads it (N4);
 * - `'productsAndState'` (TorchScript's benchmarks): V x and U h' (N2), and the cell state itself, which is carried
 *   normalized (N5);
 * - `'gatesAndState'` (TensorFlow's `LayerNormBasicLSTMCell`): each gate by itself (N3), and the cell state itself (N5).
 */
export type LayerNormPlacement = 'products' | 'productsAndState' | 'gatesAndState';

/** Options of an LSTM with layer normalization. */
export interface LayerNormLSTMOptions extends CellOptions<LSTMGate> {
  /** What is normalized; default `'products'`. */
  readonly normalized?: LayerNormPlacement;
  /** ε in (N1), added to the variance, above 0; default 1e-5. */
  readonly epsilon?: number;
  /** Whether the forget gate's bias starts at 1, unless `biasInitializer.forget` is given; default true. */
  readonly unitForgetBias?: boolean;
  /** Activation of the candidate and of the cell state; default `'tanh'`. */
  readonly activation?: ActivationName;
  /** Activation of the input, forget and output gates; default `'sigmoid'`. */
  readonly recurrentActivation?: ActivationName;
  /** Bound of the pre-activations, above 0: (A7) clips each to ±clip. By default nothing is clipped. */
  readonly clip?: number;
}

/** @internal Options of an LSTM with layer normalization without a default. */
export type OpenLayerNormLSTMOptions = OpenCellOptions | 'clip';

/** @internal The schema of `LayerNormLSTMOptions`. */
export const LAYER_NORM_LSTM_OPTIONS: Schema<LayerNormLSTMOptions, OpenLayerNormLSTMOptions> = {
  ...CELL_OPTIONS,
  normalized: saved(optional(oneOf('products', 'productsAndState', 'gatesAndState'), 'products')),
  epsilon: saved(optional(number({ min: 0, minOpen: true }), 1e-5)),
  unitForgetBias: saved(optional(requireBoolean, true)),
  activation: savedIfSet(optional(activation, 'tanh')),
  recurrentActivation: savedIfSet(optional(activation, 'sigmoid')),
  clip: savedIfSet(optional(clipBound)),
};

/**
 * One step of an LSTM with layer normalization, (N1) to (N5): the pre-activations and the cell state have mean 0 and
 * variance 1 over the units of a row, before a gain γ and an offset. `normalized` chooses one of three published forms.
 *
 * The state is `{ h, c }`; the gate blocks are input, forget, candidate, output. Besides those of an `LSTMCell`, the
 * parameters are `inputGain` and `recurrentGain` [4H], or `gateGain` [4H] for `'gatesAndState'`, and `stateGain` and
 * `stateOffset` [H]. The offset of the gates is the bias, one for both products. To load a saved model with this cell,
 * pass the class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const cell = new LayerNormLSTMCell({ units: 4, normalized: 'gatesAndState' });
 * const [out, state] = cell.step(randomNormal([2, 3], { seed: 1 }));
 * state.c.shape; // [2, 4]
 * cell.parameters.names; // ['recurrentKernel', 'kernel', 'bias', 'gateGain', 'stateGain', 'stateOffset']
 * ```
 */
export class LayerNormLSTMCell extends Cell<'h' | 'c'> {
  /** @internal */ static readonly dividesRows: boolean = true;
  /** Name in saved files. */
  static readonly kind = 'LayerNormLSTMCell';
  readonly kind = 'LayerNormLSTMCell';
  readonly gates = ['input', 'forget', 'candidate', 'output'] as const;
  readonly states = ['h', 'c'] as const;
  override readonly activations: Activations;
  override readonly memory: CellMemory<'c'> | undefined;
  override readonly gradientBlocks = 5; // of the pre-activations or the product U h', and of the normalized cell state
  override readonly inputSavedSize: number;
  /** What is normalized. */
  readonly normalized: LayerNormPlacement;
  /** ε, which is added to the variance. */
  readonly epsilon: number;
  /** Whether the forget gate's bias was initialized to 1. */
  readonly unitForgetBias: boolean;
  /** Activation of the candidate and of the cell state. */
  readonly activation: ActivationName;
  /** Activation of the gates. */
  readonly recurrentActivation: ActivationName;
  /** Bound of the pre-activations. */
  readonly clip: number | undefined;
  #activations!: GateActivations & { readonly output: GateActivations['candidate'] };
  #gates!: GateNormalization;
  #state!: StateNormalization;

  /**
   * @param options - see LayerNormLSTMOptions
   * @param where - name in error messages; default the class'
   * @throws ArgumentError for an unknown option or a value outside its range
   */
  constructor(options: LayerNormLSTMOptions, where = 'LayerNormLSTMCell') {
    const settings = readOptions(where, options, LAYER_NORM_LSTM_OPTIONS);
    const { normalized, epsilon, unitForgetBias, activation, recurrentActivation, clip, ...cell } = settings;
    super(where, cell);
    this.normalized = normalized;
    this.epsilon = epsilon;
    this.unitForgetBias = unitForgetBias;
    this.activation = activation;
    this.recurrentActivation = recurrentActivation;
    this.clip = clip;
    const gate = recurrentActivation;
    const ofGates = { input: gate, forget: gate, candidate: activation, output: gate };
    this.activations = this.#carried ? { ...ofGates, c: activation } : ofGates;
    const adds = !this.#carried && isShare(gate); // (L4) holds
    this.memory = adds ? { state: 'c', keep: 'forget', write: 'input' } : undefined;
    this.inputSavedSize = normalized === 'gatesAndState' ? 0 : this.gateWidth + 1;
  }

  /** Whether the carried cell state is normalized, (N5), and not only what the output reads, (N4). */
  get #carried(): boolean {
    return this.normalized !== 'products';
  }

  /** What the gates save, n(c) with its scale, and φ of the cell state. */
  override get savedWidth(): number {
    return this.#normalizedAt + 2 * this.units + 1;
  }

  /** Position of n(c) in a row of `saved`. */
  get #normalizedAt(): number {
    return this.gateWidth + (this.normalized === 'gatesAndState' ? this.gates.length : 1);
  }

  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const { gateWidth: N, units: H } = this;
    const gains = this.normalized === 'gatesAndState' ? ['gateGain'] : ['inputGain', 'recurrentGain'];
    return [
      ...super.parameterSpecs(inputSize),
      ...gains.map((name) => ({ name, shape: [N], initializer: ones })),
      { name: 'stateGain', shape: [H], initializer: ones },
      { name: 'stateOffset', shape: [H] },
    ];
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    const { weights, epsilon } = this;
    const { dtype } = parameters.arena;
    const { candidate: output } = gateActivationsOf({ ...this.#activationOptions, clip: undefined }, dtype);
    this.#activations = { ...gateActivationsOf(this.#activationOptions, dtype), output };
    this.#gates =
      this.normalized === 'gatesAndState'
        ? new NormalizedGates(weights, parameters.get('gateGain'), this.gates.length, epsilon)
        : new NormalizedProducts(weights, parameters.get('inputGain'), parameters.get('recurrentGain'), epsilon);
    this.#state = new StateNormalization(parameters.get('stateGain'), parameters.get('stateOffset'), epsilon);
  }

  get #activationOptions() {
    const { activation, recurrentActivation, clip } = this;
    return { activation, recurrentActivation, clip };
  }

  /** @internal */
  protected override biasStart(initializer: Initializer): Initializer {
    return this.unitForgetBias ? unitForget(initializer, this.blockOf('forget'), this.units) : initializer;
  }

  /** @internal */
  override config(where: string): CellConfig {
    if (this.constructor !== LayerNormLSTMCell) return super.config(where);
    return savedOptions(LAYER_NORM_LSTM_OPTIONS, this);
  }

  /** @internal */
  override get outputRange(): readonly [low: number, high: number] {
    const [low, high] = activationRanges[this.activation]; // of φ(c)
    return isShare(this.recurrentActivation) ? [Math.min(low, 0), high] : [-Infinity, Infinity]; // times o, from 0 to 1
  }

  override inputForward(input: InputForward): void {
    this.#gates.inputForward(input);
  }

  override inputBackward(input: InputBackward): void {
    this.#gates.inputBackward(input);
  }

  forwardStep(step: ForwardStep<'h' | 'c'>): void {
    const { kernels: k, B, H, N, gates: i, saved, previous, next } = step;
    const { gate, candidate, output } = this.#activations;
    const [S, g, o] = [this.savedWidth, i + 2 * H, i + 3 * H];
    const [n, phi] = [saved + this.#normalizedAt, saved + S - H];
    this.#gates.forward(step, S); // (N2) or (N3)
    gate.forward(k, i, N, i, N, B, 2 * H); // (L1), (L3)
    candidate.forward(k, g, N, g, N, B, H); // (L2)
    gate.forward(k, o, N, o, N, B, H); // (L5)
    separateMemory.forward(k, next.c, i, g, previous.c, B, H, N); // (L4)
    const read = this.#carried ? next.c : next.h; // next.h only until h is written
    this.#state.forward(k, read, n, S, next.c, B); // (N5) or (N4)
    output.forward(k, phi, S, read, H, B, H);
    k.multiply(next.h, H, o, N, phi, S, B, H); // (L6)
  }

  backwardStep(step: BackwardStep<'h' | 'c'>): void {
    const { kernels: k, B, H, N, gates: i, saved, previous, dGates: di, dSaved, dStates } = step;
    const { gate, candidate, output } = this.#activations;
    const { h: dh, c: dc } = dStates;
    const [S, D, g, o, dg, dO] = [this.savedWidth, 5 * H, i + 2 * H, i + 3 * H, di + 2 * H, di + 3 * H];
    const [n, phi, kept] = [saved + this.#normalizedAt, saved + S - H, dSaved + N];
    k.multiply(dO, N, dh, H, phi, S, B, H);
    gate.backward(k, dO, N, o, N, dO, N, B, H); // (L5′)
    k.multiply(dh, H, dh, H, o, N, B, H);
    output.backward(k, dh, H, phi, S, dh, H, B, H);
    if (this.#carried) k.accumulate(dc, dh, B * H);
    this.#state.backward(k, this.#carried ? dc : dh, kept, D, n, S, B); // (N5′) or (N4′)
    if (!this.#carried) k.accumulate(dc, dh, B * H);
    separateMemory.backward(k, di, dg, dc, i, g, previous.c, B, H, N); // (L4′)
    gate.backward(k, di, N, i, N, di, N, B, 2 * H); // (L1′), (L3′)
    candidate.backward(k, dg, N, g, N, dg, N, B, H); // (L2′)
    this.#gates.backward(step, S, D); // (N2′) or (N3′)
  }

  override recurrentGradients(segment: Segment<'h' | 'c'>): void {
    const { kernels, rows, H, N, saved, dSaved } = segment;
    const [S, D] = [this.savedWidth, 5 * H];
    this.#gates.gradients(segment, S, D);
    this.#state.gradients(kernels, dSaved + N, D, saved + this.#normalizedAt, S, rows);
  }
}
