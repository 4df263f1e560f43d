// The error of a job that failed.

/** A job failed where it ran, and would fail again: its model, its training or its data are wrong, or took too long. */
export class JobError extends Error {
  /** Class name. */
  override readonly name: string = 'JobError';
  /** Class of the error where the job ran: `'ShapeError'`; `'TimeoutError'` if it took too long. */
  readonly kind: string;

  /** Takes the class and the message of the error where the job ran. */
  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}
