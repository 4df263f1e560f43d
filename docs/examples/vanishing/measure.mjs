// Helpers of all parts: the gradient flow of a layer, series of norms, and formatted numbers.
import { MeanSquaredError, Sequential, SGD, zeros } from 'bptt';
import { gradientFlow } from 'bptt/flow';

/** Units of every network. */
export const UNITS = 16;

/**
 * Measures the gradient flow through one layer with the input `x` [1, T, I].
 *
 * @param prepare - called with the built layer, to change its weights
 */
export function flowOf(layer, x, prepare = () => {}, options = { jacobians: 'last' }) {
  const model = new Sequential([layer], { seed: 1 });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: new MeanSquaredError() });
  model.build(x.shape[2]);
  prepare(layer);
  return gradientFlow(model, x, zeros([1, UNITS]), options).layers[0];
}

/** Multiplies W_hh of a layer. */
export const scale = (factor) => (layer) => {
  const { value } = layer.parameters.get('recurrentKernel');
  for (let i = 0; i < UNITS; i++) for (let j = 0; j < UNITS; j++) value.set(i, j, value.get(i, j) * factor);
};

/** Sets all entries of a gate's bias. */
export const biasOf = (gate, bias) => (layer) => {
  const { b } = layer.cell.gate(gate);
  for (let j = 0; j < UNITS; j++) b.set(j, bias);
};

/** One quantity of ∂s_T/∂s_i over the steps back, T − i. */
export function stepsBack(norms, quantity = 'norm') {
  return norms.map((entry) => [entry.to - entry.from, entry[quantity]]).toSorted(([a], [b]) => a - b);
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const RAISED = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

/** Formats a number as `1.2·10⁻⁵`, or without the power of ten if that is short. */
export function say(value, digits = 2) {
  if (!Number.isFinite(value)) return 'not finite';
  if (value === 0 || (value >= 0.001 && value < 10_000)) return String(Number(value.toPrecision(digits)));
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  return `${mantissa}·10${[...exponent.replace('+', '')].map((digit) => RAISED[digit]).join('')}`;
}

/** A Markdown table row, as on the page. */
export const row = (...cells) => `| ${cells.join(' | ')} |`;
