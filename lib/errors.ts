// The errors of this library.

/** Details of an error: function, argument, expected and received value, and remedy. */
export interface ErrorDetails {
  /** Public function that threw, as users call it: `LSTM.forward`. */
  readonly where: string;
  /** Name of the invalid argument or option; undefined if the call itself is invalid, for example too early. */
  readonly argument?: string;
  /** Requirement, to be read after "must": `have shape [B, T, 16]`. */
  readonly expected: string;
  /** Description of the received value. */
  readonly received: string;
  /** What users can do about the error. */
  readonly remedy?: string;
}

function message(details: ErrorDetails): string {
  const subject = details.argument === undefined ? 'the call' : `"${details.argument}"`;
  const remedy = details.remedy === undefined ? '' : `. ${details.remedy}`;
  return `${details.where}: ${subject} must ${details.expected}; received ${details.received}${remedy}`;
}

/** Whether an engine threw this error because memory ran out: a RangeError or, in Firefox, a string. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError || error === 'out of memory';
}

/** The base class of all errors of this library. */
export class BpttError extends Error {
  /** Class name. */
  override readonly name: string = 'BpttError';
  /** Public function that threw. */
  readonly where: string;
  /** Invalid argument, if there is one. */
  readonly argument: string | undefined;
  /** Requirement, to be read after "must". */
  readonly expected: string;
  /** Received value. */
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

/** A call at the wrong time, such as `backward` before `forward` or `trainStep` before `compile`. */
export class StateError extends BpttError {
  /** Class name. */
  override readonly name: string = 'StateError';
}

/** Where the first NaN or infinity appeared, in the order of computation. */
export interface NonFinitePlace {
  /**
   * `'forward'`: in data, parameters, layers or the loss; `'backward'`: in gradients; `'optimizer'`: in values that the
   * update would have written.
   */
  readonly phase: 'forward' | 'backward' | 'optimizer';
  /** Name of the layer; undefined for x, the prediction, the loss and the global norm, which belong to the model. */
  readonly layer: string | undefined;
  /** Name of the gate whose activation or gradient it is; undefined for other values. */
  readonly gate: string | undefined;
  /**
   * Name of any other value: a state, a parameter, `saved`, `x`, `input`, `output`, `preactivation`, `prediction`,
   * `loss`; undefined for a gate.
   */
  readonly tensor: string | undefined;
  /** Name of the slot of the optimizer's state, such as `m`; undefined for the parameter itself. */
  readonly slot: string | undefined;
  /** Index of the chunk, from 0, in `fitStream`. */
  readonly chunk: number | undefined;
  /**
   * Time step of a value with a time axis; undefined for a state before the first step. In `fitStream`, steps count
   * from the start of the chunk: −1 is the last step of the previous chunk, which the backward pass may include.
   */
  readonly step: number | undefined;
  /** Row in the caller's data, in `fit` before shuffling. */
  readonly row: number | undefined;
  /** Unit or feature. */
  readonly unit: number | undefined;
  /** Index in a parameter; undefined for other values, which have step, row and unit. */
  readonly index: readonly number[] | undefined;
  /** NaN, Infinity or −Infinity. */
  readonly value: number;
}

/** Details of a NonFiniteError. */
export interface NonFiniteDetails extends ErrorDetails {
  /** Where the value first appeared. */
  readonly place: NonFinitePlace;
}

/** NaN or an infinity in a training step, which updated nothing. */
export class NonFiniteError extends BpttError {
  /** Class name. */
  override readonly name: string = 'NonFiniteError';
  /** Where the value first appeared. */
  readonly place: NonFinitePlace;

  /** Builds the message, and stores the place. */
  constructor(details: NonFiniteDetails) {
    super(details);
    this.place = details.place;
  }
}

/** Bytes that are not a saved model or state, or that contradict their own header. */
export class FormatError extends BpttError {
  /** Class name. */
  override readonly name: string = 'FormatError';
}
