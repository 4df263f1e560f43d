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

/** Whether an engine threw this because memory ran out: a RangeError, in Firefox the bare text too. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError || error === 'out of memory';
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

/** Where training came by NaN or an infinity first, in the order of computation. */
export interface NonFinitePlace {
  /** `'forward'`: data, parameters, layers, loss; `'backward'`: gradients; `'optimizer'`: what the update would write. */
  readonly phase: 'forward' | 'backward' | 'optimizer';
  /** Name of the layer; undefined for x, the prediction, the loss and the global norm, which are the model's. */
  readonly layer: string | undefined;
  /** Name of the gate it belongs to, or whose gradient it is. */
  readonly gate: string | undefined;
  /** Name of whatever is no gate: a state, a parameter, `saved`, `x`, `input`, `output`, `preactivation`, `prediction`, `loss`. */
  readonly tensor: string | undefined;
  /** Name of the optimizer's array for that parameter; undefined for the parameter itself. */
  readonly slot: string | undefined;
  /** Number of the chunk, from 0, in `fitStream`. */
  readonly chunk: number | undefined;
  /**
   * Time step, where there is time; undefined for a state before the first one. In `fitStream` that of the chunk: −1 is the
   * last step before it, which a gradient can go back to.
   */
  readonly step: number | undefined;
  /** Row of the data that the caller gave: in `fit` that of x, whatever the order of the rows. */
  readonly row: number | undefined;
  /** Unit or feature. */
  readonly unit: number | undefined;
  /** Index in a parameter, which has neither step, row nor unit. */
  readonly index: readonly number[] | undefined;
  /** NaN, Infinity or −Infinity. */
  readonly value: number;
}

/** What a NonFiniteError has to tell. */
export interface NonFiniteDetails extends ErrorDetails {
  /** Where it arose. */
  readonly place: NonFinitePlace;
}

/** NaN or an infinity where training needs finite numbers; nothing was updated. */
export class NonFiniteError extends BpttError {
  /** Class name. */
  override readonly name: string = 'NonFiniteError';
  /** Where it arose. */
  readonly place: NonFinitePlace;

  /** Builds the message of any `BpttError`, and keeps the place. */
  constructor(details: NonFiniteDetails) {
    super(details);
    this.place = details.place;
  }
}

/** Bytes that are no saved model, or one that does not fit its own description. */
export class FormatError extends BpttError {
  /** Class name. */
  override readonly name: string = 'FormatError';
}
