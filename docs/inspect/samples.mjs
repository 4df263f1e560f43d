// Files for a reader who has none: made in the page by the writers of bptt.

/** A GRU that has read one sentence, and says the next character. */
async function textModel() {
  const { Adam, Dense, GRU, oneHot, Sequential, SoftmaxCrossEntropy, Vocabulary } = await import('bptt');
  const text = 'the rain in spain stays mainly in the plain. ';
  const vocabulary = Vocabulary.fromText(text);
  const numbers = vocabulary.encode(text + text[0]);
  const size = vocabulary.tokens.length;
  const model = new Sequential([new GRU({ units: 24, returnSequences: true }), new Dense({ units: size })], {
    inputSize: size,
    seed: 3,
  });
  model.compile({ optimizer: new Adam({ learningRate: 0.02 }), loss: new SoftmaxCrossEntropy() });
  const [x, y] = [[oneHot(numbers.slice(0, -1), size).toArray()], [numbers.slice(1)]];
  for (let k = 0; k < 120; k++) model.trainStep(x, y);
  model.metadata = { vocabulary, example: 'the rain in spain ' };
  return model;
}

/** A GRU that forecasts the next value of a sine. */
async function sineModel() {
  const { Adam, Dense, GRU, MeanSquaredError, Sequential } = await import('bptt');
  const model = new Sequential([new GRU({ units: 12, returnSequences: true }), new Dense({ units: 1 })], {
    inputSize: 1,
    seed: 5,
  });
  model.compile({ optimizer: new Adam({ learningRate: 0.02 }), loss: new MeanSquaredError() });
  const wave = (from, steps) => Array.from({ length: steps }, (_, t) => [Math.sin(((from + t) * Math.PI) / 10)]);
  const phases = [0, 3, 7, 11, 16];
  const [x, y] = [0, 1].map((ahead) => phases.map((from) => wave(from + ahead, 40)));
  for (let k = 0; k < 100; k++) model.trainStep(x, y);
  return model;
}

const json = (text) => new TextEncoder().encode(text);

/** [what the button says, the files] */
export const SAMPLES = {
  text: {
    title: 'Characters, a file of bptt',
    async files() {
      const model = await textModel();
      return [{ name: 'characters.safetensors', bytes: model.toBytes() }];
    },
  },
  onnx: {
    title: 'Sine, ONNX',
    async files() {
      const { toOnnx } = await import('bptt/exchange/onnx');
      return [{ name: 'sine.onnx', bytes: toOnnx(await sineModel()) }];
    },
  },
  tfjs: {
    title: 'Sine, TensorFlow.js',
    async files() {
      const { toTfjs } = await import('bptt/exchange/tfjs');
      const { modelJson, weights, path } = toTfjs(await sineModel());
      return [
        { name: 'model.json', bytes: json(modelJson) },
        { name: path, bytes: weights },
      ];
    },
  },
  arrays: {
    title: 'Weights that explode, safetensors',
    async files() {
      const { randomNormal } = await import('bptt');
      const { writeSafetensors } = await import('bptt/exchange/safetensors');
      const H = 32;
      const arrays = new Map([
        ['rnn.weight_ih_l0', randomNormal([H, 4], { seed: 1 })],
        ['rnn.weight_hh_l0', randomNormal([H, H], { seed: 2, sd: 0.25 })],
        ['rnn.bias_ih_l0', randomNormal([H], { seed: 3 })],
        ['rnn.bias_hh_l0', randomNormal([H], { seed: 4 })],
      ]);
      arrays.get('rnn.bias_hh_l0').set(5, Number.NaN);
      return [{ name: 'exploding.safetensors', bytes: writeSafetensors(arrays, { metadata: { format: 'pt' } }) }];
    },
  },
  refused: {
    title: 'A model that is refused',
    async files() {
      const [model, weights] = await SAMPLES.tfjs.files();
      const text = new TextDecoder().decode(model.bytes);
      return [{ name: 'model.json', bytes: json(text.replace('"activation":"tanh"', '"activation":"selu"')) }, weights];
    },
  },
};
