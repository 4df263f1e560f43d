// How wrong finite differences are: by step size and precision, and at a kink.
import { LSTM, randomNormal, SimpleRNN, tensor } from 'bptt';

const SIZES = { rows: 2, length: 8, features: 3, units: 5 };
/** Step sizes. */
const STEPS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

/** An LSTM with the weights of another one, or of seed 1. */
function lstm(dtype, weights) {
  const layer = new LSTM({ units: SIZES.units, seed: 1, dtype }).build(SIZES.features);
  if (weights)
    for (const { name, value } of layer.parameters) value.data.set(weights.get(name).value.copy().data, value.offset);
  return layer;
}

/** A loss: the sum of all outputs, each times a number, in float64. */
const lossOf = (layer, x, factors) => {
  const { data } = layer.forward(x).copy();
  return data.reduce((sum, y, k) => sum + y * factors[k], 0);
};

/** Derivatives of the loss by each recurrent weight, from differences. The step is the one that the numbers really make. */
function differences(layer, x, factors, step, order) {
  const { value } = layer.parameters.get('recurrentKernel');
  const [rows, columns] = value.shape;
  const found = [];
  for (let k = 0; k < rows * columns; k++) {
    const place = [Math.floor(k / columns), k % columns];
    const start = value.get(...place);
    const at = (shift) => {
      value.set(...place, start + shift);
      const result = { weight: value.get(...place), loss: lossOf(layer, x, factors) };
      value.set(...place, start);
      return result;
    };
    const slope = (h) => {
      const [above, below] = [at(h), at(-h)];
      return above.weight === below.weight ? 0 : (above.loss - below.loss) / (above.weight - below.weight);
    };
    found.push(order === 2 ? slope(step) : (4 * slope(step) - slope(2 * step)) / 3);
  }
  return found;
}

/**
 * Errors of differences of all recurrent weights, as shares of the largest derivative: { step, single, double, fourth } for float32,
 * float64, and float64 with the stencil of fourth order that `gradcheck` uses.
 */
export function errorsByStep() {
  const single = lstm('float32');
  const double = lstm('float64', single.parameters);
  const x = randomNormal([SIZES.rows, SIZES.length, SIZES.features], { seed: 2 });
  const wide = tensor(x.copy(), { dtype: 'float64' });
  const factors = randomNormal([SIZES.rows, SIZES.units], { seed: 3, dtype: 'float64' });
  double.forward(wide);
  double.backward(factors);
  const exact = double.parameters.get('recurrentKernel').gradient.copy().data;
  const largest = exact.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  const errorOf = (found) => found.reduce((most, g, k) => Math.max(most, Math.abs(g - exact[k])), 0) / largest;
  const weights = factors.copy().data;
  return STEPS.map((step) => ({
    step,
    single: errorOf(differences(single, x, weights, step, 2)),
    double: errorOf(differences(double, wide, weights, step, 2)),
    fourth: errorOf(differences(double, wide, weights, step, 4)),
  }));
}

/** The derivative of relu(x) at 0.001, which is 1, by differences with a step. */
export function slopeNearKink(step) {
  const layer = new SimpleRNN({ units: 1, activation: 'relu', dtype: 'float64' }).build(1);
  layer.parameters.get('kernel').assign(tensor([[1]]));
  const at = (x) => layer.forward(tensor([[[x]]], { dtype: 'float64' })).get(0, 0);
  return (at(0.001 + step) - at(0.001 - step)) / (2 * step);
}
