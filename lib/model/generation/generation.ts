// Generated sequences as iterables: each time step draws a class for each sequence, and feeds it back.

import type { Stream } from '../../engine/stream.ts';
import { StateError } from '../../errors.ts';
import type { Network, NetworkState } from '../../layers/network.ts';
import { Random } from '../../random/random.ts';
import { Sampler, type SamplingOptions } from '../../random/sampler.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { AbortSignalLike } from '../../training/abort-signal.ts';
import { turnTaker } from '../../training/turns.ts';
import { ClassInputs } from './class-inputs.ts';
import type { ReadPrompt } from './prompt.ts';

/** A checked call of `generate`. */
export interface GenerationCall {
  readonly model: Network;
  readonly stream: Stream<NetworkState>;
  readonly classes: number;
  readonly prompt: ReadPrompt;
  readonly steps: number;
  readonly sampling: SamplingOptions;
  readonly seed: number;
  readonly firstRow: number;
  readonly stop: ReadonlySet<number>;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * What `generate` returns: `for (const c of generation)` computes in one go, and `for await (const c of generation)` lets the
 * event loop run other tasks every 30 ms. Each iteration begins after the prompt and gives the same classes.
 */
export class Generation<C extends number | readonly number[]> implements Iterable<C>, AsyncIterable<C> {
  readonly #call: GenerationCall;

  /** @internal */
  constructor(call: GenerationCall) {
    this.#call = call;
  }

  /** Iterates without pauses. */
  [Symbol.iterator](): IterableIterator<C> {
    return new ClassIterator<C>(this.#call);
  }

  /** Iterates with pauses, in which the event loop runs other tasks. */
  [Symbol.asyncIterator](): AsyncIterableIterator<C> {
    const each = new ClassIterator<C>(this.#call);
    const takeTurn = turnTaker();
    const iterator: AsyncIterableIterator<C> = {
      // Not an async generator, which would take three turns of the queue of promises for each class.
      next: async () => {
        do {
          const turn = takeTurn();
          if (turn !== undefined) await turn;
        } while (each.readStep());
        return each.next();
      },
      return: async () => each.return(),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}

/** One iteration. */
class ClassIterator<C> implements IterableIterator<C> {
  readonly #call: GenerationCall;
  readonly #inputs: ClassInputs;
  readonly #sampler: Sampler;
  readonly #randoms: readonly Random[];
  /** The last class of each sequence; −1 after its end. */
  readonly #drawn: number[];
  readonly #ended: boolean[];
  #state: NetworkState | undefined;
  /** Number of time steps of the prompt that were read. */
  #read = 0;
  /** Number of time steps of its longest sequence. */
  readonly #length: number;
  #left: number;

  constructor(call: GenerationCall) {
    const { model, classes, prompt, seed, firstRow, sampling, steps } = call;
    const B = prompt.sequences.length;
    this.#call = call;
    this.#inputs = new ClassInputs(model, B);
    this.#sampler = new Sampler(classes, sampling);
    this.#randoms = prompt.sequences.map((_, row) => new Random(seed, firstRow + row));
    this.#drawn = prompt.sequences.map(() => 0);
    this.#ended = prompt.sequences.map(() => false);
    this.#length = prompt.sequences.reduce((most, { shape }) => Math.max(most, shape[0]!), 0);
    this.#left = steps;
  }

  [Symbol.iterator](): this {
    return this;
  }

  /**
   * Reads a time step of the prompt, and returns true; or false if only the last one is left, which `next` reads: other
   * iterations overwrite its output.
   */
  readStep(): boolean {
    this.#call.signal?.throwIfAborted();
    if (this.#left === 0 || this.#read >= this.#length - 1) return false;
    this.#readPrompt();
    return true;
  }

  next(): IteratorResult<C, undefined> {
    while (this.readStep());
    if (this.#left === 0 || !this.#ended.includes(false)) return this.return();
    this.#left--;
    const drawn = this.#drawn;
    const first = this.#read < this.#length;
    const output = first ? this.#readPrompt() : this.#call.stream.step(this.#feedBack(), this.#state!);
    for (let row = 0; row < drawn.length; row++) drawn[row] = this.#draw(output, row);
    return { done: false, value: (this.#call.prompt.single ? drawn[0]! : drawn.slice()) as C };
  }

  return(): IteratorReturnResult<undefined> {
    this.#left = 0;
    return { done: true, value: undefined };
  }

  /** Reads the next time step of the prompt; shorter sequences begin later, so that all end at the same step. */
  #readPrompt(): Tensor {
    const { stream, prompt, model } = this.#call;
    const { sequences } = prompt;
    this.#state ??= stream.initialState();
    const left = this.#length - this.#read++;
    const counts = sequences.map(({ shape }) => left <= shape[0]!);
    for (const [row, sequence] of sequences.entries()) {
      if (counts[row]) this.#inputs.setStep(row, sequence, sequence.shape[0]! - left);
    }
    const equal = sequences.every(({ shape }) => shape[0] === this.#length);
    return stream.step(this.#inputs.x, this.#state, equal || model.masks ? undefined : counts);
  }

  #feedBack(): Tensor {
    const drawn = this.#drawn;
    for (let row = 0; row < drawn.length; row++) if (drawn[row]! >= 0) this.#inputs.setClass(row, drawn[row]!);
    return this.#inputs.x;
  }

  /** The next class of a sequence; −1 if it has ended. */
  #draw({ data, offset }: Tensor, row: number): number {
    const { classes, stop } = this.#call;
    if (this.#ended[row]) return -1;
    const next = this.#sampler.draw(data, offset + row * classes, this.#randoms[row]!.uniform());
    this.#ended[row] = stop.has(next);
    if (next >= 0) return next;
    const received = 'outputs of the model with NaN or Infinity';
    throw new StateError({ where: 'generate', expected: 'have a model with finite parameters', received });
  }
}
