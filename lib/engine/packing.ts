// Batches of sequences of different lengths, packed without padding.

/** The rows of consecutive time steps, which follow each other in memory: first those of the first step. */
export interface StepRows {
  /** Rows of the batch: those of the states before the first step. */
  readonly B: number;
  /**
   * Number of rows before each step, and after the last, from any first number on. The rows of a step are the first
   * rows of the step before it. Undefined if every step has B rows.
   */
  readonly starts: Int32Array | undefined;
}

/** Consecutive time steps of a sequence. */
export interface StepRange {
  /** Number of time steps. */
  readonly steps: number;
  /** Number of the first of them within the sequence. */
  readonly from: number;
  /** The rows of these steps. */
  readonly rows: StepRows;
}

/** Number of rows of the steps before step t. */
export function rowsBefore({ B, starts }: StepRows, t: number): number {
  return starts === undefined ? t * B : starts[t]! - starts[0]!;
}

/** Row, within all slots of a state, at which slot t begins: the state before step t. */
export function slotBefore(rows: StepRows, t: number): number {
  return t === 0 ? 0 : rows.B + rowsBefore(rows, t - 1);
}

/** Number of rows of step t. */
export function rowsOf({ B, starts }: StepRows, t: number): number {
  return starts === undefined ? B : starts[t + 1]! - starts[t]!;
}

/** The time steps that count, row by row. */
export interface Mask {
  /** Time steps of the caller's arrays. */
  readonly T: number;
  /** [rows + 1]: row r has the steps `times[k]` for k from `offsets[r]` to before `offsets[r + 1]`. */
  readonly offsets: Int32Array;
  /** Ascending within a row. */
  readonly times: Int32Array;
}

/**
 * A batch in which each row has only the time steps that count. Rows are sorted by the number of these steps, the most
 * first. So the rows that have a step t are the first rows of the batch, and the others take neither time nor memory.
 * Step t of a row is the t-th step that counts: a masked step does not exist for any layer.
 */
export class Packing {
  /** Rows of the batch. */
  readonly B: number;
  /** Time steps of the longest row, at least 1. */
  readonly T: number;
  /** Time steps of the caller's arrays. */
  readonly paddedT: number;
  /** Whether outputs at masked time steps hold the last output before them. */
  readonly holds: boolean;
  /** [T + 1], see StepRows. */
  readonly starts: Int32Array;
  /** [B], the caller's row of each row. */
  readonly order: Int32Array;
  /** The caller's time step of each packed row. */
  readonly times: Int32Array;

  constructor({ T: paddedT, offsets, times }: Mask, holds: boolean) {
    this.paddedT = paddedT;
    this.holds = holds;
    const lengthOf = (row: number): number => offsets[row + 1]! - offsets[row]!;
    this.B = offsets.length - 1;
    this.order = Int32Array.from({ length: this.B }, (_, row) => row).sort(
      (a, b) => lengthOf(b) - lengthOf(a) || a - b,
    );
    this.T = Math.max(1, lengthOf(this.order[0]!));
    this.starts = new Int32Array(this.T + 1);
    for (let t = 0, count = this.B; t < this.T; t++) {
      while (count > 0 && lengthOf(this.order[count - 1]!) <= t) count--;
      this.starts[t + 1] = this.starts[t]! + count;
    }
    this.times = new Int32Array(this.size);
    for (let t = 0; t < this.T; t++) {
      for (let k = this.starts[t]!; k < this.starts[t + 1]!; k++) {
        this.times[k] = times[offsets[this.order[k - this.starts[t]!]!]! + t]!;
      }
    }
  }

  /** Number of packed rows: of time steps that count, over all rows. */
  get size(): number {
    return this.starts[this.T]!;
  }

  /** The rows of time steps [from, to). */
  steps(from: number, to: number): StepRows {
    return { B: this.B, starts: this.starts.subarray(from, to + 1) };
  }

  /** Time steps of a row. */
  lengthOf(row: number): number {
    let length = this.T;
    while (length > 0 && this.starts[length]! - this.starts[length - 1]! <= row) length--;
    return length;
  }

  /** The caller's time step of step t of a row. */
  timeOf(t: number, row: number): number {
    return this.times[this.starts[t]! + row]!;
  }

  /** 1 for each time step of each of the caller's rows that counts, else 0: [B·paddedT]. */
  counted(): Uint8Array {
    const { B, T, paddedT } = this;
    const counted = new Uint8Array(B * paddedT);
    this.each(0, T, (_, row, time) => {
      counted[row * paddedT + time] = 1;
    });
    return counted;
  }

  /** Calls `visit` for the packed rows of time steps [from, to), in order, counted from 0. */
  each(from: number, to: number, visit: (k: number, row: number, time: number) => void): void {
    const { starts, order, times } = this;
    const first = starts[from]!;
    for (let t = from; t < to; t++) {
      for (let k = starts[t]!; k < starts[t + 1]!; k++) visit(k - first, order[k - starts[t]!]!, times[k]!);
    }
  }
}

/**
 * Calls `visit` for groups of neighbouring rows with as many of the first `steps` time steps of a run: the first row,
 * that number, and the number of rows.
 */
export function eachLength(
  rows: StepRows,
  steps: number,
  visit: (row: number, length: number, count: number) => void,
): void {
  const { B, starts } = rows;
  if (starts === undefined) {
    visit(0, steps, B);
    return;
  }
  let next = 0; // rows that go on
  for (let t = steps - 1; t >= 0; t--) {
    const count = rowsOf(rows, t);
    if (count > next) visit(next, t + 1, count - next);
    next = count;
  }
  if (B > next) visit(next, 0, B - next); // these have no step
}

/** The same, with the row within all slots of a tape that has the state of the first row after these time steps. */
export function eachLatest(
  rows: StepRows,
  steps: number,
  visit: (row: number, from: number, count: number) => void,
): void {
  eachLength(rows, steps, (row, length, count) => visit(row, slotBefore(rows, length) + row, count));
}
