import type { CellConfig } from '../cells/cell.ts';
import { requireElements, requireInteger, requireOptions, requireShape } from '../checks.ts';
import { Gathering } from '../engine/gathering.ts';
import { batchFirst, type Pass, type Signal, signalOf, timeSlice } from '../engine/pass.ts';
import { type StepPlan, Stream, type StreamOptions } from '../engine/stream.ts';
import type { StreamState } from '../engine/stream-state.ts';
import { requireThroughTime, routeOf, THROUGH_TIME, type ThroughTime } from '../engine/through-time.ts';
import { type Route, type SequenceShape, Traversal, type Work } from '../engine/traversal.ts';
import { StateError } from '../errors.ts';
import { type Arena, type Take, totalOf, type Usage, usageOf } from '../memory/arena.ts';
import { Buildable } from '../parameters/buildable.ts';
import { type Parameters, takeParameters } from '../parameters/parameters.ts';
import { tensor } from '../tensor/create.ts';
import { sizeOf } from '../tensor/layout.ts';
import { copyInto, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a backward pass returns. */
export interface InputGradient {
  /** Gradient of the input, in the input's shape. */
  readonly dx: Tensor;
}

/** What a pass is for. */
export interface PassNeeds {
  /** Arrays of state that the optimizer is to get with this pass; undefined once it has its room. */
  readonly stateSlots?: number | undefined;
  /** The first step that has a loss. */
  readonly lossFrom?: number;
}

/** Lowest and highest number of an output. */
export type OutputRange = readonly [low: number, high: number];

/** Options that describe a layer in a saved file. */
export type LayerConfig = CellConfig;

/**
 * Something with parameters, a forward and a backward pass, and a stream of single steps. `P` is what a pass of it
 * offers, `S` the state that a stream of it steps.
 */
export abstract class Layer<P extends Pass = Pass, S extends StreamState = StreamState> extends Buildable {
  readonly #streams = new Map<number, Stream<S>>();
  #stepPlan: StepPlan | undefined;
  /** The pass laid out last: one for the same sizes takes the same places. */
  #laid: { readonly traversal: Traversal<P>; readonly key: string; readonly usage: Usage } | undefined;
  #pass = -1;

  /** @internal Takes room for one pass over `input`. */
  abstract plan(arena: Arena, take: Take, input: Signal): P;

  /** @internal Takes room for the packed weights of all streams; returns what takes that of one. */
  abstract planStream(takeWeights: Take, inputSize: number): StepPlan;

  /** @internal Rank of the inputs it takes: 3 for [B, T, I] only, 2 for [B, I] or [B, T, I]. */
  abstract readonly minimumRank: 2 | 3;

  /** @internal Rank of the output for inputs of a rank. */
  abstract outputRank(inputRank: number): number;

  /** @internal Features of its output for inputs of a size. */
  abstract outputSize(inputSize: number): number;

  /** @internal Lowest and highest number that its output can hold. */
  get outputRange(): OutputRange {
    return [-Infinity, Infinity];
  }

  /** @internal The options that make an equal layer, for saving. */
  abstract config(where: string): LayerConfig;

  /** What it is, the shapes that it takes and gives, and how many parameters it has. */
  override toString(): string {
    const rank = this.minimumRank;
    const { inputSize = Number.NaN } = this;
    const output = shapeInWords(this.outputRank(rank), this.outputSize(inputSize));
    return `${this.kind} ${shapeInWords(rank, inputSize)} → ${output}${this.sizeInWords}`;
  }

  /** @internal Checks `x` and returns it as an array; nothing changes when it is refused. */
  protected requireInput(
    method: string,
    x: NdArrayLike,
    argument = 'x',
    where: string = `${this.kind}.${method}`,
  ): NdArrayLike {
    const source = requireNdArray(where, argument, x);
    const sequence = source.shape.length !== 2 || this.minimumRank === 3;
    const features = this.inputSize ?? 'I';
    requireShape(where, argument, source.shape, sequence ? ['B', 'T', features] : ['B', features]);
    requireElements(where, argument, source.shape);
    return source;
  }

  /** @internal Windows and segments of a pass. */
  route(where: string, shape: SequenceShape, options: ThroughTime, { stateSlots = 0, lossFrom = 0 }: PassNeeds): Route {
    const T = shape.T ?? 1;
    const first = shape.T !== undefined && this.outputRank(3) === 2 ? T - 1 : lossFrom; // one loss, at the last step
    const arena = this.planningArena;
    return routeOf(where, T, options, first, (route) => totalOf(this.usage(shape, route, stateSlots, arena)));
  }

  /** @internal Bytes by purpose that a pass takes, with all that is kept; of a layer without parameters yet, too. */
  usage(shape: SequenceShape, route: Route, stateSlots: number, arena: Arena = this.planningArena): Usage {
    const { dtype } = this;
    const bytes = usageOf(dtype, (take) => {
      takeParameters(this.parameterSpecs(shape.F), take);
      this.#takePass(arena, take, shape, route, stateSlots);
    });
    const { optimizer, streams } = arena.usage;
    return { ...bytes, optimizer: optimizer + bytes.optimizer, streams };
  }

  /** Takes room for a pass, and for arrays of state as large as the parameters. */
  #takePass(arena: Arena, take: Take, shape: SequenceShape, route: Route, stateSlots: number): Traversal<P> {
    const size = this.parameterSpecs(shape.F).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
    for (let slot = 0; slot < stateSlots; slot++) take(size, 'optimizer');
    return new Traversal(this, arena, take, shape, route);
  }

  /** @internal Parameters for a pass over a checked input, and room for it: without room, nothing changes. */
  protected buildFor(where: string, shape: SequenceShape, options: ThroughTime, needs: PassNeeds): Parameters {
    const { stateSlots } = needs;
    if (this.built && stateSlots === undefined) return this.parameters;
    const route = this.route(where, shape, options, needs);
    return this.buildWithRoom(where, shape.F, (take, arena) =>
      this.#takePass(arena, take, shape, route, stateSlots ?? 0),
    );
  }

  /** @internal Lays out a pass over a checked input. */
  protected begin(where: string, source: NdArrayLike, options: ThroughTime, needs: PassNeeds = {}): Traversal<P> {
    const shape = signalOf(source);
    const { arena } = this.buildFor(where, shape, options, needs);
    const key = JSON.stringify([shape, options, needs, arena.kept]);
    if (this.#laid?.key === key) arena.layOutAgain(this.#laid.usage);
    else {
      const route = this.route(where, shape, options, needs);
      const traversal = arena.layOut((take) => new Traversal(this, arena, take, shape, route), where);
      this.#laid = { traversal, key, usage: arena.passUsage };
    }
    return this.#laid.traversal;
  }

  /** @internal Begins a pass that `backward` may follow, with states of zeros. What is computed again reads x again. */
  protected start(traversal: Traversal<P>, source: NdArrayLike): void {
    traversal.start(traversal.whole ? source : tensor(source, { dtype: this.dtype }));
  }

  /** @internal Goes forwards over a started pass, and copies the output; `backward` may follow. */
  protected finish(traversal: Traversal<P>): Tensor {
    const output = this.outputOf(traversal);
    this.#pass = this.parameters.arena.pass;
    return output;
  }

  /** @internal The pass of the last forward, refused when there is none or something else used its memory since. */
  protected current(method: string): Traversal<P> {
    if (this.#laid !== undefined && this.#pass === this.parameters.arena.pass) return this.#laid.traversal;
    throw new StateError({
      where: `${this.kind}.${method}`,
      expected: 'follow forward',
      received: this.#laid === undefined ? 'no forward before it' : 'another pass over the same memory since',
      remedy: 'Call forward on the same object directly before backward',
    });
  }

  /** @internal Goes forwards over a begun pass, and copies the output. */
  protected outputOf(traversal: Traversal<P>): Tensor {
    const { pass } = traversal;
    const output = new Gathering(this.parameters.arena, traversal.T, false);
    traversal.forward({ onOutput: (from, to) => output.take(pass.output, from, to) });
    return output.array(pass.output);
  }

  /**
   * Output for an input.
   *
   * @param x - [B, I], or [B, T, I] for a sequence
   * @param options - `checkpoint` and `truncate`, for the way back: see ThroughTime
   * @returns a copy
   * @throws ShapeError, ArgumentError for an x that does not fit; nothing changes
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]);
   * model.forward(zeros([2, 100, 3]), { checkpoint: 'sqrt' }); // 20 steps on the tape, not 100
   * model.backward(zeros([2, 1])).dx.shape;                    // [2, 100, 3]
   * ```
   */
  forward(x: NdArrayLike, options: ThroughTime = {}): Tensor {
    const where = `${this.kind}.forward`;
    const source = this.requireInput('forward', x);
    const through = requireThroughTime(where, requireOptions(where, options, THROUGH_TIME));
    const traversal = this.begin(where, source, through);
    this.start(traversal, source);
    return this.finish(traversal);
  }

  /**
   * Adds the parameters' gradients for the last forward pass, and returns that of its input. May be called again: the
   * tape is only read.
   *
   * @param dy - gradient of the output, in the output's shape
   * @throws StateError without a forward pass, ShapeError, ArgumentError; no gradient changes
   */
  backward(dy: NdArrayLike): InputGradient {
    const traversal = this.current('backward');
    return { dx: this.goBack(traversal, this.requireOutputGradient(dy, traversal)) };
  }

  /** @internal Checks the gradient of an output. */
  protected requireOutputGradient(dy: NdArrayLike, { pass, T }: Traversal<P>): NdArrayLike {
    const where = `${this.kind}.backward`;
    const source = requireNdArray(where, 'dy', dy);
    const { B, F, T: steps } = pass.output;
    requireShape(where, 'dy', source.shape, steps === undefined ? [B, F] : [B, T, F]);
    return source;
  }

  /** @internal Goes back over a pass; returns the gradient of its input. */
  protected goBack(traversal: Traversal<P>, dy: NdArrayLike | undefined, work: Work = {}): Tensor {
    const { arena } = this.parameters;
    const { pass, T, dOutput: at } = traversal;
    const dx = new Gathering(arena, T, traversal.windows > 1);
    traversal.backward({
      ...work,
      writeGradient: (from, to, { lossFrom }) => {
        const sequence = pass.output.T !== undefined;
        if (dy === undefined || to <= (sequence ? lossFrom : T - 1)) return false;
        const { B, F } = pass.output;
        copyInto(batchFirst(arena, { ...pass.output, at }), sequence ? timeSlice(dy, from, to) : dy);
        if (sequence && from < lossFrom) arena.data.fill(0, at, at + (lossFrom - from) * B * F);
        return true;
      },
      onInputGradient: (from, to) => dx.take({ ...traversal.input, at: pass.dInput }, from, to),
    });
    return dx.array(traversal.input);
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
    if (this.inputSize === undefined) this.requireParameters('stream');
    const opened = this.#streams.get(batchSize) ?? this.#open(where, batchSize, this.inputSize!);
    this.#streams.set(batchSize, opened);
    this.parameters.arena.endPass(); // what was written to parameters since is packed at the next step
    return opened;
  }

  #open(where: string, B: number, F: number): Stream<S> {
    const take = (take: Take, { kernels }: Arena) => {
      const plan = this.#stepPlan ?? this.planStream(take, F);
      const input = { at: take(B * F), B, F };
      return { plan, input, pass: plan(kernels, take, input) };
    };
    const parameters = this.buildWithRoom(where, F, take);
    const { arena } = parameters;
    const { plan, input, pass } = arena.keepAll((room) => take(room, arena), 'streams');
    this.#stepPlan = plan;
    return new Stream(parameters, input, pass);
  }
}

/** @internal A shape of any number of rows and steps. */
export function shapeInWords(rank: number, features: number): string {
  return `[B, ${rank === 3 ? 'T, ' : ''}${features > 0 ? features : 'I'}]`;
}
