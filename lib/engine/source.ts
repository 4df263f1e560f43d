// The source sequences that a decoder attends to.

/** The outputs of an encoder, where layers of a decoder attend to them. */
export interface Source {
  /** [B, S, F], batch-major, in the caller's order of rows; the time steps of a row that count come first. */
  readonly at: number;
  /** [B, S, F]: its gradient, in a pass for training, to which attention adds; −1 otherwise. */
  readonly gradient: number;
  readonly B: number;
  readonly S: number;
  readonly F: number;
  /** [B]: number of time steps of each row that count, at least 1; set before each run. */
  readonly lengths: Int32Array;
  /** Number of encodings so far. */
  version: number;
}
