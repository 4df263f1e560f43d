import { describe, expect, it } from '@jest/globals';
import { fromTfjs, toTfjs } from '../../../lib/exchange/tfjs.ts';
import { Bidirectional, Dense, GRU, LSTM, randomNormal, Sequential } from '../../../lib/index.ts';
import { changed, files, type ModelJson, smallModel } from './files.ts';

// Names, files and manifests as TensorFlow.js and the converter of Keras models write them.

const x = randomNormal([2, 4, 3], { seed: 1 });
const expected = smallModel().predict(x);
const { json, weights, path } = files;

/** Renames arrays. */
const renamed = (rename: (name: string) => string, of: ModelJson = json): ModelJson => {
  const copy = structuredClone(of);
  for (const spec of copy.weightsManifest[0]!.weights) spec.name = rename(spec.name);
  return copy;
};

describe('names of weights', () => {
  it.each<[string, (name: string) => string]>([
    ['of TensorFlow.js', (name) => name],
    ['of Keras 2, with the name of the cell', (name) => name.replace('gru1/', 'gru1/gru_cell_4/')],
    ['with :0', (name) => `${name.replace('gru1/', 'gru1/gru_cell/')}:0`],
    [
      'of Keras 3, by number',
      (name) =>
        `_layer_checkpoint_dependencies/${name
          .replace('gru1/', '_gru1/cell/vars/')
          .replace('dense1/', 'dense1/vars/')
          .replace('recurrent_kernel', '1')
          .replace('kernel', '0')
          .replace('bias', name.startsWith('gru1') ? '2' : '1')}`,
    ],
  ])('%s', (_, rename) => {
    expect(fromTfjs(renamed(rename), weights).predict(x)).toEqual(expected);
  });

  it('of directions', () => {
    const layers = [new LSTM({ units: 2 }), new LSTM({ units: 2 })] as const;
    const model = new Sequential([new Bidirectional({ layers }), new Dense({ units: 1 })], { inputSize: 3 }).build();
    const { modelJson, weights: bytes } = toTfjs(model);
    const written = JSON.parse(modelJson) as ModelJson;
    expect(written.weightsManifest[0]!.weights.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['bidirectional1/forward_lstm/kernel', 3, 8],
      ['bidirectional1/forward_lstm/recurrent_kernel', 2, 8],
      ['bidirectional1/forward_lstm/bias', 8],
      ['bidirectional1/backward_lstm/kernel', 3, 8],
      ['bidirectional1/backward_lstm/recurrent_kernel', 2, 8],
      ['bidirectional1/backward_lstm/bias', 8],
      ['dense1/kernel', 4, 1],
      ['dense1/bias', 1],
    ]);
    const keras = renamed((name) => name.replace('_lstm/', '_lstm/lstm_cell/'), written);
    expect(fromTfjs(keras, bytes).predict(x)).toEqual(model.predict(x));
    const swapped = renamed(
      (name) => name.replace('forward', 'x').replace('backward', 'forward').replace('/x', '/backward'),
      written,
    );
    expect(fromTfjs(swapped, bytes).predict(x)).not.toEqual(model.predict(x));
  });

  it('of cells in a stack, by their numbers', () => {
    const cell = { class_name: 'SimpleRNNCell', config: { units: 2, activation: 'tanh', use_bias: false } };
    const cells = Array.from({ length: 11 }, () => cell);
    const config = {
      name: 'r',
      cell: { class_name: 'StackedRNNCells', config: { cells } },
      batch_input_shape: [null, null, 2],
    };
    const order = Array.from({ length: 11 }, (_, k) => k);
    const numbers = (k: number) => Float32Array.from({ length: 8 }, (_, i) => Math.sin(1 + 8 * k + i));
    const stack = (listed: readonly number[]): Sequential => {
      const entries = listed.flatMap((k) =>
        ['kernel', 'recurrent_kernel'].map((name) => ({
          name: `r/RNNCell_${k}/${name}`,
          shape: [2, 2],
          dtype: 'float32',
        })),
      );
      const bytes = Buffer.concat(listed.map((k) => Buffer.from(numbers(k).buffer)));
      const layers = [{ class_name: 'RNN', config }];
      const modelTopology = { class_name: 'Sequential', config: { name: 's', layers } };
      return fromTfjs({ modelTopology, weightsManifest: [{ paths: ['w'], weights: entries }] }, new Uint8Array(bytes));
    };
    const input = randomNormal([1, 3, 2], { seed: 1 });
    const inOrder = stack(order).predict(input);
    expect(stack([...order].sort()).predict(input)).toEqual(inOrder); // 0, 1, 10, 2
    expect(stack([...order].reverse()).predict(input)).toEqual(inOrder);
  });

  it('of generators and of an optimizer are left out', () => {
    const more = changed(({ weightsManifest: [group] }) => {
      group!.weights.push(
        { name: 'gru1/seed_generator/vars/0', shape: [1], dtype: 'int32' },
        { name: 'training/Adam/m', shape: [2], dtype: 'float32', group: 'optimizer' },
      );
    });
    const longer = new Uint8Array(weights.length + 12);
    longer.set(weights);
    expect(fromTfjs(more, longer).predict(x)).toEqual(expected);
  });
});

describe('files', () => {
  const parts = [weights.subarray(0, 50), weights.subarray(50, 51), weights.subarray(51)];
  const inParts = changed(({ weightsManifest: [group] }) => Object.assign(group!, { paths: ['a', 'b', 'c'] }));

  it('are joined in the order of the manifest', () => {
    expect(fromTfjs(inParts, parts).predict(x)).toEqual(expected);
    const byPath = new Map([
      ['c', parts[2]!],
      ['a', parts[0]!],
      ['b', parts[1]!],
    ]);
    expect(fromTfjs(inParts, byPath).predict(x)).toEqual(expected);
  });

  it('may belong to several groups', () => {
    const [kernel, ...others] = json.weightsManifest[0]!.weights;
    const groups = [
      { paths: ['k'], weights: [kernel!] },
      { paths: ['o'], weights: others },
    ];
    const two = { ...json, weightsManifest: groups };
    expect(fromTfjs(two, weights).predict(x)).toEqual(expected);
    expect(fromTfjs(two, [weights.subarray(0, 72), weights.subarray(72)]).predict(x)).toEqual(expected);
    expect(() => fromTfjs(two, [weights.subarray(0, 71), weights.subarray(71)])).toThrow('must have 72 bytes in k');
  });

  it('may be what a handler of TensorFlow.js gets', () => {
    const artifacts = { modelTopology: json.modelTopology, weightSpecs: json.weightsManifest[0]!.weights };
    expect(fromTfjs(artifacts, weights).predict(x)).toEqual(expected);
    expect(fromTfjs(JSON.stringify(json), weights).predict(x)).toEqual(expected);
    expect(fromTfjs(new TextEncoder().encode(`\ufeff${JSON.stringify(json)}`), weights).predict(x)).toEqual(expected);
  });

  it('of another byte offset are copied', () => {
    const moved = new Uint8Array(weights.length + 1);
    moved.set(weights, 1);
    const model = fromTfjs(json, new Map([[path, moved.subarray(1)]]));
    moved.fill(0);
    expect(model.predict(x)).toEqual(expected);
  });

  it('may hold integers', () => {
    const whole = changed(({ weightsManifest: [group] }) => {
      for (const spec of group!.weights) spec.dtype = 'int32';
    });
    const numbers = Int32Array.from({ length: weights.length / 4 }, (_, k) => (k % 5) - 2);
    const model = fromTfjs(whole, new Uint8Array(numbers.buffer), { dtype: 'float64' });
    expect([model.dtype, model.parameters.get('dense1.bias').value.get(0)]).toEqual(['float64', (38 % 5) - 2]);
    const scaled = changed(({ weightsManifest: [group] }) => {
      for (const spec of group!.weights) {
        Object.assign(spec, { dtype: 'int32', quantization: { dtype: 'uint8', scale: 0.31, min: -7 } });
      }
    });
    const bytes = Uint8Array.from({ length: weights.length / 4 }, (_, k) => k);
    const bias = fromTfjs(scaled, bytes).parameters.get('dense1.bias').value.get(0);
    expect(bias).toBe(Math.round(38 * 0.31 - 7));
  });
});

describe('models', () => {
  it('whose config lacks the size of the input get that of their weights', () => {
    const open = changed(({ modelTopology: { config } }) => void delete config.layers[0]!.config.batch_input_shape);
    const model = fromTfjs(open, weights);
    expect([model.inputSize, String(model.predict(x))]).toEqual([3, String(expected)]);
  });

  it('that Keras saved have a model_config', () => {
    const { modelTopology, weightsManifest } = json;
    const keras = {
      modelTopology: { keras_version: '2.9.0', backend: 'tensorflow', model_config: modelTopology },
      weightsManifest,
    };
    expect(fromTfjs(keras, weights).predict(x)).toEqual(expected);
  });

  it('of Keras 3 leave open what hard_sigmoid means', () => {
    const hard = changed(({ modelTopology }) => {
      modelTopology.config.layers[0]!.config.recurrent_activation = 'hard_sigmoid';
    });
    const three = { ...hard, modelTopology: { keras_version: '3.1.0', model_config: hard.modelTopology } };
    expect(() => fromTfjs(three, weights)).toThrow("Give the option hardSigmoid: 'hardSigmoidFifth'");
    const of = (model: object, options = {}) =>
      (fromTfjs(model, weights, options).layers[0] as unknown as GRU).cell.recurrentActivation;
    expect([
      of(hard),
      of(three, { hardSigmoid: 'hardSigmoidSixth' }),
      of(hard, { hardSigmoid: 'hardSigmoidSixth' }),
    ]).toEqual(['hardSigmoidFifth', 'hardSigmoidSixth', 'hardSigmoidSixth']);
  });

  it('with a reset gate after the product are read, which TensorFlow.js refuses', () => {
    const after = changed(({ modelTopology: { config }, weightsManifest: [group] }) => {
      config.layers[0]!.config.reset_after = true;
      group!.weights[2]!.shape = [2, 6];
    });
    const longer = new Uint8Array(weights.length + 24);
    longer.set(weights.subarray(0, 120));
    longer.set(weights.subarray(120, 144), 120);
    longer.set(weights.subarray(144), 168);
    const model = fromTfjs(after, longer);
    expect((model.layers[0] as unknown as GRU).cell.resetAfter).toBe(true);
    expect(() => toTfjs(model)).toThrow(
      'toTfjs: "model.gru1" must not have resetAfter, which TensorFlow.js does not have',
    );
  });

  it('that are stateful keep the rows of their batch', () => {
    const model = new Sequential([new GRU({ units: 2, stateful: true })], { inputSize: 3 }).build();
    const { modelJson, weights: bytes } = toTfjs(model, { batchSize: 4 });
    const first = (JSON.parse(modelJson) as ModelJson).modelTopology.config.layers[0]!.config;
    expect([first.stateful, first.batch_input_shape]).toEqual([true, [4, null, 3]]);
    expect(fromTfjs(modelJson, bytes).stateful).toBe(true);
  });
});
