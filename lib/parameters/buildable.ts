// The base class of everything that has parameters.

import { requireInteger } from '../checks.ts';
import { ShapeError, StateError } from '../errors.ts';
import { defaultBackend, requireBackend } from '../kernels/backend.ts';
import type { BackendName } from '../kernels/contract.ts';
import { withThreads } from '../kernels/threads/with-threads.ts';
import { Arena, type Take } from '../memory/arena.ts';
import { Random } from '../random/random.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { sizeOf } from '../tensor/layout.ts';
import type { DType } from '../tensor/storage.ts';
import type { BuildOptions } from './build-options.ts';
import type { ParameterSpec } from './parameter.ts';
import { Parameters, takeParameters } from './parameters.ts';

/**
 * The base class of cells, layers and models. Their parameters exist once the input size is known, in the arena of a
 * model or in an arena of their own.
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

  /** @internal The parameters for an input size, in order. */
  abstract parameterSpecs(inputSize: number): readonly ParameterSpec[];

  /** @internal Called once, after the parameters are created. */
  protected abstract attached(parameters: Parameters, inputSize: number): void;

  /** @internal The options given to the constructor. */
  get buildOptions(): BuildOptions {
    return this.#options;
  }

  /** Class name, and the number of parameters once the input size is known. */
  override toString(): string {
    return `${this.kind}${this.sizeInWords}`;
  }

  /** @internal Number and type of the parameters, as part of a sentence. */
  protected get sizeInWords(): string {
    if (this.#inputSize === undefined) return '';
    const sizes = this.parameterSpecs(this.#inputSize).map(({ shape }) => sizeOf(shape));
    return `, ${sizes.reduce((sum, size) => sum + size, 0)} parameters, ${this.dtype}`;
  }

  /** @internal The parameters, or until they exist the options from which they will be made. */
  protected override compared(): object {
    const { dtype, inputSize } = this;
    return { dtype, inputSize, ...(this.built ? { parameters: this.parameters } : { options: this.#options }) };
  }

  /** Element type of the parameters, also before they exist. */
  get dtype(): DType {
    return this.#parameters?.arena.dtype ?? this.#options.dtype ?? 'float32';
  }

  /**
   * The backend of the parameters, or until they exist the requested one. It is `'reference'` for float64, and if the
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
   * @throws StateError before the input size is known
   */
  get parameters(): Parameters {
    return this.requireParameters('parameters');
  }

  /** @internal Whether it has parameters, or is part of a layer or model. */
  get inUse(): boolean {
    return this.#adopted || this.built;
  }

  /** @internal Marks it as part of a layer or model. */
  adopt(): void {
    this.#adopted = true;
  }

  /** @internal Returns the parameters; throws for a method that needs them. */
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
   * Creates the parameters in an arena of their own. A second call does nothing.
   *
   * @param inputSize - features of the input; default: the option `inputSize`
   * @throws ArgumentError if no size is known, ShapeError if it contradicts the known one
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
   * @internal Returns the parameters, and creates them if there are none, in an arena with room for what `plan` takes.
   *   If there is no room, nothing changes.
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

  /** @internal The arena of the parameters, or a new one if there are none yet. */
  get planningArena(): Arena {
    if (this.#parameters !== undefined) return this.#parameters.arena;
    const { backend, threads = 1, threadTimeout: timeout = 10_000 } = this.#options;
    return new Arena(
      this.dtype,
      withThreads(requireBackend(`${this.kind}.build`, backend), { count: threads, timeout }),
    );
  }

  /** @internal Creates parameters in an arena. */
  protected makeParameters(arena: Arena, inputSize: number): Parameters {
    const { seed = 0 } = this.#options;
    return Parameters.allocate(arena, this.parameterSpecs(inputSize), new Random(seed), `${this.kind}.build`);
  }

  /** @internal Where random masks of training come from: no parameter has this fork of the generator. */
  get maskSource(): Random {
    return new Random(this.#options.seed ?? 0).fork(Number.MAX_SAFE_INTEGER);
  }

  /** @internal Refuses a part that already has parameters, before any part gets new ones. */
  protected requireParts(_where: string): void {}

  /** @internal Throws if this, or a part of it, already has parameters and so cannot become part of a model. */
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

  /** @internal Sets the parameters that a model created for it; see requireUnbuilt. */
  attach(parameters: Parameters, inputSize: number): void {
    this.attached(parameters, inputSize);
    this.#parameters = parameters;
    this.#inputSize = inputSize;
  }

  /** @internal Refuses an input size other than the known one. */
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
