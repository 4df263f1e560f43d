import { requireBoolean, requireFunction } from '../checks.ts';
import { type Pass, type Signal, signalSize } from '../engine/pass.ts';
import type { StepPlan } from '../engine/stream.ts';
import type { NoState } from '../engine/stream-state.ts';
import { type Visit, visitParameterGradients, visitSteps } from '../engine/visit.ts';
import { gradientScratch, type Kernels, packedSize } from '../kernels/contract.ts';
import type { Arena, Take } from '../memory/arena.ts';
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
import type { Parameter, ParameterSpec, Parameters } from '../parameters/parameters.ts';
import { zeros } from '../random/constant.ts';
import { glorotUniform } from '../random/glorot.ts';
import type { Initializer } from '../random/run-initializer.ts';
import { Layer, type LayerConfig, type OutputRange } from './layer.ts';

/** φ of a dense layer. */
export type DenseActivation = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'softmax';

/** Options of a dense layer. */
export interface DenseOptions extends BuildOptions {
  /** Features of the output, at least 1. */
  readonly units: number;
  /** φ; default `'linear'`. For classification keep it linear and use `SoftmaxCrossEntropy`, which takes logits. */
  readonly activation?: DenseActivation;
  /** Whether there is a bias; default true. */
  readonly useBias?: boolean;
  /** Start of the kernel [I, units]; default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
  /** Start of the bias [units]; default zeros. */
  readonly biasInitializer?: Initializer;
}

/** Kernels of activations by name: putting a name together would allocate in each step of a stream. */
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

/** Where the way forward of a dense layer lies; weights packed. */
interface ForwardRoom {
  x: number;
  readonly y: number;
  readonly weights: number;
  rows: number;
  readonly I: number;
}

/** Where one pass of a dense layer lies. */
interface Room extends ForwardRoom {
  readonly da: number;
  readonly dx: number;
  readonly weightsTransposed: number;
  readonly scratch: number;
}

/**
 * A fully connected layer, on each time step by itself where there is a time axis:
 * (D1) y = φ(x·W + b); backwards da = dy⊙φ′, dW = xᵀ·da, db = Σ da, dx = da·Wᵀ.
 *
 * Parameters `kernel` [I, units] and `bias` [units]. Softmax (D2) runs over the last axis.
 *
 * @example
 * ```ts
 * const dense = new Dense({ units: 3, activation: 'softmax' });
 * dense.forward(zeros([2, 5, 4])).shape; // [2, 5, 3]
 * ```
 */
export class Dense extends Layer<Pass, NoState> {
  readonly kind = 'Dense';
  /** @internal */
  readonly minimumRank = 2;
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
  outputRank(inputRank: number): number {
    return inputRank;
  }

  /** @internal */
  outputSize(_inputSize: number): number {
    return this.units;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { kind: this.kind, ...savedOptions(OPTIONS, this) };
  }

  /** @internal */
  plan({ kernels }: Arena, take: Take, input: Signal): Pass {
    const { T: steps, B, F: I } = input;
    const O = this.units;
    const rows = (steps ?? 1) * B;
    const output = { ...input, at: take(rows * O, 'tape'), F: O };
    const room: Room = {
      x: input.at,
      y: output.at,
      da: take(rows * O),
      dx: take(signalSize(input)),
      weights: take(packedSize(I, O)),
      weightsTransposed: take(packedSize(O, I)),
      scratch: take(gradientScratch(I, O, rows)),
      rows,
      I,
    };
    return {
      output,
      dInput: room.dx,
      states: [],
      resize: (T) => {
        room.x = input.at; // the last step of what comes may lie elsewhere now
        if (steps === undefined) return;
        output.T = T;
        room.rows = T * B;
      },
      pack: () => this.#pack(kernels, room.weights),
      packTransposed: () => kernels.pack(room.weightsTransposed, this.#kernel.at, 1, O, O, I),
      advance: () => this.#forward(kernels, room),
      forward: () => this.#forward(kernels, room),
      visitForward: (visit) => visitSteps('output', output, visit),
      backward: (dy, visit) => {
        if (dy === undefined) return;
        this.#backward(kernels, room, dy);
        if (visit !== undefined) this.#visitGradients(room, output, visit);
      },
    };
  }

  /** @internal */
  planStream(takeWeights: Take, inputSize: number): StepPlan {
    const weights = takeWeights(packedSize(inputSize, this.units));
    return (kernels, take, { at: x, B: rows, F: I }) => {
      const room = { x, y: take(rows * this.units), weights, rows, I };
      return {
        output: { at: room.y, B: rows, F: this.units },
        states: [],
        pack: () => this.#pack(kernels, weights),
        forward: () => this.#forward(kernels, room),
      };
    };
  }

  #pack(kernels: Kernels, weights: number): void {
    kernels.pack(weights, this.#kernel.at, this.units, 1, this.inputSize!, this.units);
  }

  #forward(kernels: Kernels, { x, y, weights, rows, I }: ForwardRoom): void {
    const O = this.units;
    if (this.#bias !== undefined) kernels.repeatRow(y, this.#bias.at, rows, O);
    kernels.matmul(y, O, x, I, weights, rows, O, I, this.#bias !== undefined);
    if (this.activation === 'softmax') kernels.softmaxForward(y, rows, O);
    else if (this.activation !== 'linear') kernels[FORWARD[this.activation]](y, y, rows * O);
  }

  #backward(kernels: Kernels, { x, y, da: ownDa, dx, weightsTransposed, scratch, rows, I }: Room, dy: number): void {
    const O = this.units;
    const da = this.activation === 'linear' ? dy : ownDa;
    if (this.activation === 'softmax') kernels.softmaxBackward(da, y, dy, rows, O);
    else if (this.activation !== 'linear') kernels[`${this.activation}Backward`](da, y, dy, rows * O);
    kernels.matmulGradient(this.#kernel.gradientAt, O, x, I, da, O, scratch, I, O, rows);
    if (this.#bias !== undefined) kernels.columnSums(this.#bias.gradientAt, da, O, rows, O);
    kernels.matmul(dx, I, da, O, weightsTransposed, rows, I, O, false);
  }

  /** All of a dense layer's way back is there at once: each value comes from those before it in this order. */
  #visitGradients({ da, dx, I }: Room, output: Signal, visit: Visit): void {
    if (this.activation !== 'linear') visitSteps('preactivation', { ...output, at: da }, visit);
    visitParameterGradients(this.parameters, visit);
    visitSteps('input', { ...output, at: dx, F: I }, visit);
  }
}
