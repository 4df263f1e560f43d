// Lists the recurrent layers of a model.

import { Bidirectional } from '../layers/bidirectional.ts';
import { DIRECTIONS } from '../layers/bidirectional-pass.ts';
import type { Layer } from '../layers/layer.ts';
import { Network } from '../layers/network.ts';
import { RNN } from '../layers/rnn.ts';
import { WiredLayer } from '../layers/wired-layer.ts';
import { nameOf } from '../layers/wiring.ts';

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
export function recurrentLayers(network: Network, T: number, prefix = ''): NamedLayer[] {
  let steps: number | undefined = T;
  return network.layers.flatMap((layer, i) => {
    const own = steps ?? 0;
    steps = layer.outputShape({ T: steps, B: Number.NaN, F: Number.NaN }).T;
    return within(layer, own, prefix + network.layerNames[i]!);
  });
}

/** The recurrent layers within a layer. */
function within(layer: Layer, T: number, name: string): NamedLayer[] {
  if (layer instanceof RNN) return [{ name, layer: layer as RNN, T }];
  if (layer instanceof Network) return recurrentLayers(layer, T, `${name}.`);
  if (layer instanceof WiredLayer) {
    return layer.wiring.nodes.flatMap((node) => within(node.layer, T, `${name}.${nameOf(node)}`));
  }
  if (!(layer instanceof Bidirectional)) return [];
  return layer.layers.flatMap((each, i) => within(each, T, `${name}.${DIRECTIONS[i]!}`));
}
