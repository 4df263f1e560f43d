// A worker: it computes its parts of the calls in a queue.

import type { Memory } from '../simd.ts';
import type { DividedKernels } from './divisions.ts';
import { type Consumer, consume, type QueueMemory } from './queue.ts';
import { Share } from './shares.ts';
import type { Port } from './spawn.ts';

/** The first message. */
export interface Start {
  readonly queue: QueueMemory;
  /** Number of the worker, from 1. */
  readonly worker: number;
  /** The compiled kernels, a `WebAssembly.Module`. */
  readonly module: object;
  readonly wide: boolean;
}

/** Each further message: a memory that calls may name. */
export interface Attachment {
  readonly number: number;
  readonly memory: object;
  /** Position of the scratch of the worker. */
  readonly scratch: number;
}

declare const WebAssembly: {
  readonly Instance: new (module: object, imports: object) => { readonly exports: DividedKernels };
};

/** Most bytes of a weight. */
const HEAVIEST = 2 ** 28;

class Calls implements Consumer {
  readonly #start: Start;
  readonly #shares = new Map<number, Share>();
  /**
   * A buffer, never touched, for each memory. Engines do not count shared memories when they decide about a garbage
   * collection, and a worker allocates little else, so it would keep the memories of hundreds of dropped models.
   */
  readonly #weights = new Map<number, ArrayBuffer>();
  readonly #waiting = new Map<number, () => void>();

  constructor(start: Start) {
    this.#start = start;
  }

  receive({ number, memory, scratch }: Attachment): void {
    const { module, wide } = this.#start;
    const { exports } = new WebAssembly.Instance(module, { env: { memory, wide: Number(wide) } });
    this.#shares.set(number, new Share({ ...exports }, scratch)); // engines can inline calls of a plain object
    this.#weights.set(number, new ArrayBuffer(Math.min((memory as Memory).buffer.byteLength, HEAVIEST)));
    this.#waiting.get(number)?.();
    this.#waiting.delete(number);
  }

  has(memory: number): boolean {
    return this.#shares.has(memory);
  }

  attach(memory: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#shares.has(memory)) resolve();
      else this.#waiting.set(memory, resolve);
    });
  }

  detach(memory: number): void {
    this.#shares.delete(memory);
    this.#weights.delete(memory);
  }

  call(
    memory: number,
    kernel: number,
    commands: Float64Array,
    at: number,
    of: number,
    part: number,
    parts: number,
  ): void {
    this.#shares.get(memory)!.run(kernel, commands, at, of, part, parts);
  }
}

/** Runs this thread as a worker of the one at the other end of a port. */
export function serve(port: Port): void {
  let calls: Calls | undefined;
  const receive = (message: unknown): void => {
    if (calls === undefined) calls = begin(message as Start);
    else calls.receive(message as Attachment);
  };
  if (port.on !== undefined) port.on('message', receive);
  else port.addEventListener!('message', ({ data }) => receive(data));
}

function begin(start: Start): Calls {
  const calls = new Calls(start);
  void consume(start.queue, start.worker, calls);
  return calls;
}
