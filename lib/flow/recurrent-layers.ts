// Lists the recurrent layers of a model.

import type { SignalShape } from '../engine/signal.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import type { Network } from '../layers/network.ts';
import { RNN } from '../layers/rnn.ts';

/** A recurrent layer with its name in the model, as in errors and `visit`. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: RNN;
  /** Time steps of its input. */
  readonly T: number;
}

/**
 * The recurrent layers of a network, first to last, for T time steps of its input: those of networks, branches and
 * directions within it too.
 */
export function recurrentLayers(network: Network, T: number): NamedLayer[] {
  return within(network, { T, B: Number.NaN, F: Number.NaN }, []);
}

/** The recurrent layers within a layer, for its input. */
function within(whole: LayerDescription, given: SignalShape, names: readonly string[]): NamedLayer[] {
  return whole.parts(given).flatMap(({ path, layer, input }) => {
    const own = [...names, ...path];
    if (layer instanceof RNN) return [{ name: own.join('.'), layer: layer as RNN, T: input.T ?? 0 }];
    return within(layer, input, own);
  });
}
