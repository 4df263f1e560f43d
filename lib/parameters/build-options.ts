// The options of everything that has parameters.

import { requireInteger, requireOneOf } from '../checks.ts';
import { requireBackend } from '../kernels/backend.ts';
import type { BackendName } from '../kernels/contract.ts';
import { integer, optional, type Schema } from '../options.ts';
import { type DType, requireDType } from '../tensor/storage.ts';

/** Options of everything that has parameters. */
export interface BuildOptions {
  /** Features of the input; default: those of the first input. */
  readonly inputSize?: number;
  /** Seed of the initial values of a stand-alone layer or cell (a model uses its own seed); default 0. */
  readonly seed?: number;
  /**
   * Element type of a stand-alone layer or cell (a model decides for its layers); `'float64'` is for verification;
   * default `'float32'`.
   */
  readonly dtype?: DType;
  /**
   * Backend of a stand-alone layer or cell (a model decides for its layers): `'simd'`, `'wide'` after `enableWideSimd`,
   * or `'reference'`. The bits are the same. float64 always has the reference. Default: what `backend()` reports.
   */
  readonly backend?: BackendName;
  /**
   * The most threads that compute a call, from 1 to 1024, or `'auto'`: as many as there are processors, and one while that is
   * faster; default 1. The bits are the same for any number. A model decides for its layers. See docs/threads.md.
   */
  readonly threads?: number | 'auto';
  /** Milliseconds to wait for another thread, from 1 to 2³¹ − 1; then a call throws a BpttError; default 10000. */
  readonly threadTimeout?: number;
}

/**
 * @internal The schema of `BuildOptions`, without defaults: a model has to know which options its layers were given.
 */
export const BUILD_OPTIONS: Schema<BuildOptions, keyof BuildOptions> = {
  inputSize: optional(integer()),
  seed: optional(integer(0)),
  dtype: optional(requireDType),
  backend: optional(requireBackendName),
  threads: optional(requireThreads),
  threadTimeout: optional(integer(1, 2 ** 31 - 1)),
};

/** Largest number of threads that a model may ask for. */
const MOST_THREADS = 1024;

/** Returns a number of threads. */
function requireThreads(where: string, argument: string, value: unknown): number | 'auto' {
  return value === 'auto' ? value : requireInteger(where, argument, value, 1, MOST_THREADS);
}

/** Returns the name of a backend that runs here. */
function requireBackendName(where: string, argument: string, value: unknown): BackendName {
  const name = requireOneOf<BackendName>(where, argument, value, ['reference', 'simd', 'wide']);
  requireBackend(where, name);
  return name;
}

/** @internal The options that decide what computes, and not what is computed; without those that were not given. */
export function computedBy({
  backend,
  threads,
  threadTimeout,
}: ComputedBy): Pick<BuildOptions, 'backend' | 'threads' | 'threadTimeout'> {
  return { ...(backend && { backend }), ...(threads && { threads }), ...(threadTimeout && { threadTimeout }) };
}

/** Some of the options, which may be undefined. */
interface ComputedBy {
  readonly backend?: BackendName | undefined;
  readonly threads?: number | 'auto' | undefined;
  readonly threadTimeout?: number | undefined;
}
