// The error of files that could not be written or read.

import { BpttError, type ErrorDetails } from '../errors.ts';

/**
 * A file that the system could not write or read. `code` is that of the system, such as `ENOSPC`, in browsers the name of
 * its DOMException, such as `QuotaExceededError`; `cause` is the error of the system.
 */
export class FileError extends BpttError {
  /** Class name. */
  override readonly name: string = 'FileError';
  /** Code of the system, such as `ENOSPC` or `QuotaExceededError`; undefined if the cause has none. */
  readonly code: string | undefined;

  /** Builds the message, and stores the cause. */
  constructor(details: ErrorDetails, cause?: unknown) {
    super(details);
    if (cause !== undefined) this.cause = cause;
    this.code = codeOf(cause);
  }
}

/** The code of an error of the system; of a DOMException, whose own code is an old number, the name. */
export function codeOf(error: unknown): string | undefined {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'string') return code;
  return typeof code === 'number' && typeof name === 'string' ? name : undefined;
}

/** Codes of files that are gone. */
const GONE: readonly (string | undefined)[] = ['ENOENT', 'NotFoundError'];

/** Whether an error says that there is no such file or folder. */
export function isGone(error: unknown): boolean {
  return GONE.includes(codeOf(error));
}
