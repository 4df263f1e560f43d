// The error of files that could not be written or read.

import { BpttError, type ErrorDetails } from '../errors.ts';

/** A file that the system could not write or read. `code` is that of the system, such as `ENOSPC`; `cause` its error. */
export class FileError extends BpttError {
  /** Class name. */
  override readonly name: string = 'FileError';
  /** Code of the system, such as `ENOSPC`; undefined if the cause has none. */
  readonly code: string | undefined;

  /** Builds the message, and stores the cause. */
  constructor(details: ErrorDetails, cause?: unknown) {
    super(details);
    if (cause !== undefined) this.cause = cause;
    this.code = codeOf(cause);
  }
}

/** The code of an error of the system. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
