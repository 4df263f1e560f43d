// Names in Redis: ids of jobs, and keys beside those of BullMQ.

/** The key of a job, and the epochs after which the run ends, if it ends early. */
const ID = /^([0-9a-f]{32})-(end|[1-9]\d{0,6})$/;

/** The id of a run of a job. It is never a number, which BullMQ would refuse. */
export const idOf = (key: string, until: number | undefined): string => `${key}-${until ?? 'end'}`;

/** The parts of an id; undefined if it is none. */
export function partsOf(id: string): { key: string; until: number | undefined } | undefined {
  const [, key, until] = ID.exec(id) ?? [];
  return key === undefined ? undefined : { key, until: until === 'end' ? undefined : Number(until) };
}

/** How long what nobody has asked for is kept: a week, in milliseconds. */
export const KEPT: number = 7 * 24 * 3600 * 1000;

/** How long a result is kept once a parent has it, in milliseconds, so that others that wait for it find it. */
export const GRACE = 10_000;

/** Bytes of a result or of a checkpoint at most: 256 MB. */
export const LARGEST: number = 2 ** 28;

/** Keys of a queue. */
export class Names {
  readonly #queue: string;
  /** Channel on which workers tell the id of a run that has news, and parents the id of one that nobody wants any more. */
  readonly news: string;
  readonly cancelled: string;

  constructor(queue: string, db: number) {
    this.#queue = queue;
    this.news = `bptt:${db}:${queue}:news`; // channels are those of all databases
    this.cancelled = `bptt:${db}:${queue}:cancelled`;
  }

  /** The hash of BullMQ. It exists exactly as long as the run is to be done. */
  job(id: string): string {
    return `bull:${this.#queue}:${id}`;
  }

  lock(id: string): string {
    return `bull:${this.#queue}:${id}:lock`;
  }

  result(id: string): string {
    return `bptt:${this.#queue}:${id}:result`;
  }

  checkpoint(id: string): string {
    return `bptt:${this.#queue}:${id}:checkpoint`;
  }

  epochs(id: string): string {
    return `bptt:${this.#queue}:${id}:epochs`;
  }

  cancel(id: string): string {
    return `bptt:${this.#queue}:${id}:cancel`;
  }
}
