// The layers of a network as a table.

import { sizeOf } from '../tensor/layout.ts';
import { table } from '../tensor/printed.ts';
import type { Layer } from './layer.ts';
import { inputShapeOf, shapeInWords } from './shape-in-words.ts';

/** Layers in sequence, by name. */
interface NamedLayers {
  readonly needsTime: boolean;
  readonly inputSize: number | undefined;
  readonly layers: readonly Layer[];
  readonly layerNames: readonly string[];
}

/** @internal A line for each layer: name, kind, shapes, and number of parameters. */
export function layersInWords(network: NamedLayers): string {
  let shape = inputShapeOf(network, network.inputSize);
  const rows = network.layers.map((layer, i) => {
    const input = shape;
    shape = layer.outputShape(input);
    const specs = input.F > 0 ? layer.parameterSpecs(input.F) : undefined;
    const count = specs?.reduce((sum, spec) => sum + sizeOf(spec.shape), 0) ?? '';
    return [network.layerNames[i]!, layer.kind, `${shapeInWords(input)} → ${shapeInWords(shape)}`, count];
  });
  return table(rows);
}
