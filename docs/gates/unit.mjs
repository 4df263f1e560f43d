// LSTM and GRU units whose weights the reader sets, one step at a time.
import { GRUCell, LSTMCell, tensor } from 'bptt';

export const GATES = ['input', 'forget', 'output', 'candidate'];

/** The unit that the page starts with: a memory that the first input fills, and that fades slowly. */
export const START = {
  input: { x: 6, h: 0, b: -3 },
  forget: { x: 0, h: 0, b: 3 },
  output: { x: 0, h: 0, b: 3 },
  candidate: { x: 1.5, h: 0, b: 0 },
};

/** A counter: all gates open, and a candidate of ±tanh(0.1). Its input is 1 for a and −1 for b. */
export const COUNTER = {
  input: { x: 0, h: 0, b: 20 },
  forget: { x: 0, h: 0, b: 20 },
  output: { x: 0, h: 0, b: 20 },
  candidate: { x: 0.1, h: 0, b: 0 },
};

/** Sequences to try. */
export const INPUTS = {
  pulse: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  'two pulses': [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0],
  'a⁶b⁶': [1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1],
  'a⁷b⁵': [1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
  steady: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
};

const sigmoid = (a) => 1 / (1 + Math.exp(-a));

/** A cell of one unit and one input, float64, with the weights on [h, x] of each gate. */
function cellOf(Cell, gates) {
  const cell = new Cell({ units: 1, inputSize: 1, dtype: 'float64' });
  cell.build();
  for (const [name, { x, h, b }] of Object.entries(gates)) {
    const gate = cell.gate(name);
    gate.W.set(0, 0, h);
    gate.W.set(0, 1, x);
    gate.b.set(0, b);
  }
  return cell;
}

/** Gates of a step, from the state before it. */
function gatesAt(gates, x, h) {
  const sum = ({ x: wx, h: wh, b }) => wx * x + wh * h + b;
  return {
    i: sigmoid(sum(gates.input)),
    f: sigmoid(sum(gates.forget)),
    o: sigmoid(sum(gates.output)),
    g: Math.tanh(sum(gates.candidate)),
  };
}

/**
 * Runs an LSTM unit over a sequence: gates and states of each step, and ∏ f from each step to the end.
 *
 * @param {Record<string, { x: number, h: number, b: number }>} gates
 * @param {readonly number[]} xs
 */
export function runLSTM(gates, xs) {
  const cell = cellOf(LSTMCell, gates);
  let state = { h: tensor([[0]], { dtype: 'float64' }), c: tensor([[0]], { dtype: 'float64' }) };
  const steps = xs.map((x) => {
    const opened = gatesAt(gates, x, state.h.get(0, 0));
    [, state] = cell.step(tensor([[x]], { dtype: 'float64' }), state);
    return { x, ...opened, c: state.c.get(0, 0), h: state.h.get(0, 0) };
  });
  let kept = 1;
  const products = steps.map(() => 1);
  for (let t = steps.length - 1; t >= 0; t--) {
    products[t] = kept; // ∂c_T/∂c_t along the direct path
    kept *= steps[t].f;
  }
  return { steps, products };
}

/** Whether the counter accepts: as many b as a, never more b before. */
export function accepts({ steps }) {
  const quarter = Math.tanh(COUNTER.candidate.x) / 4;
  return Math.abs(steps.at(-1).c) < quarter && steps.every(({ c }) => c > -quarter);
}

/** The GRU of the page: h_t = (1 − z)⊙h_t₋₁ + z⊙h̃. */
export function runGRU({ update, reset }, xs) {
  const gates = { update: { x: 0, h: 0, b: update }, reset: { x: 0, h: 0, b: reset }, candidate: { x: 2, h: 1, b: 0 } };
  const cell = cellOf(GRUCell, gates);
  let state = { h: tensor([[0]], { dtype: 'float64' }) };
  return xs.map((x) => {
    [, state] = cell.step(tensor([[x]], { dtype: 'float64' }), state);
    return { x, z: sigmoid(update), r: sigmoid(reset), h: state.h.get(0, 0) };
  });
}
