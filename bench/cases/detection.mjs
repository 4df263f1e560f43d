// The time of a training step that checks for NaN and infinities, relative to a step without the check.
import { Adam, Dense, LSTM, MeanSquaredError, randomNormal, Sequential, SGD } from 'bptt';
import { flopOf, MIDDLE, SMALL } from '../recurrent.mjs';
import { relativeError } from '../statistics.mjs';

const OPTIMIZERS = {
  Adam: () => new Adam({ learningRate: 1e-4 }),
  'SGD momentum, weight decay': () => new SGD({ learningRate: 1e-4, momentum: 0.9, weightDecay: 1e-4 }),
};

function prepare(make, { B, T, I, H }) {
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, 1], { seed: 2 })];
  const modelOf = (onNonFinite) => {
    const model = new Sequential([new LSTM({ units: H }), new Dense({ units: 1 })], { inputSize: I }).build();
    model.compile({ optimizer: make(), loss: new MeanSquaredError(), onNonFinite });
    return { run: () => model.trainStep(x, y), kernel: model.parameters.get('lstm1.kernel').value };
  };
  const [checked, unchecked] = [modelOf('throw'), modelOf('off')];
  const error = () => {
    for (let k = 0; k < 3; k++) for (const { run } of [checked, unchecked]) run();
    return relativeError(checked.kernel.copy().data, unchecked.kernel.copy().data);
  };
  return { run: checked.run, baseline: unchecked.run, error, tolerance: 0 };
}

export function detectionCases() {
  return [SMALL, MIDDLE].flatMap((shape) =>
    Object.entries(OPTIMIZERS).map(([name, make]) => ({
      group: `onNonFinite 'throw' by 'off', LSTM, B ${shape.B} T ${shape.T} I ${shape.I} H ${shape.H}`,
      name: `onNonFinite 'throw', ${name}, training step`,
      shape,
      work: { amount: 3 * flopOf('LSTM', shape), unit: 'flop' },
      prepare: () => prepare(make, shape),
    })),
  );
}
