// A layer that adds its input to the output of other layers.

import { requireEntries } from '../checks.ts';
import { oneOf, optional, readOptions, required, type Schema, saved, savedOptions, unchecked } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { namesOf } from './network-layers.ts';
import { WiredLayer } from './wired-layer.ts';
import { type BranchMerge, chainOf, requireChain, type Wiring } from './wiring.ts';

/** Options of a residual layer. */
export interface ResidualOptions extends BuildOptions {
  /** The layers F, first to last; new ones, at least one. */
  readonly layers: readonly Layer[];
  /** How input and output of the layers become one: `'sum'`, (J2), or `'concat'`, (J1); default `'sum'`. */
  readonly merge?: BranchMerge;
}

const OPTIONS: Schema<ResidualOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  layers: required(unchecked<readonly Layer[]>),
  merge: saved(optional(oneOf('concat', 'sum'), 'sum')),
};

/**
 * A skip connection: (J3) y = x + F(x) (He et al. 2016), where F is one or more layers with as many outputs as inputs; with
 * `merge: 'concat'` y = [x, F(x)]: weights of the next layer then reach the input directly. (J3′) The
 * gradient of x has a part that passes no layer.
 *
 * Parameters are named after the layers: `gru1.kernel`. To load a saved model with this layer, pass the class to
 * `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const block = () => new Residual({ layers: [new GRU({ units: 8, returnSequences: true })] });
 * const model = new Sequential([new Dense({ units: 8 }), block(), block(), block(), new Dense({ units: 1 })]);
 * model.forward(zeros([2, 5, 3])).shape; // [2, 5, 1]
 * ```
 */
export class Residual extends WiredLayer {
  /** Name in saved files. */
  static readonly kind = 'Residual';
  readonly kind = 'Residual';
  /** The layers, first to last. */
  readonly layers: readonly Layer[];
  /** How input and output become one. */
  readonly merge: BranchMerge;

  /**
   * @param options - `layers`; `merge`: default `'sum'`; `seed`, `dtype`, `inputSize`, `backend`: see BuildOptions
   * @throws ArgumentError for layers that are in use or do not fit each other, or outputs of another size than the input
   */
  constructor(options: ResidualOptions) {
    const where = 'Residual';
    const { layers, merge, ...build } = readOptions(where, options, OPTIONS);
    const list = requireChain(where, 'layers', requireEntries(where, 'layers', layers, 'be an array of layers'), 1);
    const names = namesOf(list);
    const nodes = chainOf(list, (k) => [names[k]!], 0);
    const wiring: Wiring = { nodes, outputs: [0, nodes.length], merge };
    super(where, wiring, build, (node) => (node === undefined ? 'layers' : `layers[${nodes.indexOf(node)}]`));
    this.layers = list;
    this.merge = merge;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { layers: this.layers, ...savedOptions(OPTIONS, this) };
  }
}
