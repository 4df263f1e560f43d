// Lists the recurrent layers of a model.

import { Bidirectional } from '../layers/bidirectional.ts';
import { DIRECTIONS } from '../layers/bidirectional-pass.ts';
import type { Layer } from '../layers/layer.ts';
import { Network } from '../layers/network.ts';
import { RNN } from '../layers/rnn.ts';

/** A recurrent layer with its name in the model, as in errors and `visit`. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: RNN;
}

/** The recurrent layers of a network, of networks within it, and of both directions of a layer, first to last. */
export function recurrentLayers(network: Network, prefix = ''): NamedLayer[] {
  const names = network.layerNames;
  return network.layers.flatMap((layer, i) => {
    const name = prefix + names[i]!;
    return within(layer, name);
  });
}

/** The recurrent layers within a layer. */
function within(layer: Layer, name: string): NamedLayer[] {
  if (layer instanceof RNN) return [{ name, layer: layer as RNN }];
  if (layer instanceof Network) return recurrentLayers(layer, `${name}.`);
  if (!(layer instanceof Bidirectional)) return [];
  return layer.layers.flatMap((each, i) => within(each, `${name}.${DIRECTIONS[i]!}`));
}
