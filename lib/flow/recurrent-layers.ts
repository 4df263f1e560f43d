import { RNN } from '../layers/rnn.ts';
import { Stack } from '../layers/stack.ts';

/** A recurrent layer under its name in the model, as errors and `visit` have it. */
export interface NamedLayer {
  readonly name: string;
  readonly layer: RNN;
}

/** The recurrent layers of a stack, first to last, those of stacks in it included. */
export function recurrentLayers(stack: Stack, prefix = ''): NamedLayer[] {
  const names = stack.layerNames;
  return stack.layers.flatMap((layer, i) => {
    const name = prefix + names[i]!;
    if (layer instanceof RNN) return [{ name, layer: layer as RNN }];
    return layer instanceof Stack ? recurrentLayers(layer, `${name}.`) : [];
  });
}
