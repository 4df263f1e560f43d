// One forward pass and one training step of each layer, against the same model in float64.
import { GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SGD, SimpleRNN } from 'bptt';
import { relativeError } from '../harness.mjs';

const LAYERS = [
  { name: 'LSTM', gates: 4, make: (units) => new LSTM({ units }) },
  { name: 'GRU', gates: 3, make: (units) => new GRU({ units }) },
  { name: 'GRU reset after', gates: 3, make: (units) => new GRU({ units, resetAfter: true }) },
  { name: 'SimpleRNN', gates: 1, make: (units) => new SimpleRNN({ units }) },
];

const SIZES = [
  { B: 2, T: 80, I: 100, H: 64 },
  { B: 32, T: 40, I: 64, H: 128 },
];

/** A rate of 0 keeps the parameters, so that every step does the same. */
const compile = (model) => model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError() });

const gradientsOf = (model) => [...model.parameters].flatMap(({ gradient }) => [...gradient.copy().data]);

function modelAndData({ make }, { B, T, I, H }) {
  const model = compile(new Sequential([make(H)], { seed: 1, inputSize: I }).build());
  return { model, x: randomNormal([B, T, I], { seed: 2 }), y: randomNormal([B, H], { seed: 3 }) };
}

function prepareForward(layer, sizes) {
  const { model, x } = modelAndData(layer, sizes);
  const run = () => model.forward(x);
  const error = () => relativeError(run().data, model.astype('float64').forward(x).data);
  return { run, error, tolerance: 1e-5 };
}

function prepareTraining(layer, sizes) {
  const { model, x, y } = modelAndData(layer, sizes);
  const run = () => model.trainStep(x, y);
  const error = () => {
    const double = compile(model.astype('float64'));
    double.trainStep(x, y);
    run();
    return relativeError(gradientsOf(model), gradientsOf(double));
  };
  return { run, error, tolerance: 2e-5 };
}

export function layerCases() {
  return SIZES.flatMap((sizes) => {
    const { B, T, I, H } = sizes;
    return LAYERS.flatMap((layer) => {
      const flop = 2 * T * B * layer.gates * H * (I + H);
      const group = `layers, B ${B} T ${T} I ${I} H ${H}`;
      return [
        {
          group,
          name: `${layer.name} forward`,
          work: { amount: flop, unit: 'flop' },
          prepare: () => prepareForward(layer, sizes),
        },
        {
          group,
          name: `${layer.name} training step`,
          work: { amount: 3 * flop, unit: 'flop' },
          prepare: () => prepareTraining(layer, sizes),
        },
      ];
    });
  });
}
