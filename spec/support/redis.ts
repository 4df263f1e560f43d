// The Redis server of scripts/redis.mjs, for the specs.

export interface TestRedis {
  readonly port: number;
  readonly url: string;
  forget(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(options?: { signal?: NodeJS.Signals; pause?: number }): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Script {
  hasRedis(): boolean;
  startRedis(options?: { password?: string }): Promise<TestRedis>;
}

const script = new URL('../../scripts/redis.mjs', import.meta.url);

export const { hasRedis, startRedis } = (await import(script.href)) as Script;
