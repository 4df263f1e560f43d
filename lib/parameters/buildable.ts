// The base class of everything that has parameters.

import { requireInteger, requireOneOf } from '../checks.ts';
import { ShapeError, StateError } from '../errors.ts';
import { defaultBackend, requireBackend } from '../kernels/backend.ts';
import type { BackendName } from '../kernels/contract.ts';
import { Arena, type Take } from '../memory/arena.ts';
import { integer, optional, type Schema } from '../options.ts';
import { Random } from '../random/random.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { sizeOf } from '../tensor/layout.ts';
import { type DType, requireDType } from '../tensor/storage.ts';
import { type ParameterSpec, Parameters, takeParameters } from './parameters.ts';

/** Options of everything that has parameters. */
export interface BuildOptions {
  /** Features of the input; by default taken from the first input that comes. */
  readonly inputSize?: number;
  /** Seed of the starting values when used alone (a model draws with its own seed); default 0. */
  readonly seed?: number;
  /** Element type when used alone (a model decides for its layers); `'float64'` is for verification; default `'float32'`. */
  readonly dtype?: DType;
  /**
   * What computes when used alone (a model decides for its layers): `'simd'`, `'wide'` after `enableWideSimd`, or
   * `'reference'`; the bits are the same. float64 always has the reference. Default: what `backend()` reports.
   */
  readonly backend?: BackendName;
}

/** @internal The schema of `BuildOptions`. A model looks at what a layer was asked for, so none has a default here. */
export const BUILD_OPTIONS: Schema<BuildOptions, keyof BuildOptions> = {
  inputSize: optional(integer()),
  seed: optional(integer(0)),
  dtype: optional(requireDType),
  backend: optional(requireBackendName),
};

/** Returns the name of a backend that runs here. */
function requireBackendName(where: string, argument: string, value: unknown): BackendName {
  const name = requireOneOf<BackendName>(where, argument, value, ['reference', 'simd', 'wide']);
  requireBackend(where, name);
  return name;
}

/**
 * Something with parameters: they exist once the input's size is known, in a model's arena or, when used alone, in one
 * of its own.
 */
export abstract class Buildable extends Inspectable {
  /** Class name, as in error messages and saved files. */
  abstract readonly kind: string;
  readonly #options: BuildOptions;
  #parameters: Parameters | undefined;
  #adopted = false;
  #inputSize: number | undefined;

  /** @param options - checked, and no others than `BuildOptions` */
  constructor(options: BuildOptions) {
    super();
    this.#options = options;
    this.#inputSize = options.inputSize;
  }

  /** @internal The trainable arrays wanted for inputs of a size, in order. */
  abstract parameterSpecs(inputSize: number): readonly ParameterSpec[];

  /** @internal Called once, when the parameters exist. */
  protected abstract attached(parameters: Parameters, inputSize: number): void;

  /** @internal What it was asked for at construction. */
  get buildOptions(): BuildOptions {
    return this.#options;
  }

  /** What it is, and how many parameters it has once the input's size is known. */
  override toString(): string {
    return `${this.kind}${this.sizeInWords}`;
  }

  /** @internal Number and type of the parameters, as part of a sentence. */
  protected get sizeInWords(): string {
    if (this.#inputSize === undefined) return '';
    const sizes = this.parameterSpecs(this.#inputSize).map(({ shape }) => sizeOf(shape));
    return `, ${sizes.reduce((sum, size) => sum + size, 0)} parameters, ${this.dtype}`;
  }

  /** @internal The parameters, or until they exist the options that they will come from. */
  protected override compared(): object {
    const { dtype, inputSize } = this;
    return { dtype, inputSize, ...(this.built ? { parameters: this.parameters } : { options: this.#options }) };
  }

  /** Element type of the parameters, also before they exist. */
  get dtype(): DType {
    return this.#parameters?.arena.dtype ?? this.#options.dtype ?? 'float32';
  }

  /**
   * What computes: the backend of the parameters, or until they exist the one asked for. It is the reference for float64, and where the
   * engine had no memory left for another one.
   *
   * @example
   * ```ts
   * new LSTM({ units: 4, inputSize: 3, backend: 'reference' }).build().backend; // 'reference'
   * ```
   */
  get backend(): BackendName {
    if (this.#parameters !== undefined) return this.#parameters.arena.backend;
    return this.dtype === 'float64' ? 'reference' : (this.#options.backend ?? defaultBackend().name);
  }

  /** Features of the input, once known. */
  get inputSize(): number | undefined {
    return this.#inputSize;
  }

  /** Whether the parameters exist. */
  get built(): boolean {
    return this.#parameters !== undefined;
  }

  /**
   * The trainable arrays.
   *
   * @throws StateError before the input's size is known
   */
  get parameters(): Parameters {
    return this.requireParameters('parameters');
  }

  /** @internal Whether it has its parameters, or is part of a layer or model. */
  get inUse(): boolean {
    return this.#adopted || this.built;
  }

  /** @internal From now on it is part of a layer or model. */
  adopt(): void {
    this.#adopted = true;
  }

  /** @internal The parameters, or the refusal of a method that needs them. */
  protected requireParameters(method: string): Parameters {
    if (this.#parameters !== undefined) return this.#parameters;
    throw new StateError({
      where: `${this.kind}.${method}`,
      expected: 'come once the input size is known',
      received: 'a call before any input',
      remedy: 'Give the option inputSize and call build(), or call forward or step first',
    });
  }

  /**
   * Makes the parameters, in an arena of their own; calling it again does nothing.
   *
   * @param inputSize - features of the input; default: the option `inputSize`
   * @throws ArgumentError when no size is known, ShapeError when it contradicts the one known
   *
   * @example
   * ```ts
   * new LSTMCell({ units: 4 }).build(3).parameters.names; // ['recurrentKernel', 'kernel', 'bias']
   * ```
   */
  build(inputSize: number | undefined = this.#inputSize): this {
    const size = this.requireInputSize(
      'build',
      'inputSize',
      requireInteger(`${this.kind}.build`, 'inputSize', inputSize),
    );
    this.buildWithRoom(`${this.kind}.build`, size, () => undefined);
    return this;
  }

  /**
   * @internal The parameters, made now where there are none yet, in an arena with room for what `plan` takes beside them.
   * Nothing changes where there is no room.
   */
  buildWithRoom(where: string, inputSize: number, plan: (take: Take, arena: Arena) => unknown): Parameters {
    const arena = this.planningArena;
    if (!this.built) this.requireParts(where);
    arena.reserve(where, (take) => {
      if (!this.built) takeParameters(this.parameterSpecs(inputSize), take);
      plan(take, arena);
    });
    if (!this.built) this.attach(this.makeParameters(arena, inputSize), inputSize);
    return this.parameters;
  }

  /** @internal The arena of the parameters, or a new one for those that do not exist yet. */
  get planningArena(): Arena {
    if (this.#parameters !== undefined) return this.#parameters.arena;
    return new Arena(this.dtype, requireBackend(`${this.kind}.build`, this.#options.backend));
  }

  /** @internal Parameters in an arena of their own. */
  protected makeParameters(arena: Arena, inputSize: number): Parameters {
    const { seed = 0 } = this.#options;
    return Parameters.allocate(arena, this.parameterSpecs(inputSize), new Random(seed), `${this.kind}.build`);
  }

  /** @internal Refuses a part that has its parameters already, before any part gets new ones. */
  protected requireParts(_where: string): void {}

  /** @internal Refuses to be part of a model when there are parameters already, of this or of a part of it. */
  requireUnbuilt(where: string): void {
    if (this.built) {
      throw new StateError({
        where,
        expected: 'come before layers and cells of the model have parameters by themselves',
        received: `${this.kind} with parameters of its own`,
        remedy: 'Make new layers for each model; parameter.assign copies values',
      });
    }
    this.requireParts(where);
  }

  /** @internal Takes over parameters that a model made for it; see requireUnbuilt. */
  attach(parameters: Parameters, inputSize: number): void {
    this.attached(parameters, inputSize);
    this.#parameters = parameters;
    this.#inputSize = inputSize;
  }

  /** @internal Refuses an input whose features are not the ones this was made for. */
  protected requireInputSize(method: string, argument: string, inputSize: number): number {
    if (this.#inputSize === undefined || this.#inputSize === inputSize) return inputSize;
    throw new ShapeError({
      where: `${this.kind}.${method}`,
      argument,
      expected: `have ${this.#inputSize} features on its last axis`,
      received: `${inputSize}`,
    });
  }
}
