// A fully connected layer.

import { requireBoolean, requireFunction } from '../checks.ts';
import type { Pass, Run, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, type SignalShape, signalSize, stepsOf } from '../engine/signal.ts';
import { type Visit, visitParameterGradients, visitSteps } from '../engine/visit.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import {
  integer,
  oneOf,
  optional,
  readOptions,
  required,
  type Schema,
  type Settings,
  saved,
  savedOptions,
} from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/buildable.ts';
import type { Parameter, ParameterSpec } from '../parameters/parameter.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { zeros } from '../random/constant.ts';
import { glorotUniform } from '../random/glorot.ts';
import type { Initializer } from '../random/run-initializer.ts';
import { Layer, type LayerConfig, type OutputRange } from './layer.ts';

/** The state of a layer without states. */
export type NoState = Readonly<Record<string, never>>;

/** φ of a dense layer. */
export type DenseActivation = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'softmax';

/** Options of a dense layer. */
export interface DenseOptions extends BuildOptions {
  /** Features of the output, at least 1. */
  readonly units: number;
  /** φ; default `'linear'`. For classification keep `'linear'` and use `SoftmaxCrossEntropy`, which takes logits. */
  readonly activation?: DenseActivation;
  /** Whether there is a bias; default true. */
  readonly useBias?: boolean;
  /** Initializer of the kernel [I, units]; default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
  /** Initializer of the bias [units]; default zeros. */
  readonly biasInitializer?: Initializer;
}

/** Kernels of activations. Composing their names would allocate in each step of a stream. */
const FORWARD = { sigmoid: 'sigmoidForward', tanh: 'tanhForward', relu: 'reluForward' } as const;

const RANGES: Readonly<Record<DenseActivation, OutputRange>> = {
  linear: [-Infinity, Infinity],
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, Infinity],
  softmax: [0, 1],
};

const OPTIONS: Schema<DenseOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  units: saved(required(integer())),
  activation: saved(optional(oneOf(...(Object.keys(RANGES) as DenseActivation[])), 'linear')),
  useBias: saved(optional(requireBoolean, true)),
  kernelInitializer: optional(requireFunction<Initializer>, glorotUniform()),
  biasInitializer: optional(requireFunction<Initializer>, zeros),
};

/**
 * A fully connected layer, applied to each time step if there is a time axis:
 * (D1) y = φ(x·W + b); backward da = dy⊙φ′, dW = xᵀ·da, db = Σ da, dx = da·Wᵀ.
 *
 * Parameters `kernel` [I, units] and `bias` [units]. Softmax (D2) runs over the last axis.
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 3, activation: 'softmax' });
 * dense.forward(zeros([2, 5, 4])).shape; // [2, 5, 3]
 * ```
 */
export class Dense extends Layer<NoState> {
  readonly kind = 'Dense';
  /** @internal */
  readonly needsTime = false;
  /** Features of the output. */
  readonly units: number;
  /** φ */
  readonly activation: DenseActivation;
  /** Whether there is a bias. */
  readonly useBias: boolean;
  readonly #initializers: Pick<Settings<DenseOptions>, 'kernelInitializer' | 'biasInitializer'>;
  #kernel!: Parameter;
  #bias: Parameter | undefined;

  /** @throws ArgumentError for an unknown option or a value outside its range */
  constructor(options: DenseOptions) {
    const { units, activation, useBias, kernelInitializer, biasInitializer, ...build } = readOptions(
      'Dense',
      options,
      OPTIONS,
    );
    super(build);
    this.units = units;
    this.activation = activation;
    this.useBias = useBias;
    this.#initializers = { kernelInitializer, biasInitializer };
  }

  /** @internal */
  parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const { kernelInitializer, biasInitializer } = this.#initializers;
    const kernel = { name: 'kernel', shape: [inputSize, this.units], initializer: kernelInitializer };
    return this.useBias ? [kernel, { name: 'bias', shape: [this.units], initializer: biasInitializer }] : [kernel];
  }

  /** @internal */
  protected attached(parameters: Parameters, _inputSize: number): void {
    this.#kernel = parameters.get('kernel');
    this.#bias = this.useBias ? parameters.get('bias') : undefined;
  }

  /** @internal */
  override get outputRange(): OutputRange {
    return RANGES[this.activation];
  }

  /** @internal */
  outputShape(input: SignalShape): SignalShape {
    return { ...input, F: this.units };
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { kind: this.kind, ...savedOptions(OPTIONS, this) };
  }

  /** @internal W */
  get kernel(): Parameter {
    return this.#kernel;
  }

  /** @internal b */
  get bias(): Parameter | undefined {
    return this.#bias;
  }

  /** @internal */
  stateSpecs(_inputSize: number): readonly [] {
    return [];
  }

  /** @internal */
  layOut(workspace: Workspace, input: Signal): Pass {
    return new DensePass(this, workspace, input);
  }
}

/** The pass of a dense layer: every time step of every row is a row of one matrix. */
class DensePass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly [] = [];
  readonly #dense: Dense;
  readonly #kernels: Kernels;
  readonly #x: Signal;
  /** W, packed. */
  readonly #weights: number;
  readonly #gradients: DenseGradients | undefined;

  constructor(dense: Dense, workspace: Workspace, x: Signal) {
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
    const { kernel, units: O } = this.#dense;
    const I = this.#x.F;
    this.#kernels.pack(this.#weights, kernel.at, O, 1, I, O);
    if (this.#gradients !== undefined) this.#kernels.pack(this.#gradients.weights, kernel.at, 1, O, O, I);
  }

  forward(run: Run): void {
    const { units: O, activation, bias } = this.#dense;
    const { at: x, F: I } = this.#x;
    const { output } = this;
    const y = output.at;
    const rows = rowsIn(output, run.steps);
    const kernels = this.#kernels;
    if (bias !== undefined) kernels.repeatRow(y, bias.at, rows, O);
    kernels.matmul(y, O, x, I, this.#weights, rows, O, I, bias !== undefined);
    if (activation === 'softmax') kernels.softmaxForward(y, rows, O);
    else if (activation !== 'linear') kernels[FORWARD[activation]](y, y, rows * O);
    if (run.visit !== undefined) visitSteps('output', stepsOf(output, 0, run.steps), run.from, run.visit);
  }

  backward(run: Run, dy: number | undefined): void {
    if (dy === undefined) return;
    const { units: O, activation, kernel, bias } = this.#dense;
    const { at: x, F: I } = this.#x;
    const y = this.output.at;
    const rows = rowsIn(this.output, run.steps);
    const kernels = this.#kernels;
    const { weights, scratch, dx, da: ownDa } = this.#gradients!;
    const da = activation === 'linear' ? dy : ownDa;
    if (activation === 'softmax') kernels.softmaxBackward(da, y, dy, rows, O);
    else if (activation !== 'linear') kernels[`${activation}Backward`](da, y, dy, rows * O);
    kernels.matmulGradient(kernel.gradientAt, O, x, I, da, O, scratch, I, O, rows);
    if (bias !== undefined) kernels.columnSums(bias.gradientAt, da, O, rows, O);
    kernels.matmul(dx, I, da, O, weights, rows, I, O, false);
    if (run.visit !== undefined) this.#visitGradients(run, da, dx, run.visit);
  }

  /** In the order in which `backward` computes them. */
  #visitGradients(run: Run, da: number, dx: number, visit: Visit): void {
    const steps = (signal: Signal): Signal => stepsOf(signal, 0, run.steps);
    if (this.#dense.activation !== 'linear') {
      visitSteps('preactivation', steps({ ...this.output, at: da }), run.from, visit);
    }
    visitParameterGradients(this.#dense.parameters, visit);
    visitSteps('input', steps({ ...this.#x, at: dx }), run.from, visit);
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
