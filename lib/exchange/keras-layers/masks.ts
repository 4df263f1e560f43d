// Where masks of time steps have another effect here than in Keras.

import { Conv1D } from '../../layers/conv1d.ts';
import type { Layer } from '../../layers/layer.ts';
import { RNN } from '../../layers/rnn.ts';

/** A layer that computes something else, with what an error says about it. */
interface MaskProblem {
  readonly name: string;
  readonly expected: string;
  readonly received: string;
}

/**
 * The first layer that computes something else than Keras if some time steps do not count; undefined if there is none.
 *
 * Read backwards, a sequence begins here with its last step that counts, and in Keras with padding. The last output is the
 * same, the order of the others is not. Convolutions read padding in Keras.
 *
 * @param layers - in order: each layer of Keras with those that compute the same here
 */
export function maskProblem(
  layers: readonly (readonly [name: string, own: readonly Layer[]])[],
): MaskProblem | undefined {
  if (layers[0]?.[1][0]?.masks !== true) return undefined;
  for (const [name, own] of layers) {
    const layer = own.at(-1)!;
    const reversed = own.some((each) => each instanceof RNN && each.goBackwards);
    const keeps = layer.outputShape({ T: 2, B: 1, F: 1 }).T !== undefined;
    if (reversed && keeps) {
      const expected = 'not read masked sequences backwards and return them';
      return { name, expected, received: 'a mask and a layer that reads backwards' };
    }
    if (layer instanceof Conv1D || layer.timeAxis !== 'kept') {
      const expected = 'not get a mask, which has another effect in Keras';
      return { name, expected, received: 'a mask of Masking or mask_zero' };
    }
    if (!keeps) return undefined;
  }
  return undefined;
}
