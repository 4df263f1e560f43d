// Baselines that see all pixels of a digit at once, and no time steps.
import { Adam, Dense, Sequential, SoftmaxCrossEntropy, tensor } from 'bptt';
import { inkedRows, SIZE, targets } from './data.mjs';
import { largest } from './model.mjs';

const AREA = SIZE ** 2;

/** The rows with ink, padded with zeros to SIZE rows: the same numbers that the model reads. */
function paddedRows({ pixels }) {
  const values = inkedRows(pixels).flat();
  return [...values, ...Array(AREA - values.length).fill(0)];
}

const wholePicture = ({ pixels }) => pixels;

/** Softmax regression, which is a Dense layer alone. Its learning rate and epochs were chosen with `--rehearse`, too. */
function softmaxRegression(describe, { learningRate = 3e-3, epochs = 20 } = {}) {
  return async ({ trained, heldOut }) => {
    const [x, unseen] = [trained, heldOut].map((digits) => tensor(digits.map(describe)));
    const model = new Sequential([new Dense({ units: 10 })], { seed: 1 });
    model.compile({ optimizer: new Adam({ learningRate }), loss: new SoftmaxCrossEntropy() });
    await model.fit(x, targets(trained), { epochs, batchSize: 64 });
    return { parameters: model.parameters.size, read: largest(model.predict(unseen)) };
  };
}

/** The class whose mean picture is the nearest: the largest m·x − |m|²/2. */
function nearestMean({ trained, heldOut }) {
  const classes = Array.from({ length: 10 }, (_, digit) => {
    const own = trained.filter((each) => each.digit === digit);
    const mean = Float64Array.from({ length: AREA }, (_, i) => own.reduce((sum, { pixels }) => sum + pixels[i], 0));
    return mean.map((sum) => sum / own.length);
  });
  const closeness = (mean, pixels) => mean.reduce((sum, m, i) => sum + m * (pixels[i] - m / 2), 0);
  const outputs = heldOut.map(({ pixels }) => classes.map((mean) => closeness(mean, pixels)));
  return { parameters: 10 * AREA, read: largest(tensor(outputs)) };
}

/** Names, and functions of the digits that return the number of parameters and the held-out digits that are read. */
export const BASELINES = [
  { name: 'softmax regression, padded rows', run: softmaxRegression(paddedRows) },
  { name: 'softmax regression, whole picture', run: softmaxRegression(wholePicture) },
  { name: 'nearest mean picture', run: nearestMean },
];
