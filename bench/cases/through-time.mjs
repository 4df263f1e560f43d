// The time of a training step with checkpoints, relative to one without. Both give the same bits.
import { Adam, Dense, LSTM, MeanSquaredError, randomNormal, Sequential } from 'bptt';
import { flopOf, MIDDLE, SMALL } from '../recurrent.mjs';
import { relativeError } from '../statistics.mjs';

const LONG = { B: 1, T: 1000, I: 16, H: 128 };
const OPTIONS = {
  "checkpoint 'sqrt'": () => ({ checkpoint: 'sqrt' }),
  'checkpoint, budget without half the tape': ({ total, tape }) => ({
    checkpoint: { memory: total - Math.ceil(tape / 2) },
  }),
};

function prepare(options, { B, T, I, H }) {
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, T, 1], { seed: 2 })];
  const modelOf = (through) => {
    const layers = [new LSTM({ units: H, returnSequences: true }), new Dense({ units: 1 })];
    const model = new Sequential(layers, { inputSize: I }).build();
    return model.compile({ optimizer: new Adam({ learningRate: 1e-4 }), loss: new MeanSquaredError(), ...through });
  };
  const plain = modelOf({});
  const divided = modelOf(options(plain.memory({ B, T })));
  const kernel = (model) => model.parameters.get('lstm1.kernel').value.copy().data;
  const error = () => {
    for (const model of [plain, divided]) for (let k = 0; k < 3; k++) model.trainStep(x, y);
    return relativeError(kernel(divided), kernel(plain));
  };
  return { run: () => divided.trainStep(x, y), baseline: () => plain.trainStep(x, y), error, tolerance: 0 };
}

export function throughTimeCases() {
  return [SMALL, MIDDLE, LONG].flatMap((shape) =>
    Object.entries(OPTIONS).map(([name, options]) => ({
      group: `through time by plain, LSTM, B ${shape.B} T ${shape.T} I ${shape.I} H ${shape.H}`,
      name: `${name} training step`,
      shape,
      work: { amount: 3 * flopOf('LSTM', shape), unit: 'flop' },
      prepare: () => prepare(options, shape),
    })),
  );
}
