import type { Visit } from '../bptt/visit.ts';
import { requireElements, requireInteger, requireOptions, requireShape } from '../checks.ts';
import { StateError } from '../errors.ts';
import type { Arena, Take } from '../tensor/arena.ts';
import { Buildable } from '../tensor/buildable.ts';
import { assign, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type Rows, type StepPlan, Stream, type StreamOptions } from './stream.ts';
import type { StreamState } from './stream-state.ts';

/** A value on its way through layers: T·B rows of F features, time-major; T is undefined where there is no time axis. */
export interface Signal extends Rows {
  readonly T: number | undefined;
}

/** One layer's part of one pass: where its values lie, and how to go forwards and back over them. */
export interface Pass {
  readonly output: Signal;
  /** Gradient of the input, laid out as the input is; written by `backward`. */
  readonly dInput: number;
  forward(): void;
  /** Visits what `forward` computed. */
  visitForward(visit: Visit): void;
  /** Adds to the parameters' gradients; `dOutput` is laid out as the output is. `visit` sees gradients as they come. */
  backward(dOutput: number, visit?: Visit): void;
}

/** A pass in place: its input, and room for the gradient of its output. */
export interface Begun<P extends Pass> {
  readonly pass: P;
  readonly input: Signal;
  readonly dOutput: number;
}

/** What a backward pass returns. */
export interface InputGradient {
  /** Gradient of the input, in the input's shape. */
  readonly dx: Tensor;
}

/** A signal as the user holds it: [B, T, F] or [B, F], a view. */
export function batchFirst(arena: Arena, { at, T, B, F }: Signal): Tensor {
  return T === undefined ? new Tensor(arena, [B, F], [F, 1], at) : new Tensor(arena, [B, T, F], [F, B * F, 1], at);
}

/** Elements of a signal. */
export function signalSize({ T = 1, B, F }: Omit<Signal, 'at'>): number {
  return T * B * F;
}

/** Options that describe a layer in a saved file. */
export type LayerConfig = Readonly<Record<string, string | number | boolean>>;

/**
 * Something with parameters, a forward and a backward pass, and a stream of single steps. `P` is what a pass of it
 * offers, `S` the state that a stream of it steps.
 */
export abstract class Layer<P extends Pass = Pass, S extends StreamState = StreamState> extends Buildable {
  readonly #streams = new Map<number, Stream<S>>();
  #stepPlan: StepPlan | undefined;
  #current: (Begun<P> & { readonly number: number }) | undefined;

  /** @internal Takes room for one pass over `input`. */
  abstract plan(arena: Arena, take: Take, input: Signal): P;

  /** @internal Takes room for the packed weights of all streams; returns what takes that of one. */
  abstract planStream(takeWeights: Take): StepPlan;

  /** @internal Rank of the inputs it takes: 3 for [B, T, I] only, 2 for [B, I] or [B, T, I]. */
  abstract readonly minimumRank: 2 | 3;

  /** @internal Rank of the output for inputs of a rank. */
  abstract outputRank(inputRank: number): number;

  /** @internal Features of its output for inputs of a size. */
  abstract outputSize(inputSize: number): number;

  /** @internal The options that make an equal layer, for saving. */
  abstract config(): LayerConfig;

  /** @internal Checks `x` and returns it as an array; nothing changes when it is refused. */
  protected requireInput(method: string, x: NdArrayLike, argument = 'x'): NdArrayLike {
    const where = `${this.kind}.${method}`;
    const source = requireNdArray(where, argument, x);
    const sequence = source.shape.length !== 2 || this.minimumRank === 3;
    const features = this.inputSize ?? 'I';
    requireShape(where, argument, source.shape, sequence ? ['B', 'T', features] : ['B', features]);
    requireElements(where, argument, source.shape);
    return source;
  }

  /** @internal Lays out a pass over a checked input, copies the input in, and remembers the pass for `backward`. */
  protected begin(source: NdArrayLike): Begun<P> {
    const { shape } = source;
    const F = shape.at(-1)!;
    this.build(F);
    const { arena } = this.parameters;
    const begun = arena.layOut((take) => {
      const signal = { T: shape.length === 3 ? shape[1]! : undefined, B: shape[0]!, F };
      const input = { ...signal, at: take(signalSize(signal)) };
      const pass = this.plan(arena, take, input);
      return { input, pass, dOutput: take(signalSize(pass.output)) };
    });
    this.#current = { ...begun, number: arena.pass };
    assign(batchFirst(arena, begun.input), source);
    return begun;
  }

  /** @internal The pass of the last forward, refused when there is none or something else used its memory since. */
  protected current(method: string): Begun<P> {
    if (this.#current !== undefined && this.#current.number === this.parameters.arena.pass) return this.#current;
    throw new StateError({
      where: `${this.kind}.${method}`,
      expected: 'follow forward',
      received: this.#current === undefined ? 'no forward before it' : 'another pass over the same memory since',
      remedy: 'Call forward on the same object directly before backward',
    });
  }

  /**
   * Output for an input.
   *
   * @param x - [B, I], or [B, T, I] for a sequence
   * @returns a copy
   * @throws ShapeError, ArgumentError for an x that does not fit; nothing changes
   */
  forward(x: NdArrayLike): Tensor {
    const { pass } = this.begin(this.requireInput('forward', x));
    pass.forward();
    return batchFirst(this.parameters.arena, pass.output).copy();
  }

  /**
   * Adds the parameters' gradients for the last forward pass, and returns that of its input. May be called again: the
   * tape is only read.
   *
   * @param dy - gradient of the output, in the output's shape
   * @throws StateError without a forward pass, ShapeError, ArgumentError; no gradient changes
   */
  backward(dy: NdArrayLike): InputGradient {
    const { pass, dOutput } = this.current('backward');
    assign(batchFirst(this.parameters.arena, { ...pass.output, at: dOutput }), this.requireOutputGradient(dy, pass));
    pass.backward(dOutput);
    return { dx: this.inputGradient() };
  }

  /** @internal Checks the gradient of an output. */
  protected requireOutputGradient(dy: NdArrayLike, pass: P): NdArrayLike {
    const where = `${this.kind}.backward`;
    const source = requireNdArray(where, 'dy', dy);
    requireShape(where, 'dy', source.shape, batchFirst(this.parameters.arena, pass.output).shape);
    return source;
  }

  /** @internal A copy of the gradient of the last input. */
  protected inputGradient(): Tensor {
    const { pass, input } = this.current('backward');
    return batchFirst(this.parameters.arena, { ...input, at: pass.dInput }).copy();
  }

  /**
   * Steps through time one input at a time, with the bits of `forward`, and without allocating anything. What a stream
   * needs lies in the model's own memory, once for each batch size, and the same stream is returned each time. It holds
   * no state of its own: `zeroState` makes one, `step` takes it and updates it.
   *
   * Ends the current pass: backward needs a new forward. Steps of the stream do not.
   *
   * @param options - `batchSize`: rows of each step, at least 1; default 1
   * @throws ArgumentError; StateError before the input's size is known
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 8 }), new Dense({ units: 1 })], { inputSize: 3 });
   * const stream = model.stream();
   * const state = stream.zeroState();
   * stream.step(zeros([1, 3]), state).shape; // [1, 1]
   * state.lstm1.c.shape;                     // [1, 8]
   * ```
   */
  stream(options: StreamOptions = {}): Stream<S> {
    const where = `${this.kind}.stream`;
    const { batchSize = 1 } = requireOptions(where, options, ['batchSize']);
    requireInteger(where, 'batchSize', batchSize);
    if (this.inputSize !== undefined) this.build();
    const { arena } = this.requireParameters('stream');
    const opened = this.#streams.get(batchSize) ?? this.#open(arena, batchSize);
    this.#streams.set(batchSize, opened);
    arena.endPass(); // what was written to parameters since is packed at the next step
    return opened;
  }

  #open(arena: Arena, B: number): Stream<S> {
    const { plan, input, pass } = arena.keepAll((take) => {
      const plan = this.#stepPlan ?? this.planStream(take);
      const input = { at: take(B * this.inputSize!), B, F: this.inputSize! };
      return { plan, input, pass: plan(arena.kernels, take, input) };
    });
    this.#stepPlan = plan;
    return new Stream(arena, input, pass);
  }
}
