// The layers of a model that have weights in Keras, and their paths in files of Keras 3, which are made of class names.

import type { Layer } from '../../layers/layer.ts';
import type { Part } from '../../layers/layer-description.ts';
import { Network } from '../../layers/network.ts';
import type { Buildable } from '../../parameters/buildable.ts';
import { numbered, pathName } from '../keras-layers/paths.ts';
import { partsOfModel } from '../targets.ts';

/** A layer with weights. */
export interface Leaf {
  readonly label: string;
  readonly layer: Layer;
  /** Its path below `layers`: `'lstm_1'`, `'sequential/layers/dense'`. */
  readonly path: string;
}

/** The layers of a model that have weights, in order. */
export function leavesOf(model: Buildable): Leaf[] {
  const parts = partsOfModel(model);
  const isNetwork = model instanceof Network || 'networks' in model;
  if (!isNetwork) return [{ label: model.kind, layer: model as Layer, path: pathName(model.kind) }];
  return leavesIn(parts, '', '');
}

function leavesIn(parts: readonly Part[], prefix: string, above: string): Leaf[] {
  const used = new Map<string, number>();
  return parts.flatMap(({ path, layer, input }) => {
    const label = prefix + path.join('.');
    const isNetwork = layer instanceof Network;
    const own = above + numbered(used, isNetwork ? 'sequential' : pathName(layer.kind));
    if (isNetwork) return leavesIn(layer.parts(input), `${label}.`, `${own}/layers/`);
    return layer.parameters.size === 0 ? [] : [{ label, layer: layer as Layer, path: own }];
  });
}
