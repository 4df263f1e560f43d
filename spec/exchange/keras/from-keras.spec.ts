import { describe, expect, it } from '@jest/globals';
import { fromKeras } from '../../../lib/exchange/keras.ts';
import type { RNN } from '../../../lib/index.ts';
import { kerasFile } from '../../support/keras-files.ts';
import { differenceFrom } from './difference.ts';

describe('fromKeras', () => {
  // float64: the weights of cudnn2.h5 are sums that were rounded to float32
  it.each([
    ['sequential1.h5', 'a model of Keras 1, with its words and arrays of single gates', 1e-14],
    ['sequential2.h5', 'a model of Keras 2 with masks, hard_sigmoid and two directions', 1e-14],
    ['cudnn2.h5', 'layers of cuDNN', 2e-7],
    ['functional3.keras', 'a chain of Keras 3 with its hard_sigmoid', 1e-14],
    ['tiny3.keras', 'a layer', 1e-14],
    ['nested3.keras', 'a stack of cells, directions that differ, and a model within a model', 1e-14],
  ])('%s: %s', async (file, _, tolerance) => {
    const bytes = kerasFile(file);
    expect(differenceFrom(file, await fromKeras(bytes, { dtype: 'float64' }), 'float64')).toBeLessThan(tolerance);
    const difference = differenceFrom(file, await fromKeras(bytes), 'float32');
    expect(difference).toBeLessThan(1e-6);
  });

  it('makes layers that say what they are', async () => {
    const { layers } = await fromKeras(kerasFile('sequential2.h5'));
    expect(layers.map(({ kind }) => kind)).toEqual(['Embedding', 'LSTM', 'Dropout', 'Bidirectional', 'Dense']);
    expect((layers[1] as unknown as RNN).cell).toMatchObject({ recurrentActivation: 'hardSigmoidFifth' });
    const three = await fromKeras(kerasFile('functional3.keras'));
    expect((three.layers[0] as unknown as RNN).cell).toMatchObject({
      recurrentActivation: 'hardSigmoidSixth',
      resetAfter: true,
    });
  });

  it('takes an option that Keras 2 left out for the default of its time', async () => {
    const bytes = kerasFile('sequential2.h5');
    const at = Buffer.from(bytes).indexOf('"reset_after": true');
    bytes.set(Buffer.from('"reset_xxxxx": null'), at); // a key that says nothing
    await expect(fromKeras(bytes)).rejects.toThrow(
      'fromKeras: "bidirectional_1/bidirectional_1/forward_gru_3/bias:0" must be the bias of a GRU that resets before the product, as bidirectional_1; received [2, 9]. Build bidirectional_1 with resetAfter: true',
    );
  });

  it('refuses a model within a model of which a part is frozen, whose arrays stand in another order', async () => {
    await expect(fromKeras(kerasFile('frozen2.h5'), { forTraining: false })).rejects.toThrow(
      'fromKeras: "enc" must be trainable as a whole, or not at all, as its arrays in the file stand in another order; received a model with some frozen layers. Save it as .keras',
    );
  });

  it('refuses weights without a config', async () => {
    await expect(fromKeras(kerasFile('weights2.h5'))).rejects.toThrow(
      'fromKeras: "bytes" must hold the config of a model; received weights alone. Make the model by hand and load the weights with loadKerasWeights',
    );
  });
});
