// One unit of an LSTM or a GRU, whose weights are set by hand: its gates and states over a sequence.
import { GRU, LSTM, MeanSquaredError, Sequential, SGD, tensor, zeros } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { CELLS } from './examples.mjs';

/** A model of one unit with these weights. */
function modelOf(cell, weights) {
  const layer = new { LSTM, GRU }[cell]({ units: 1, returnSequences: true });
  const model = new Sequential([layer], { inputSize: 1, dtype: 'float64' }).build();
  for (const [name, { input, own, bias }] of Object.entries(weights)) {
    const { W, b } = layer.cell.gate(name);
    W.set(0, 0, own); // W is [H, H + I]: first the columns of h
    W.set(0, 1, input);
    b.set(0, bias);
  }
  return model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
}

/** Products of a list from each entry to the last: the i-th is v_i · v_{i+1} · … */
function productsToTheEnd(values) {
  const products = new Array(values.length + 1).fill(1);
  for (let i = values.length - 1; i >= 0; i--) products[i] = products[i + 1] * values[i];
  return products;
}

/**
 * Runs the unit over a sequence.
 *
 * @param {keyof typeof CELLS} cell
 * @param {Record<string, { input: number, own: number, bias: number }>} weights - by gate
 * @param {readonly number[]} values - the inputs x_1 … x_T
 * @returns {{ gates: Record<string, number[]>, memory: number[], output: number[], kept: number[], exact: number[] }} gates,
 * cell state (the state of a GRU) and output of each step; and for i = 0 … T the product of what each later step keeps, and
 * ∂s_T/∂s_i over all paths
 */
export function runUnit(cell, weights, values) {
  const T = values.length;
  const model = modelOf(cell, weights);
  const x = tensor([values.map((value) => [value])], { dtype: 'float64' });
  const output = model.predict(x).pick(0, null, 0).toArray();
  const { memory: name, keeps } = CELLS[cell];
  const { gates, jacobians } = gradientFlow(model, x, zeros([1, T, 1], { dtype: 'float64' }), { jacobians: 'last' })
    .layers[0];
  const series = Object.fromEntries(
    Object.entries(gates).map(([key, { mean }]) => [key, mean.pick(null, 0).toArray()]),
  );
  const stream = model.stream();
  const state = stream.zeroState();
  const memory = values.map((value) => {
    stream.step(tensor([[value]], { dtype: 'float64' }), state);
    return Object.values(state)[0][name].get(0, 0);
  });
  return {
    gates: series,
    memory,
    output,
    kept: productsToTheEnd(keeps(series)),
    exact: jacobians[name].map(({ norm }) => norm),
  };
}
