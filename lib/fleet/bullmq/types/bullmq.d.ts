// What the library uses of BullMQ 6, without the types of Node that its own declarations need. The compiler reads this file
// instead of them where it builds the library (tsconfig.json), and the true ones where it checks it (tsconfig.spec.json).

export declare class Queue {
  constructor(name: string, options: { connection: object; skipVersionCheck: boolean });
  add(name: string, data: object, options: object): Promise<unknown>;
  remove(id: string): Promise<number>;
  on(event: 'error', listener: (error: Error) => void): this;
  close(): Promise<void>;
}

export declare class Job {
  readonly id?: string | undefined;
  readonly data: unknown;
  readonly stalledCounter: number;
  moveToWait(token?: string): Promise<unknown>;
}

/** A job as Redis has it. */
export interface JobJson {
  readonly data: string;
}

export interface WorkerOptions {
  readonly connection: object;
  readonly concurrency: number;
  readonly autorun: boolean;
  readonly lockDuration: number;
  readonly skipLockRenewal: boolean;
  readonly skipVersionCheck: boolean;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly drainDelay: number;
  readonly runRetryDelay: number;
  readonly removeOnComplete: { readonly count: number };
  readonly removeOnFail: { readonly count: number };
}

export declare class Worker {
  constructor(name: string, processor: (job: Job, token?: string) => Promise<unknown>, options: WorkerOptions);
  run(): Promise<void>;
  close(force?: boolean): Promise<void>;
  extendJobLocks(ids: string[], tokens: string[], duration: number): Promise<string[]>;
  on(event: 'error', listener: (error: Error) => void): this;
  protected createJob(data: JobJson, id: string): Job;
}

/** Thrown by a processor whose job is not to be counted: it was given back, or belongs to another worker. */
export declare class WaitingError extends Error {}
