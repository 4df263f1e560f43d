// Where the arrays of one evaluation of a loss are.

/** Offsets of the arrays of one evaluation in an arena. Row k of each array belongs to row k of the others. */
export interface LossPlaces {
  /** Gradient of the prediction [rows, F], written. */
  readonly dOutput: number;
  /** Loss of each position, written; −1: not written. */
  readonly each: number;
  /** Prediction [rows, F]. */
  readonly output: number;
  /** Targets [rows, targetSize(F)], or [rows] if sparse; a loss may overwrite them, and has room for rows · F elements. */
  readonly target: number;
  readonly rows: number;
  readonly F: number;
  /** Whether targets are class numbers. */
  readonly sparse: boolean;
  /** The sequences that the rows are the time steps of, for a loss of whole sequences. */
  readonly sequences?: Sequences;
}

/** Whole sequences of an evaluation. Targets are [B, labels]. */
export interface Sequences {
  readonly B: number;
  /** Number of labels of a sequence, padding included. */
  readonly labels: number;
  /** Number of time steps of sequence b that count. */
  lengthOf(b: number): number;
  /** The row of time step t of sequence b. */
  rowOf(b: number, t: number): number;
}
