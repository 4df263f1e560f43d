// What the library uses of ioredis 6, without the types of Node that its own declarations need; see bullmq.d.ts.

export interface Pipeline {
  exec(): Promise<[error: Error | null, result: unknown][] | null>;
}

export declare class Redis {
  constructor(options: object);
  readonly status: string;
  connect(): Promise<void>;
  disconnect(): void;
  pipeline(commands: unknown[][]): Pipeline;
  multi(commands: unknown[][]): Pipeline;
  ping(): Promise<string>;
  subscribe(channel: string): Promise<unknown>;
  on(event: 'error', listener: (error: Error & { code?: string }) => void): this;
  on(event: 'ready' | 'close', listener: () => void): this;
  on(event: 'message', listener: (channel: string, message: string) => void): this;
}
