// h_t = tanh(W x_t + U h_t₋₁ + b) on plain arrays, and its backward pass: right, and with faults.
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

const [T, I, H] = [4, 2, 3];
/** Of dropout before this layer: 0 or 1/(1 − p), p = 1/2. */
const DROPOUT = [
  [2, 0],
  [0, 2],
  [2, 2],
  [0, 0],
];
/** Of zoneout: 1 keeps the old state. */
const ZONEOUT = [
  [0, 1, 0],
  [1, 0, 0],
  [0, 0, 1],
  [0, 1, 1],
];

/** h_1 … h_T, and what the backward pass needs. */
function run({ x, W, U, b }, { dropout, zoneout }) {
  let h = b.map(() => 0);
  return x.map((xt, t) => {
    const before = h;
    const input = dropout ? product(xt, DROPOUT[t]) : xt;
    const candidate = plus(times(W, input), times(U, before), b).map((a) => Math.tanh(a));
    h = candidate.map((v, j) => (zoneout && ZONEOUT[t][j] === 1 ? before[j] : v));
    return { input, before, candidate, h };
  });
}

/** tanh′ at each unit. The fault takes the output for the argument. */
const slopeOf = (candidate, bug) => candidate.map((v) => 1 - (bug === 'tanh-of-output' ? Math.tanh(v) : v) ** 2);

/** Share of the gradient that goes into the candidate of step t. The fault uses the first mask at all steps. */
function opened(t, { zoneout, bug }) {
  if (!zoneout) return ZONEOUT[t].map(() => 1);
  return ZONEOUT[bug === 'first-mask' ? 0 : t].map((keep) => 1 - keep);
}

/** δ at the sum of step t, of the gradient of h_t. */
const deltaOf = (dh, step, t, way) => product(product(dh, opened(t, way)), slopeOf(step.candidate, way.bug));

/** (∂h_t/∂h_t₋₁)ᵀ dh */
function stepBack(dh, step, t, { U }, way) {
  const kept = product(
    dh,
    opened(t, way).map((v) => 1 - v),
  );
  return plus(timesTransposed(U, deltaOf(dh, step, t, way)), kept);
}

/** ∂L/∂h_t of all steps: the sum of what each output dy_s, s ≥ t, sends back. */
function stateGradients(dy, steps, values, way) {
  return steps.map((_, t) => {
    let sum = dy[t];
    const last = way.bug === 'this-step-only' ? t : T - 1;
    for (let s = t + 1; s <= last; s++) {
      const order = Array.from({ length: s - t }, (_, k) => s - k); // s … t+1
      if (way.bug === 'forward-order') order.reverse();
      sum = plus(
        sum,
        order.reduce((dh, k) => stepBack(dh, steps[k], k, values, way), dy[s]),
      );
    }
    return sum;
  });
}

function gradientsOf(dy, values, way) {
  const steps = run(values, way);
  const gradients = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, zerosLike(value)]));
  for (const [t, dh] of stateGradients(dy, steps, values, way).entries()) {
    const delta = deltaOf(dh, steps[t], t, way);
    const ignored = way.bug === 'no-mask';
    addOuter(gradients.W, delta, ignored ? values.x[t] : steps[t].input);
    addOuter(gradients.U, delta, steps[t].before);
    addTo(gradients.b, delta);
    const dx = timesTransposed(values.W, delta);
    addTo(gradients.x[t], way.dropout && !ignored ? product(dx, DROPOUT[t]) : dx);
  }
  return gradients;
}

/**
 * The net as `gradcheck` takes it.
 *
 * @param {{ bug?: string, dropout?: boolean, zoneout?: boolean }} [way]
 */
export function simpleRNN(way = {}) {
  const variables = { x: random([T, I], 1), W: random([H, I], 2), U: random([H, H], 3), b: random([H], 4) };
  return {
    variables,
    forward: () => toTensors({ h: run(toArrays(variables), way).map(({ h }) => h) }),
    backward: ({ h }) => toTensors(gradientsOf(h.toArray(), toArrays(variables), way)),
  };
}
