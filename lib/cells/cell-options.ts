// Options of every cell.

import { requireBoolean } from '../checks.ts';
import { integer, optional, required, type Schema, saved } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import { RECURRENT_WEIGHT_OPTIONS, type RecurrentWeightOptions } from '../parameters/weight-options.ts';
import { zeros } from '../random/constant.ts';
import { glorotUniform } from '../random/glorot.ts';
import { orthogonal } from '../random/orthogonal.ts';
import type { Initializer } from '../random/run-initializer.ts';
import type { Config } from './config.ts';
import { type GateBiases, type GateInitializers, requireBiases, requireWeights } from './gate-initializers.ts';

/**
 * Options of every cell; `G` are the names of its gates.
 *
 * An initializer is a function for all gates, or an object of functions by gate. Gates that it does not name keep the
 * default, and their initial values do not depend on it.
 *
 * @example
 * ```ts
 * new LSTM({ units: 64, biasInitializer: { forget: 3, output: initializers.uniform() } });
 * new LSTM({ units: 64, recurrentInitializer: { candidate: initializers.normal({ sd: 0.01 }) } });
 * ```
 */
export interface CellOptions<G extends string = string> extends BuildOptions, RecurrentWeightOptions {
  /** Size of the state, at least 1. */
  readonly units: number;
  /** Whether the gates have a bias; default true. */
  readonly useBias?: boolean;
  /** Initializer of the input weights [I, G·H], or one for each gate [I, H]; default Glorot uniform of the whole. */
  readonly kernelInitializer?: Initializer | GateInitializers<G>;
  /** Initializer of the recurrent weights [H, G·H], or one for each gate [H, H]; default orthogonal, of the whole. */
  readonly recurrentInitializer?: Initializer | GateInitializers<G>;
  /** Initializer of the bias [G·H], or one for each gate [H]; a number is the value of all elements; default zeros. */
  readonly biasInitializer?: Initializer | number | GateBiases<G>;
}

/** Options of cells without a default. */
export type OpenCellOptions = keyof BuildOptions | keyof RecurrentWeightOptions;

/** @internal The schema of `CellOptions`. */
export const CELL_OPTIONS: Schema<CellOptions, OpenCellOptions> = {
  ...BUILD_OPTIONS,
  ...RECURRENT_WEIGHT_OPTIONS,
  units: saved(required(integer())),
  useBias: saved(optional(requireBoolean, true)),
  kernelInitializer: optional(requireWeights, glorotUniform()),
  recurrentInitializer: optional(requireWeights, orthogonal()),
  biasInitializer: optional(requireBiases, zeros),
};

/** Options that describe a cell in a saved file. */
export type CellConfig = Config;
