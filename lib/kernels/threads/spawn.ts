// Starts workers: threads of Node, or Workers of a browser.

/** A running worker. */
export interface WorkerThread {
  post(message: unknown): void;
  terminate(): void;
}

/** A port to another thread. */
export interface Port {
  on?(event: 'message', listener: (message: unknown) => void): unknown;
  addEventListener?(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  unref(): void;
  on(event: 'error', listener: (error: unknown) => void): void;
}

interface NodeThreads {
  readonly Worker: new (url: URL, options: object) => NodeWorker;
}

interface WebWorker {
  addEventListener(event: 'error', listener: (event: { readonly message?: string }) => void): void;
  postMessage(message: unknown): void;
  terminate(): void;
}

declare const Worker: (new (url: URL, options: { readonly type: 'module' }) => WebWorker) | undefined;

declare class URL {
  constructor(path: string, base: string);
}

declare global {
  interface ImportMeta {
    url: string;
  }
}

/** Why there is one thread only; undefined if there may be more. */
export function whatLacks(): string | undefined {
  if (typeof SharedArrayBuffer !== 'function')
    return 'there is no SharedArrayBuffer: the page is not cross-origin isolated';
  return nodeThreads() === undefined && typeof Worker !== 'function' ? 'there are no workers here' : undefined;
}

function builtin(name: string): unknown {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name);
}

function nodeThreads(): NodeThreads | undefined {
  return builtin('node:worker_threads') as NodeThreads | undefined;
}

/** Processors that this process may use. */
export function cores(): number {
  const os = builtin('node:os') as { availableParallelism(): number } | undefined;
  const { navigator } = globalThis as { navigator?: { readonly hardwareConcurrency?: number } };
  return os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}

/** Whether this thread may sleep: the main thread of a browser may not. */
export function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The port of a worker to the thread that started it. */
export function ownPort(): Port {
  const threads = builtin('node:worker_threads') as { readonly parentPort: Port | null } | undefined;
  return threads?.parentPort ?? (globalThis as unknown as Port);
}

/** Starts a worker, which does not keep the process alive. `failed` is called if it ends with an error. */
export function spawn(failed: (reason: string) => void): WorkerThread {
  const threads = nodeThreads();
  return threads === undefined ? spawnInBrowser(failed) : spawnInNode(threads, failed);
}

function spawnInNode({ Worker }: NodeThreads, failed: (reason: string) => void): WorkerThread {
  const base = import.meta.url; // not in one expression: a bundler for browsers would copy the file
  const worker = new Worker(new URL('./worker.js', base), { execArgv: [] });
  worker.on('error', (error) => failed(String(error)));
  worker.unref();
  return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
}

function spawnInBrowser(failed: (reason: string) => void): WorkerThread {
  const worker = new Worker!(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) => failed(message ?? 'their file was not loaded'));
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}
