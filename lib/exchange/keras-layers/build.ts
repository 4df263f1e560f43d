// Makes a model of the layers of a Keras config, and gives it the weights of a file.

import { BpttError, FormatError } from '../../errors.ts';
import type { Layer } from '../../layers/layer.ts';
import { anyInput } from '../../layers/parts.ts';
import { Sequential } from '../../model/sequential.ts';
import { sizeOf } from '../../tensor/layout.ts';
import type { DType } from '../../tensor/storage.ts';
import type { ForeignArrays } from '../foreign-array.ts';
import type { KerasModel } from './layers.ts';

/** Number of elements of the parameters that layers will have. Nothing is allocated. */
function parameterCount(layers: readonly Layer[], inputSize: number): number {
  let shape = anyInput(inputSize);
  let count = 0;
  for (const layer of layers) {
    for (const spec of layer.parameterSpecs(shape.F)) count += sizeOf(spec.shape);
    shape = layer.outputShape(shape);
  }
  return count;
}

/**
 * A model of layers, with parameters. A config whose parameters are more than the file has numbers is refused before memory
 * is allocated.
 *
 * @param inputSize - features of the input, where the config does not have them; undefined if the file has none either
 * @param arrays - those of the file
 * @throws FormatError for layers that do not fit each other here
 */
export function buildModel(
  where: string,
  { layers, inputSize: declared }: KerasModel,
  {
    dtype,
    inputSize,
    arrays,
  }: { readonly dtype: DType; readonly inputSize: number | undefined; readonly arrays: ForeignArrays },
): Sequential {
  const own = layers.flatMap((layer) => layer.layers) as [Layer, ...Layer[]];
  const most = [...arrays.values()].reduce((sum, { data }) => sum + data.length, 0);
  const size = declared ?? inputSize;
  const refuse = (expected: string, received: string): never => {
    throw new FormatError({ where, argument: 'config', expected, received });
  };
  try {
    const options = size === undefined || own[0].readsIndices ? { dtype } : { dtype, inputSize: size };
    const model = new Sequential(own, options);
    const features = own[0].readsIndices ? 1 : size;
    if (features === undefined) return refuse('declare the number of features of its input', 'none');
    const count = parameterCount(own, features);
    if (!(count <= most)) refuse(`have at most the ${most} weights of its file`, `layers of ${count} weights`);
    return model.build() as unknown as Sequential;
  } catch (error) {
    if (!(error instanceof BpttError) || error instanceof FormatError) throw error;
    const place = /^layers\[(\d+)\]/.exec(error.argument ?? '')?.[1];
    const layer = place === undefined ? undefined : layers.find((each) => each.layers.includes(own[Number(place)]!));
    return refuse(
      `have layers that fit each other: ${layer?.name ?? error.argument} must ${error.expected}`,
      error.received,
    );
  }
}
