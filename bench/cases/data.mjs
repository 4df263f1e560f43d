// A training step with the preparation of its data, relative to the step alone.
import { Adam, Dense, LSTM, MeanSquaredError, randomNormal, Sequential, StandardScaler, tensor, windows } from 'bptt';

const [B, T, H, F] = [32, 20, 32, 4];
const series = randomNormal([B + T, F], { seed: 1 });
const scaler = new StandardScaler().fit(series);

/** Largest difference between the last window and the series. */
function error() {
  const [{ x }] = windows(series, { length: T });
  const last = tensor(x).pick(x.shape[0] - 1);
  return Array.from({ length: T }, (_, t) => Math.abs(last.get(t, 1) - series.get(B - 1 + t, 1))).reduce((a, b) =>
    Math.max(a, b),
  );
}

function training() {
  const layers = [new LSTM({ units: H, returnSequences: false }), new Dense({ units: F })];
  const model = new Sequential(layers).compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  const [x, y] = [randomNormal([B, T, F], { seed: 2 }), randomNormal([B, F], { seed: 3 })];
  return () => model.trainStep(x, y);
}

export function dataCases() {
  const runs = {
    windows: () => windows(series, { length: T }),
    'windows without NaN': () => windows(series, { length: T, skipNaN: true }),
    'StandardScaler.transform': () => scaler.transform(series),
  };
  return Object.entries(runs).map(([name, run]) => ({
    group: `preparing ${B} windows of ${T}·${F} and a training step of LSTM ${H}, by the step alone`,
    name,
    shape: { B, T, I: F, H },
    work: { amount: series.size, unit: 'element' },
    prepare: () => {
      const [step, baseline] = [training(), training()];
      const both = () => {
        run();
        step();
      };
      return { run: both, baseline, error, tolerance: 0 };
    },
  }));
}
