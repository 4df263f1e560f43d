// A layer: parameters, a forward and a backward pass over sequences, and a stream of single time steps.

import type { CellConfig } from '../cells/cell-options.ts';
import { refuse, requireElements, requireShape, requireSteps } from '../checks.ts';
import { foldHeld, holdOutput } from '../engine/held-output.ts';
import type { Beginning, Hooks } from '../engine/hooks.ts';
import { requireIndices } from '../engine/indices.ts';
import { type MaskOptions, packingOf, requireMask, reversedMask } from '../engine/mask.ts';
import type { Mask, Packing } from '../engine/packing.ts';
import type { Pass, Workspace } from '../engine/pass.ts';
import { Passes, type PassRequest } from '../engine/passes.ts';
import { SequenceBuffer, zerosOf } from '../engine/sequence-buffer.ts';
import { copyIn, reversedTime, type Signal, shapeOf } from '../engine/signal.ts';
import { STREAM_OPTIONS, type Stream, type StreamOptions } from '../engine/stream.ts';
import { Streams } from '../engine/streams.ts';
import type { Traversal } from '../engine/traversal.ts';
import { StateError } from '../errors.ts';
import { readOptions } from '../options.ts';
import type { BuildOptions } from '../parameters/build-options.ts';
import { clear, copyOf, type FloatNdArrayLike, type NdArrayLike, requireNdArray } from '../tensor/ndarray-like.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { LayerDescription } from './layer-description.ts';
import { requireOut } from './out.ts';
import { type InputGradient, PASS_OPTIONS, type PassOptions, passRequest } from './pass-options.ts';
import { inputShapeOf, shapesInWords } from './shape-in-words.ts';

/** Options that describe a layer in a saved file. */
export type LayerConfig = CellConfig;

/** The base class of layers. `S` is the type of the states of its streams. */
export abstract class Layer<S = unknown> extends LayerDescription {
  /** @internal */
  readonly passes: Passes;
  readonly #streams: Streams<S>;

  /** @param options - checked */
  constructor(options: BuildOptions) {
    super(options);
    this.passes = new Passes(this);
    this.#streams = new Streams(this);
  }

  /** @internal Lays out a pass over `input`. */
  abstract layOut(workspace: Workspace, input: Signal): Pass;

  /** @internal Checks a mask for a checked input; see `requireMask`. */
  requireMask(where: string, options: MaskOptions, source: NdArrayLike, prefix?: string): Mask | undefined {
    const given = requireMask(where, options, source.shape, prefix);
    if (given === undefined) return this.maskOf(source);
    const why = this.needsEqualLengths;
    if (why === undefined) return given;
    const name = options.mask === undefined ? 'lengths' : 'mask';
    return refuse(where, (prefix ?? '') + name, `not be given to ${why}`, options[name]);
  }

  /** @internal The options to save, from which an equal layer can be made. */
  abstract config(where: string): LayerConfig;

  /** The kind of layer, the shapes of its input and output, and its number of parameters. */
  override toString(): string {
    const input = inputShapeOf(this, this.inputSize);
    return `${this.kind} ${shapesInWords(input, this.outputShape(input), this.readsIndices)}${this.sizeInWords}`;
  }

  /** @internal Checks an input and returns it as an array. */
  requireInput(where: string, argument: string, x: NdArrayLike): NdArrayLike {
    const given = requireNdArray(where, argument, x);
    const { indexCount } = this;
    const source = indexCount > 0 ? requireIndices(where, argument, given, indexCount) : given;
    const sequence = this.needsTime || (source.shape.length !== 2 && this.timeAxis !== 'made');
    const features = this.inputSize ?? 'I';
    requireShape(where, argument, source.shape, sequence ? ['B', 'T', features] : ['B', features]);
    requireElements(where, argument, source.shape);
    if (sequence) requireSteps(where, argument, source.shape[1]!, this.leastSteps(1));
    return this.outsideArena(where, argument, source);
  }

  /** @internal Checks the caller's array for the output of a checked input; undefined if there is none. */
  requireOut(where: string, out: unknown, source: NdArrayLike): FloatNdArrayLike | undefined {
    if (out === undefined) return undefined;
    const memory = this.built ? this.parameters.arena.data : undefined;
    return requireOut(where, out, this.outputShape(shapeOf(source)), this.dtype, source, memory);
  }

  /** @internal Copies a checked array that lies in the arena, whose memory is lost when the arena grows. */
  outsideArena(where: string, argument: string, source: NdArrayLike): NdArrayLike {
    const inside = this.built && (source.data as FloatArray).buffer === this.parameters.arena.data.buffer;
    return inside ? copyOf(where, argument, source, this.dtype) : source;
  }

  /**
   * Computes the output for an input.
   *
   * @param x - [B, I], or [B, T, I] for a sequence
   * @param options - see PassOptions
   * @returns a copy, or `out`
   * @throws ShapeError, ArgumentError for an x that does not fit; then nothing changes
   *
   * @example
   * ```ts
   * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]);
   * model.forward(zeros([2, 100, 3]), { checkpoint: 'sqrt' }); // 20 steps on the tape; with inference: true none
   * model.backward(zeros([2, 1])).dx.shape;                    // [2, 100, 3]
   * ```
   */
  forward(x: NdArrayLike, options?: PassOptions): Tensor;
  forward(x: NdArrayLike, options: PassOptions<FloatNdArrayLike>): FloatNdArrayLike;
  forward(x: NdArrayLike, options: PassOptions<FloatNdArrayLike> = {}): FloatNdArrayLike {
    const where = `${this.kind}.forward`;
    const source = this.requireInput(where, 'x', x);
    const settings = readOptions(where, options, PASS_OPTIONS);
    const { lengths, mask, zeroOutputForMask, trainingStep, out, ...rest } = settings;
    const request = passRequest(where, rest);
    const target = this.requireOut(where, out, source);
    const packing = this.pack(this.requireMask(where, { lengths, mask }, source), !zeroOutputForMask);
    const traversal = this.begin(where, source, request, { packing, trainingStep });
    const output = this.outputOf(traversal, request, target);
    return out ?? output;
  }

  /** @internal Lays out a pass over a checked input and begins it with its initial states. */
  begin(where: string, source: NdArrayLike, request: PassRequest, beginning: Beginning = {}): Traversal {
    const traversal = this.passes.begin(where, shapeOf(source), request, beginning.packing);
    // A backward pass that recomputes segments reads x again, when the caller may have changed it.
    const recomputes = request.purpose === 'train' && !traversal.whole;
    const read = recomputes ? copyOf(where, 'x', source, this.dtype) : source;
    traversal.start(this.inOrder(read), beginning);
    return traversal;
  }

  /** @internal Throws if the layer cannot compute a step before it has the following ones. */
  requireForwards(where: string): void {
    const why = this.needsWhole ?? (this.readsBackwards ? 'goBackwards: it reads the last time step first' : undefined);
    if (why === undefined) return;
    throw new StateError({
      where,
      expected: 'be for layers that read time steps in order',
      received: why,
      remedy: 'Call forward or predict with the whole sequence',
    });
  }

  /** @internal A sequence in the order of the computation: a view. */
  inOrder<A extends NdArrayLike>(sequence: A): A {
    return this.readsBackwards ? (reversedTime(sequence) as A) : sequence;
  }

  /** @internal The packed rows of a mask, in the order of the computation; see `packingOf`. */
  pack(mask: Mask | undefined, holds: boolean): Packing | undefined {
    return packingOf(this.readsBackwards ? reversedMask(mask) : mask, holds);
  }

  /**
   * @internal Runs a pass forward and returns its output, in `out` if it is given; `backward` may follow one for training.
   * Masked time steps hold the last output before them, or `initial`.
   */
  outputOf(
    traversal: Traversal,
    { purpose }: PassRequest,
    out?: FloatNdArrayLike,
    initial?: NdArrayLike,
  ): FloatNdArrayLike {
    const output = out ?? zerosOf(traversal.outputShape, this.dtype, `${this.kind}.forward`, 'x');
    this.write(traversal, output, initial);
    if (purpose === 'train') this.passes.finish();
    return output;
  }

  /** @internal Runs a pass forward and writes its output to a checked array. */
  write(traversal: Traversal, output: FloatNdArrayLike, initial?: NdArrayLike): void {
    const { packing, outputShape } = traversal;
    const buffer = new SequenceBuffer(this.parameters.arena, output);
    if (packing !== undefined) clear(output);
    traversal.forward({ onOutput: (steps) => buffer.write(steps.output) });
    if (packing?.holds && outputShape.T !== undefined) holdOutput(packing, output, initial);
  }

  /**
   * Runs the backward pass of the last `forward`: adds to the gradients of the parameters, and returns the gradient of
   * the input. May be called again, because it only reads the tape.
   *
   * @param dy - gradient of the output, in the output's shape
   * @throws StateError without a forward pass, or after one for inference; ShapeError, ArgumentError; then no gradient
   *   changes
   */
  backward(dy: NdArrayLike): InputGradient {
    const traversal = this.passes.current('backward');
    return { dx: this.inputGradient(traversal, this.requireOutputGradient(dy, traversal)) };
  }

  /** @internal Checks the gradient of an output. */
  requireOutputGradient(dy: NdArrayLike, { outputShape: { T, B, F } }: Traversal): NdArrayLike {
    const where = `${this.kind}.backward`;
    const source = requireNdArray(where, 'dy', dy);
    requireShape(where, 'dy', source.shape, T === undefined ? [B, F] : [B, T, F]);
    return source;
  }

  /**
   * @internal Runs a pass backward; returns the gradient of its input. Adds the gradient of outputs that are initial
   *   states to `dInitial`.
   */
  inputGradient(traversal: Traversal, dy: NdArrayLike | undefined, hooks: Hooks = {}, dInitial?: Tensor): Tensor {
    const { arena } = this.parameters;
    const { inputShape, packing, route } = traversal;
    const dx = zerosOf(inputShape, this.dtype, `${this.kind}.backward`, 'dy');
    const buffer = new SequenceBuffer(arena, this.inOrder<FloatNdArrayLike>(dx), route.windows.count > 1);
    const held = dy?.shape.length === 3 && packing?.holds;
    const given = held ? foldHeld(packing, dy, dInitial) : dy;
    traversal.backward({
      ...hooks,
      ...(given !== undefined && { writeGradient: ({ gradient }) => copyIn(arena, gradient, given) }),
      onInputGradient: (gradient) => buffer.write(gradient),
    });
    return dx;
  }

  /**
   * Opens a stream: one time step per call, bit-identical to `forward`, without any allocation. Each batch size has one
   * stream, whose memory lies in the model's arena; every call returns the same one. The caller holds the state:
   * `zeroState` creates one, `step` updates it.
   *
   * Invalidates the current pass, so `backward` needs a new `forward`. Steps of the stream do not.
   *
   * @param options - `batchSize`: rows of each step, at least 1; default 1
   * @throws ArgumentError; StateError before the input size is known
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
    const { batchSize } = readOptions(where, options, STREAM_OPTIONS);
    if (this.inputSize === undefined) this.requireParameters('stream');
    this.requireForwards(where);
    const stream = this.#streams.open(where, batchSize, this.inputSize!);
    this.parameters.arena.endPass(); // the next step packs the parameters as they are now
    return stream;
  }
}
