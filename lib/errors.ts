/** What an error has to tell: who refused, which argument, what was wanted, what came, and what to do about it. */
export interface ErrorDetails {
  /** Public function that refused, as the user calls it: `LSTM.forward`. */
  readonly where: string;
  /** Name of the offending argument or option; left out when the call itself came at the wrong time. */
  readonly argument?: string;
  /** What was wanted, to be read after "must": `have shape [B, T, 16]`. */
  readonly expected: string;
  /** What came instead, in words or figures. */
  readonly received: string;
  /** What the user can do about it. */
  readonly remedy?: string;
}

function message(details: ErrorDetails): string {
  const subject = details.argument === undefined ? 'the call' : `"${details.argument}"`;
  const remedy = details.remedy === undefined ? '' : `. ${details.remedy}`;
  return `${details.where}: ${subject} must ${details.expected}; received ${details.received}${remedy}`;
}

/** Base of every error this library throws: `error instanceof BpttError` catches them all. */
export class BpttError extends Error {
  /** Class name. */
  override readonly name: string = 'BpttError';
  /** Public function that refused. */
  readonly where: string;
  /** Offending argument, when there is one. */
  readonly argument: string | undefined;
  /** What was wanted, to be read after "must". */
  readonly expected: string;
  /** What came instead. */
  readonly received: string;

  /** Builds the message `where: "argument" must expected; received received. remedy`. */
  constructor(details: ErrorDetails) {
    super(message(details));
    this.where = details.where;
    this.argument = details.argument;
    this.expected = details.expected;
    this.received = details.received;
  }
}

/** A value of the wrong type or outside its range. */
export class ArgumentError extends BpttError {
  /** Class name. */
  override readonly name: string = 'ArgumentError';
}

/** An array of the wrong rank or size. */
export class ShapeError extends BpttError {
  /** Class name. */
  override readonly name: string = 'ShapeError';
}

/** A call at the wrong time: `backward` before `forward`, `trainStep` before `compile`. */
export class StateError extends BpttError {
  /** Class name. */
  override readonly name: string = 'StateError';
}

/** NaN or an infinity where training needs finite numbers; nothing was updated. */
export class NonFiniteError extends BpttError {
  /** Class name. */
  override readonly name: string = 'NonFiniteError';
}

/** Bytes that are no saved model, or one that does not fit its own description. */
export class FormatError extends BpttError {
  /** Class name. */
  override readonly name: string = 'FormatError';
}
