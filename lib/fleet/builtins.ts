// Modules of Node, Deno and Bun, without their types: the library also loads in browsers, where these functions refuse.

import { StateError } from '../errors.ts';

/** A thread. */
export interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
}

/** The members that are used here. */
interface Builtins {
  readonly 'node:crypto': {
    createHash(algorithm: 'sha256'): { update(data: string | Uint8Array): { digest(encoding: 'hex'): string } };
  };
  readonly 'node:fs': {
    readonly promises: {
      access(path: string): Promise<void>;
      mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
      readFile(path: string): Promise<Uint8Array>;
      readdir(path: string): Promise<string[]>;
      realpath(path: string): Promise<string>;
      rm(path: string, options: { readonly force: true }): Promise<void>;
      stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number; isFile(): boolean }>;
    };
  };
  readonly 'node:os': { availableParallelism(): number };
  readonly 'node:path': {
    readonly sep: string;
    dirname(path: string): string;
    isAbsolute(path: string): boolean;
    join(...parts: readonly string[]): string;
    relative(from: string, to: string): string;
    resolve(...parts: readonly string[]): string;
  };
  readonly 'node:worker_threads': {
    readonly Worker: new (
      file: URL,
      options: { readonly workerData: unknown; readonly execArgv: readonly string[] },
    ) => NodeWorker;
    readonly parentPort: {
      postMessage(message: unknown, transfer: readonly ArrayBufferLike[]): void;
      on(event: 'message', listener: (message: unknown) => void): void;
    } | null;
    readonly workerData: unknown;
  };
}

declare class URL {
  constructor(path: string, base: string);
}

/** A module of the system. @throws StateError where there is none: in browsers */
export function builtin<N extends keyof Builtins>(where: string, name: N): Builtins[N] {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.(name);
  if (found !== undefined) return found as Builtins[N];
  throw new StateError({ where, expected: 'be in Node, Deno or Bun', received: `a system without ${name}` });
}
