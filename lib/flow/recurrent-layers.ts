// Lists the recurrent layers of a model.

import { Network } from '../layers/network.ts';
import { RNN } from '../layers/rnn.ts';

/** A recurrent layer with its name in the model, as in errors and `visit`. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: RNN;
}

/** The recurrent layers of a network, and of networks within it, first to last. */
export function recurrentLayers(network: Network, prefix = ''): NamedLayer[] {
  const names = network.layerNames;
  return network.layers.flatMap((layer, i) => {
    const name = prefix + names[i]!;
    if (layer instanceof RNN) return [{ name, layer: layer as RNN }];
    return layer instanceof Network ? recurrentLayers(layer, `${name}.`) : [];
  });
}
