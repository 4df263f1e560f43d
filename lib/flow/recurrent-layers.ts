// Lists the recurrent layers of a model.

import { RNN } from '../layers/rnn.ts';
import { Stack } from '../layers/stack.ts';

/** A recurrent layer with its name in the model, as in errors and `visit`. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: RNN;
}

/** The recurrent layers of a stack and of stacks within it, first to last. */
export function recurrentLayers(stack: Stack, prefix = ''): NamedLayer[] {
  const names = stack.layerNames;
  return stack.layers.flatMap((layer, i) => {
    const name = prefix + names[i]!;
    if (layer instanceof RNN) return [{ name, layer: layer as RNN }];
    return layer instanceof Stack ? recurrentLayers(layer, `${name}.`) : [];
  });
}
