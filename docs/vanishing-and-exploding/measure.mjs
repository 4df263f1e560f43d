// One net as the reader sets it: norms of ∂h_t/∂h_i, eigenvalues, and the gradient's norm before and after clipping.
import { GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SGD, SimpleRNN, zeros } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { pairsOf } from '../playground/pairs.mjs';

/** Units of each net, and rows of the triangle at most. */
const [UNITS, ROWS] = [8, 15];

function layerOf(cell) {
  if (cell === 'LSTM') return new LSTM({ units: UNITS });
  if (cell === 'GRU') return new GRU({ units: UNITS });
  return new SimpleRNN({ units: UNITS, activation: cell });
}

/** Multiplies the recurrent matrices. They start orthogonal in each gate, so that all eigenvalues have this modulus. */
function scale(layer, factor) {
  const { value } = layer.parameters.get('recurrentKernel');
  const [rows, columns] = value.shape;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) value.set(i, j, value.get(i, j) * factor);
}

/**
 * Measures a net of 8 units on one random sequence; the loss compares the last state with 1.
 *
 * @param {{ cell: string, radius: number, steps: number, size: number, clip: number }} settings
 */
export function measure({ cell, radius, steps, size, clip }) {
  const layer = layerOf(cell);
  const model = new Sequential([layer], { seed: 1 });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError(), onNonFinite: 'off' });
  model.build(1);
  scale(layer, radius);
  const x = randomNormal([1, steps, 1], { sd: 1, seed: 2 });
  for (let t = 0; t < steps; t++) x.set(0, t, 0, x.get(0, t, 0) * size);
  const stride = Math.ceil(steps / ROWS);
  const last = Array.from({ length: steps + 1 }, (_, i) => [i, steps]);
  const target = zeros([1, UNITS]);
  for (let j = 0; j < UNITS; j++) target.set(0, j, 1);
  const options = { jacobians: [...pairsOf(steps, stride), ...last], spectrum: true };
  const flow = gradientFlow(model, x, target, options);
  const [{ jacobians, recurrent }] = flow.layers;
  const norms = jacobians.h.map(({ from, to, norm }) => [from, to, norm]);
  const count = norms.length - last.length;
  const before = flow.gradientNorm;
  return {
    stride,
    triangle: norms.slice(0, count),
    /** ‖∂h_T/∂h_i‖ by the steps back, T − i = 0 … T. */
    back: norms
      .slice(count)
      .map(([, , norm]) => norm)
      .reverse(),
    powers: Array.from({ length: steps + 1 }, (_, n) => radius ** n),
    eigenvalues: recurrent?.eigenvalues.toArray(),
    before,
    after: before > clip ? clip : before,
  };
}
