// A layer that applies others to each time step by itself.

import { refuse, requireEntries } from '../checks.ts';
import { readOptions, required, type Schema, unchecked } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { namesOf } from './network-layers.ts';
import { WiredLayer } from './wired-layer.ts';
import { chainOf, requireChain, type Wiring } from './wiring.ts';

/** Options of a time-distributed layer. */
export interface TimeDistributedOptions extends BuildOptions {
  /** The layers, first to last; new ones, at least one, none of which reads more than one time step. */
  readonly layers: readonly Layer[];
}

const OPTIONS: Schema<TimeDistributedOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  layers: required(unchecked<readonly Layer[]>),
};

/**
 * Applies layers to each time step by itself: (TD1) y_t = F(x_t), with the same parameters at every step. `Dense`,
 * `Activation`, `Dropout` and `LayerNormalization` do so by themselves; this layer says it, as in Keras, makes a block of
 * several, and refuses layers that read other time steps, and inputs without a time axis.
 *
 * Parameters are named after the layers: `dense1.kernel`. To load a saved model with this layer, pass the class to
 * `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const head = new TimeDistributed({ layers: [new Dense({ units: 8, activation: 'relu' }), new Dense({ units: 2 })] });
 * const model = new Sequential([new LSTM({ units: 4, returnSequences: true }), head]);
 * model.forward(zeros([2, 5, 3])).shape; // [2, 5, 2]
 * ```
 */
export class TimeDistributed extends WiredLayer {
  /** Name in saved files. */
  static readonly kind = 'TimeDistributed';
  readonly kind = 'TimeDistributed';
  /** @internal */
  override readonly needsTime = true;
  /** The layers, first to last. */
  readonly layers: readonly Layer[];

  /**
   * @param options - `layers`; `seed`, `dtype`, `inputSize`, `backend`: see BuildOptions
   * @throws ArgumentError for layers that are in use, do not fit each other, or read other time steps
   */
  constructor(options: TimeDistributedOptions) {
    const where = 'TimeDistributed';
    const { layers, ...build } = readOptions(where, options, OPTIONS);
    const list = requireChain(where, 'layers', requireEntries(where, 'layers', layers, 'be an array of layers'), 1);
    for (const [k, layer] of list.entries()) {
      if (!layer.needsTime && !layer.attends && layer.timeAxis === 'kept') continue;
      const remedy = 'Put it before or after TimeDistributed';
      refuse(where, `layers[${k}]`, 'read one time step at a time', layer, remedy);
    }
    const names = namesOf(list);
    const nodes = chainOf(list, (k) => [names[k]!], 0);
    const wiring: Wiring = { nodes, outputs: [nodes.length], merge: 'concat' };
    super(where, wiring, build, (node) => (node === undefined ? 'layers' : `layers[${nodes.indexOf(node)}]`));
    this.layers = list;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { layers: this.layers };
  }
}
