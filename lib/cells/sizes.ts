// What the records, the packed weights and the input side of a cell need to know of it.

import type { StateSpec } from '../memory/states.ts';
import type { Parameter } from '../parameters/parameter.ts';

/** The sizes of a cell. */
export interface CellSizes {
  /** H */
  readonly units: number;
  readonly gates: readonly string[];
  readonly states: readonly string[];
  /** The gates of each recurrent product. */
  readonly products: Readonly<Record<string, readonly string[]>>;
  /** G·H */
  readonly gateWidth: number;
  /** Features of the first state. */
  readonly outputWidth: number;
  readonly savedBlocks: number;
  readonly gradientBlocks: number;
  readonly inputSavedSize: number;
  readonly stateSpecs: readonly StateSpec[];
  widthOf(state: string): number;
}

/** The columns of the recurrent weights that one product multiplies. */
export interface ProductColumns {
  /** Name of the product. */
  readonly name: string;
  /** First column. */
  readonly first: number;
  /** Number of columns. */
  readonly count: number;
}

/** A cell that has its parameters. */
export interface CellParts extends CellSizes {
  readonly inputSize: number | undefined;
  /** W_x */
  readonly kernel: Parameter;
  /** W_h */
  readonly recurrentKernel: Parameter;
  /** b */
  readonly bias: Parameter | undefined;
  readonly columns: readonly ProductColumns[];
}
