// Two SimpleRNNs over one sequence, forwards and backwards in time; y_t holds both states.
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

/** The input is as wide as the output, as between layers. */
const [T, H] = [4, 2];
const I = 2 * H;
const WAYS = ['right', 'left'];
const timesOf = (way) => (way === 'right' ? [0, 1, 2, 3] : [3, 2, 1, 0]);

const variablesOf = () =>
  Object.fromEntries([
    ['x', random([T, I], 1)],
    ...WAYS.flatMap((way, k) => [
      [`W_${way}`, random([H, I], 2 + k)],
      [`U_${way}`, random([H, H], 4 + k)],
      [`b_${way}`, random([H], 6 + k)],
    ]),
  ]);

/** States of one direction, by time. */
function run(values, way) {
  const states = [];
  let h = Array(H).fill(0);
  for (const t of timesOf(way)) {
    const before = h;
    h = plus(times(values[`W_${way}`], values.x[t]), times(values[`U_${way}`], before), values[`b_${way}`]).map(
      Math.tanh,
    );
    states[t] = { before, h };
  }
  return states;
}

/** Adds the gradients of one direction. The fault stores ∂L/∂x_t where ∂L/∂y_t was: in the memory `dy`. */
function goBack(values, way, dy, gradients, bug) {
  const states = run(values, way);
  const first = WAYS.indexOf(way) * H;
  let dh = Array(H).fill(0);
  for (const t of timesOf(way).toReversed()) {
    const { before, h } = states[t];
    const delta = product(
      plus(dh, dy[t].slice(first, first + H)),
      h.map((v) => 1 - v ** 2),
    );
    addOuter(gradients[`W_${way}`], delta, values.x[t]);
    addOuter(gradients[`U_${way}`], delta, before);
    addTo(gradients[`b_${way}`], delta);
    const dx = timesTransposed(values[`W_${way}`], delta);
    addTo(gradients.x[t], dx);
    if (bug === 'overwritten' && way === 'right') dy[t] = dx;
    dh = timesTransposed(values[`U_${way}`], delta);
  }
}

/**
 * The net as `gradcheck` takes it.
 *
 * @param {{ bug?: string }} [options]
 */
export function bidirectional({ bug } = {}) {
  const variables = variablesOf();
  return {
    variables,
    forward: () => {
      const values = toArrays(variables);
      const [right, left] = WAYS.map((way) => run(values, way));
      return toTensors({ y: right.map(({ h }, t) => [...h, ...left[t].h]) });
    },
    backward: ({ y }) => {
      const values = toArrays(variables);
      const dy = y.toArray(); // a copy
      const gradients = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, zerosLike(value)]));
      for (const way of WAYS) goBack(values, way, dy, gradients, bug);
      return toTensors(gradients);
    },
  };
}
