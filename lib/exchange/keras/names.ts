// The names of layers in files of Keras.

import type { Layer } from '../../layers/layer.ts';
import type { EncoderDecoder } from '../../model/encoder-decoder.ts';

/** A layer, by its name in the model or itself. */
export type KerasTarget = string | Layer;

/**
 * Layers in the file by name, and the layers that they are here: `{ lstm_7: 'lstm1', dense_9: 'dense1' }`. A list has the
 * layers for the cells of one StackedRNNCells. `null` leaves out what the model has no use for, a layer or a single array.
 * `readKeras` lists the names; of a layer within a model within a file of Keras 3, the path: `'sequential/layers/dense'`.
 */
export type KerasNames = Readonly<Record<string, KerasTarget | readonly KerasTarget[] | null>>;

/** Anything with layers. */
export type KerasTargetModel = Layer | EncoderDecoder;
