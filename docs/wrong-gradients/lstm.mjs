// An LSTM on plain arrays, and its backward pass: right, and with faults.
import {
  addOuter,
  addTo,
  plus,
  product,
  random,
  times,
  timesTransposed,
  toArrays,
  toTensors,
  zerosLike,
} from './arrays.mjs';

const [T, I, H] = [4, 2, 2];
const GATES = ['i', 'f', 'o', 'g'];
const sigmoid = (a) => 1 / (1 + Math.exp(-a));

/** Weights on [h, x] of each gate. */
const variablesOf = () =>
  Object.fromEntries([
    ['x', random([T, I], 1)],
    ...GATES.flatMap((gate, k) => [
      [`W_${gate}`, random([H, H + I], 2 + k)],
      [`b_${gate}`, random([H], 6 + k)],
    ]),
  ]);

function run(values) {
  let [h, c] = [Array(H).fill(0), Array(H).fill(0)];
  return values.x.map((xt) => {
    const input = [...h, ...xt];
    const before = c;
    const step = { input, before };
    for (const gate of GATES)
      step[gate] = plus(times(values[`W_${gate}`], input), values[`b_${gate}`]).map(gate === 'g' ? Math.tanh : sigmoid);
    c = plus(product(step.i, step.g), product(step.f, before));
    h = product(step.o, c.map(Math.tanh));
    return { ...step, c, h };
  });
}

/** Derivatives at the sums of the gates. */
function deltasOf(dh, dc, { i, f, o, g, before, c }) {
  const logistic = (d, gate) => d.map((v, k) => v * gate[k] * (1 - gate[k]));
  return {
    i: logistic(product(dc, g), i),
    f: logistic(product(dc, before), f),
    o: logistic(product(dh, c.map(Math.tanh)), o),
    g: product(dc, i).map((v, k) => v * (1 - g[k] ** 2)),
  };
}

function gradientsOf(dy, values, { bug }) {
  const steps = run(values);
  const gradients = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, zerosLike(value)]));
  let [dh, dc] = [Array(H).fill(0), Array(H).fill(0)];
  for (let t = T - 1; t >= 0; t--) {
    const step = steps[t];
    dh = plus(dh, dy[t]);
    const throughH = dh.map((v, k) => v * step.o[k] * (1 - Math.tanh(step.c[k]) ** 2));
    dc = plus(dc, throughH);
    const deltas = deltasOf(dh, dc, step);
    let back = Array(H + I).fill(0);
    for (const gate of GATES) {
      addOuter(gradients[`W_${gate}`], deltas[gate], step.input);
      addTo(gradients[`b_${gate}`], deltas[bug === 'copied-bias' && gate !== 'g' ? 'f' : gate]);
      back = plus(back, timesTransposed(values[`W_${gate}`], deltas[gate]));
    }
    dh = back.slice(0, H);
    gradients.x[t] = back.slice(H);
    dc = product(dc, step.f);
  }
  return gradients;
}

/**
 * The net as `gradcheck` takes it.
 *
 * @param {{ bug?: string }} [way]
 */
export function lstm(way = {}) {
  const variables = variablesOf();
  return {
    variables,
    forward: () => toTensors({ h: run(toArrays(variables)).map(({ h }) => h) }),
    backward: ({ h }) => toTensors(gradientsOf(h.toArray(), toArrays(variables), way)),
  };
}
