// The trainable arrays of a model, layer or cell.

import { reading, refuse, requireOneOf } from '../checks.ts';
import { Arena, type Take } from '../memory/arena.ts';
import type { Extent } from '../memory/holes.ts';
import { readOptions } from '../options.ts';
import { zeros } from '../random/constant.ts';
import type { Random } from '../random/random.ts';
import { runInitializer } from '../random/run-initializer.ts';
import { requireAxis } from '../regularization/constraint.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { sizeOf } from '../tensor/layout.ts';
import { copyInto, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { table } from '../tensor/printed.ts';
import { TENSOR_OPTIONS, type TensorOptions } from '../tensor/storage.ts';
import { Parameter, type ParameterSpec, requireValues } from './parameter.ts';
import { extentsOf, type ParameterRun, runsOf } from './parameter-run.ts';
import { SparseRows } from './sparse-rows.ts';

/**
 * Takes room for values and gradients; returns the positions of both. `usedRows`: rows of each table of sparse rows that
 * have a gradient.
 */
export function takeParameters(
  specs: readonly ParameterSpec[],
  take: Take,
  usedRows = 0,
): readonly [at: number, gradientsAt: number] {
  const size = (of: readonly ParameterSpec[]): number => of.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  for (const { shape } of usedRows === 0 ? [] : specs.filter(({ sparse }) => sparse === true)) {
    take(Math.min(shape[0]!, usedRows) * shape[1]!, 'gradients');
  }
  return [take(size(specs), 'parameters'), take(size(specs.filter(({ sparse }) => sparse !== true)), 'gradients')];
}

/**
 * The trainable arrays of a model, layer or cell, or a subset of them, in order. Those of a whole model lie in one run
 * of memory, and their gradients in a second one of the same layout; a subset may lie in several.
 *
 *
 * @example
 * ```ts
 * const { parameters } = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]).build(3);
 * parameters.names;                               // ['lstm1.recurrentKernel', 'lstm1.kernel', 'lstm1.bias', 'dense1.kernel', 'dense1.bias']
 * parameters.get('lstm1.kernel').value.shape;     // [3, 16]
 * for (const { name, gradient } of parameters) console.log(name, gradient.shape);
 * ```
 */
export class Parameters extends Inspectable implements Iterable<Parameter> {
  /** Total number of elements. */
  readonly size: number;
  readonly #arena: Arena;
  /** Undefined if rows that are used decide. */
  readonly #runs: readonly ParameterRun[] | undefined;
  readonly #sparse: readonly SparseRows[];
  readonly #list: readonly Parameter[];
  readonly #regularized: readonly Parameter[];
  readonly #constrained: readonly Parameter[];

  private constructor(arena: Arena, list: readonly Parameter[]) {
    super();
    this.#arena = arena;
    this.#sparse = list.flatMap(({ sparse }) => sparse ?? []);
    this.#runs = this.#sparse.length === 0 ? runsOf(arena, list) : undefined;
    this.#list = list;
    this.#regularized = list.filter(({ regularizer }) => regularizer !== undefined);
    this.#constrained = list.filter(({ constraint }) => constraint !== undefined);
    this.size = list.reduce((sum, parameter) => sum + parameter.size, 0);
  }

  /**
   * @internal Creates parameters in `arena`, with initial values from `random`, one random stream for each parameter;
   *   zeros without it. `where`: the public function, for errors.
   */
  static allocate(
    arena: Arena,
    specs: readonly ParameterSpec[],
    random?: Random,
    where = 'Parameters.allocate',
  ): Parameters {
    for (const { name, constraint, shape } of specs) {
      if (constraint !== undefined) requireAxis(where, `constraint of ${name}`, constraint, shape.length);
    }
    const values = specs.map(({ name, initializer = zeros, shape, gates = 1 }, i) => {
      if (random === undefined) return [];
      const argument = `initializer of ${name}`;
      const data = runInitializer(where, initializer, shape, random.fork(i), { gates, dtype: arena.dtype }, argument);
      const drawn = { data, shape: [data.length], stride: [1], offset: 0 };
      return requireValues(where, argument, drawn, drawn.shape, arena.dtype).data;
    });
    const [at, gradientsAt] = arena.keepAll((take) => takeParameters(specs, take), 'parameters', where);
    let [start, gradientAt] = [0, gradientsAt];
    const list = specs.map((spec, i) => {
      const { name, shape, regularizer, constraint } = spec;
      const sparse = spec.sparse === true ? new SparseRows(shape[0]!, shape[1]!) : undefined;
      const facts = { regularizer, constraint, sparse };
      const parameter = new Parameter(name, arena, shape, at + start, sparse === undefined ? gradientAt : -1, facts);
      arena.data.set(values[i]!, parameter.at);
      start += parameter.size;
      if (sparse === undefined) gradientAt += parameter.size;
      return parameter;
    });
    return new Parameters(arena, list);
  }

  /**
   * Creates parameters outside any layer, for clipping and optimizers.
   *
   * @param values - initial value of each, by name
   * @param options - `dtype`: default `'float32'`
   * @throws ArgumentError, ShapeError for values that are not arrays of finite numbers
   *
   * @example
   * ```ts
   * const parameters = Parameters.of({ W: tensor([[1, 2]]), b: tensor([0]) });
   * parameters.get('W').gradient.set(0, 1, 0.5);
   * new SGD({ learningRate: 0.1 }).step(parameters);
   * parameters.get('W').value.get(0, 1); // 1.95
   * ```
   */
  static of(values: Readonly<Record<string, NdArrayLike>>, options: TensorOptions = {}): Parameters {
    const where = 'Parameters.of';
    const entries = reading(where, 'values', () =>
      typeof values !== 'object' || values === null || Array.isArray(values)
        ? refuse(where, 'values', 'be an object of arrays', values)
        : Object.entries(values),
    );
    const { dtype } = readOptions(where, options, TENSOR_OPTIONS);
    const arrays = entries.map(([name, value]) => {
      const source = requireNdArray(where, name, value);
      return { name, shape: source.shape, copy: requireValues(where, name, source, source.shape, dtype) };
    });
    if (arrays.length === 0) refuse(where, 'values', 'name at least one array', values);
    const parameters = Parameters.allocate(new Arena(dtype), arrays);
    for (const { name, copy } of arrays) copyInto(parameters.get(name).elements, copy);
    return parameters;
  }

  /** The arena that they lie in. */
  get arena(): Arena {
    return this.#arena;
  }

  /** @internal Where elements with a gradient lie: one run for each group of neighbours in memory, in order. */
  get runs(): readonly ParameterRun[] {
    return this.#runs ?? runsOf(this.#arena, this.#list);
  }

  /** @internal Makes room for the gradients of `rows` rows of each table of sparse rows. It may end the current pass. */
  reserveRows(rows: number, where: string): void {
    for (const sparse of this.#sparse) sparse.reserve(this.#arena, rows, where);
  }

  /** @internal Copies the gradients of all sparse rows, and returns a function that writes them back. */
  rememberRows(): () => void {
    const restore = this.#sparse.map((sparse) => sparse.remember(this.#arena));
    return () => {
      for (const each of restore) each();
    };
  }

  /** @internal Those that have a regularizer, in order. */
  get regularized(): readonly Parameter[] {
    return this.#regularized;
  }

  /** @internal Those that have a constraint, in order. */
  get constrained(): readonly Parameter[] {
    return this.#constrained;
  }

  /** Names, in order. */
  get names(): string[] {
    return this.#list.map(({ name }) => name);
  }

  /**
   * Returns the parameter of a name.
   *
   * @throws ArgumentError for an unknown name, listing the known ones
   */
  get(name: string): Parameter {
    requireOneOf('Parameters.get', 'name', name, this.names);
    return this.#list.find((parameter) => parameter.name === name)!;
  }

  /**
   * Returns the parameters whose names begin with `prefix`, by the rest of their names. Clipping, norms and optimizers
   * of this subset read and write nothing else.
   *
   * @param prefix - `'lstm1.'` for one layer, `'lstm'` for all layers of a kind
   * @throws ArgumentError if `prefix` is not a string
   *
   * @example
   * ```ts
   * const { parameters } = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]).build(3);
   * parameters.within('dense1.').names; // ['kernel', 'bias']
   * ```
   */
  within(prefix: string): Parameters {
    if (typeof prefix !== 'string') refuse('Parameters.within', 'prefix', 'be a string', prefix);
    const { arena } = this;
    const subset = this.#list
      .filter(({ name }) => name.startsWith(prefix))
      .map((p) => new Parameter(p.name.slice(prefix.length), arena, p.value.shape, p.at, p.gradientAt, p));
    return new Parameters(arena, subset);
  }

  /** @internal Those of a condition, by the same names. */
  filter(keep: (parameter: Parameter) => boolean): Parameters {
    return new Parameters(this.#arena, this.#list.filter(keep));
  }

  /** @internal Whether these are the same elements of the same memory, under any names. */
  sameElements({ arena, extents }: Parameters): boolean {
    const own = this.extents;
    return (
      this.arena === arena &&
      own.length === extents.length &&
      own.every(({ at, size }, k) => at === extents[k]!.at && size === extents[k]!.size)
    );
  }

  /** @internal Where all elements lie, with or without a gradient: neighbours in memory as one, in order. */
  get extents(): readonly Extent[] {
    return extentsOf(this.#list);
  }

  /** Names and shapes. */
  override toString(): string {
    const rows = this.#list.map(({ name, value }) => [name, `[${value.shape.join(', ')}]`]);
    return `Parameters, ${this.size} in ${this.arena.dtype}\n${table(rows)}`;
  }

  /** @internal */
  protected override compared(): object {
    return { list: this.#list };
  }

  /** In order. */
  [Symbol.iterator](): Iterator<Parameter> {
    return this.#list[Symbol.iterator]();
  }

  /** Sets all gradients to zero. Backward passes add to them. */
  zeroGradients(): void {
    for (const sparse of this.#sparse) sparse.clear();
    for (const { gradientsAt, size } of this.runs) this.arena.data.fill(0, gradientsAt, gradientsAt + size);
  }
}
