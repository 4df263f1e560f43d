// Options of every cell.

import { requireBoolean, requireFunction } from '../checks.ts';
import { integer, optional, required, type Schema, saved } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/buildable.ts';
import { zeros } from '../random/constant.ts';
import { glorotUniform } from '../random/glorot.ts';
import { orthogonal } from '../random/orthogonal.ts';
import type { Initializer } from '../random/run-initializer.ts';

/** Options of every cell. */
export interface CellOptions extends BuildOptions {
  /** Size of the state, at least 1. */
  readonly units: number;
  /** Whether the gates have a bias; default true. */
  readonly useBias?: boolean;
  /** Initializer of the input weights [I, G·H]; default Glorot uniform. */
  readonly kernelInitializer?: Initializer;
  /** Initializer of the recurrent weights [H, G·H]; default orthogonal. */
  readonly recurrentInitializer?: Initializer;
  /** Initializer of the bias [G·H]; default zeros. */
  readonly biasInitializer?: Initializer;
}

/** @internal The schema of `CellOptions`. */
export const CELL_OPTIONS: Schema<CellOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  units: saved(required(integer())),
  useBias: saved(optional(requireBoolean, true)),
  kernelInitializer: optional(requireFunction<Initializer>, glorotUniform()),
  recurrentInitializer: optional(requireFunction<Initializer>, orthogonal()),
  biasInitializer: optional(requireFunction<Initializer>, zeros),
};

/** Options that describe a cell in a saved file. */
export type CellConfig = Readonly<Record<string, string | number | boolean>>;
