import { refuseUnreadable } from '../checks.ts';
import type { Kernels } from '../kernels/contract.ts';
import type { Arena, Take } from '../memory/arena.ts';
import type { Parameters } from '../parameters/parameters.ts';
import { Inspectable } from '../tensor/inspectable.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { Tensor } from '../tensor/tensor.ts';
import { KeptMatrix, MatrixSnapshot, requireMatrix } from './matrix.ts';
import { decodeState, encodeState } from './state-file.ts';
import { type StatePlace, type StreamState, StreamStates } from './stream-state.ts';

/** Options of a stream. */
export interface StreamOptions {
  /** Rows of each step, at least 1; default 1. */
  readonly batchSize?: number;
}

/** Values of one time step: B rows of F features. */
export interface Rows {
  readonly at: number;
  readonly B: number;
  readonly F: number;
}

/** One layer's part of a stream: where the values of a step lie, and how to compute it. */
export interface StepPass {
  readonly output: Rows;
  /** Those of the recurrent layers in it. */
  readonly states: readonly StatePlace[];
  /** Packs the weights as they are now. */
  pack(): void;
  /** From the input and the states before the step to the states after it and the output. Allocates nothing. */
  forward(): void;
}

/** Takes room for the steps of one stream over `input`, rows of each step as they come. */
export type StepPlan = (kernels: Kernels, take: Take, input: Rows) => StepPass;

/**
 * A layer or model that runs one time step at a time, as input arrives; `layer.stream()` opens one. It holds no state of
 * its own: what is remembered from step to step is the caller's, so one stream serves any number of sequences, each with
 * a state of its own. T steps give the bits of `forward` over T steps.
 *
 * Nothing is allocated in a step. New values of parameters are seen after a step of an optimizer and after
 * `parameter.assign`; those written through live views after the next call of `stream()`.
 *
 * @example
 * ```ts
 * const layer = new LSTM({ units: 4, inputSize: 3 });
 * const stream = layer.stream({ batchSize: 2 });
 * const state = stream.zeroState(); // { h, c }, [2, 4] each
 * for (const xt of unstack(randomNormal([2, 5, 3], { seed: 1 }), 1)) stream.step(xt, state);
 * ```
 */
export class Stream<S extends StreamState = StreamState> extends Inspectable {
  /** Rows of each step. */
  readonly batchSize: number;
  /** Features of the input. */
  readonly inputSize: number;
  readonly #parameters: Parameters;
  readonly #arena: Arena;
  readonly #input: KeptMatrix;
  readonly #x: MatrixSnapshot;
  readonly #pass: StepPass;
  readonly #states: StreamStates<S>;
  readonly #output: Tensor;
  #packed = -1;

  /** @internal Over room that stays. */
  constructor(parameters: Parameters, input: Rows, pass: StepPass) {
    super();
    const { arena } = parameters;
    this.#parameters = parameters;
    this.batchSize = input.B;
    this.inputSize = input.F;
    this.#arena = arena;
    this.#input = new KeptMatrix(arena, input.at, input.B, input.F);
    this.#x = new MatrixSnapshot(input.B, input.F);
    this.#pass = pass;
    this.#states = new StreamStates(arena, pass.states, input.B);
    const { at, B, F } = pass.output;
    this.#output = new Tensor(arena, [B, F], [F, 1], at);
  }

  /** Shapes of a step and of its states. */
  override toString(): string {
    const { batchSize: B, inputSize: I } = this;
    const states = this.#states.slots.map(({ path, H }) => `, ${path} [${B}, ${H}]`);
    return `Stream [${B}, ${I}] → [${this.#output.shape.join(', ')}]${states.join('')}`;
  }

  /** @internal All that decides what a step gives for a state. */
  protected override compared(): object {
    return { parameters: this.#parameters };
  }

  /**
   * A state of zeros: `{ h }` or `{ h, c }` of a recurrent layer, arrays [B, H]; of a model such a state for each of its
   * recurrent layers, by their names.
   *
   * @example
   * ```ts
   * const model = new Sequential([new GRU({ units: 4 }), new Dense({ units: 1 })], { inputSize: 3 });
   * model.stream().zeroState().gru1.h.shape; // [1, 4]
   * ```
   */
  zeroState(): S {
    return this.#states.make();
  }

  /**
   * One time step. `state` is updated in place.
   *
   * @param x - [B, I]
   * @param state - as `zeroState` makes them; the final state of a layer's `forward` fits too
   * @returns the output [B, F]: a view that is valid until the next step of the same layer and batch size; `copy()` it
   *   to keep it
   * @throws ShapeError, ArgumentError; state and model stay as they were
   *
   * @example
   * ```ts
   * const layer = new GRU({ units: 4, inputSize: 3 }).build();
   * const { state } = layer.forward(randomNormal([1, 9, 3], { seed: 1 }), { returnState: true });
   * const stream = layer.stream();
   * stream.step(zeros([1, 3]), state).get(0, 2) === state.h.get(0, 2); // true
   * ```
   */
  step(x: NdArrayLike, state: S): Tensor {
    const source = this.#requireInput(x);
    this.#states.read('Stream.step', state);
    this.#input.copyFrom(source);
    this.#states.load();
    if (this.#packed !== this.#arena.version) {
      this.#pass.pack();
      this.#packed = this.#arena.version;
    }
    this.#pass.forward();
    this.#states.store();
    return this.#output;
  }

  #requireInput(x: NdArrayLike): NdArrayLike {
    try {
      if (this.#x.read(x)) return this.#x;
    } catch (error) {
      refuseUnreadable('Stream.step', 'x', error); // without a closure: a step allocates nothing
    }
    return requireMatrix('Stream.step', 'x', x, this.batchSize, this.inputSize);
  }

  /**
   * A copy of a state, to go on from the same point more than once.
   *
   * @param state - of this stream
   * @throws ShapeError, ArgumentError
   *
   * @example
   * ```ts
   * const stream = new GRU({ units: 4, inputSize: 3 }).stream();
   * const state = stream.zeroState();
   * const before = stream.copyState(state);
   * stream.step(randomNormal([1, 3], { seed: 1 }), state);
   * before.h.get(0, 0); // 0
   * ```
   */
  copyState(state: S): S {
    const states = this.#states;
    states.read('Stream.copyState', state);
    return states.make((array, { given }) => copyInto(array, given));
  }

  /**
   * A state as a safetensors file: its arrays by name, `h` or `lstm1.h`.
   *
   * @param state - of this stream
   * @throws ShapeError, ArgumentError
   *
   * @example
   * ```ts
   * const stream = new LSTM({ units: 4, inputSize: 3 }).stream();
   * const state = stream.zeroState();
   * stream.step(randomNormal([1, 3], { seed: 1 }), state);
   * const bytes = stream.stateToBytes(state); // to a file, a database, another process
   * stream.stateFromBytes(bytes).c.get(0, 1) === state.c.get(0, 1); // true
   * ```
   */
  stateToBytes(state: S): Uint8Array {
    this.#states.read('Stream.stateToBytes', state);
    return encodeState('Stream.stateToBytes', this.#states);
  }

  /**
   * A state from what `stateToBytes` wrote, of a stream of equal layers and batch size. Names, shapes and sizes are
   * checked first.
   *
   * @param bytes - a whole file
   * @throws FormatError for anything else than a state of this stream
   */
  stateFromBytes(bytes: Uint8Array): S {
    return decodeState('Stream.stateFromBytes', this.#states, bytes);
  }
}
