// Checks that gradients by segments have the bits of a single segment, and those by windows the bits of separate
// passes.

/** The error of gradients that differ from plain backpropagation. */
export class ThroughTimeError extends Error {}

const [T, B, I, H] = [11, 2, 2, 3];
const dtype = 'float64';

/** Memory budgets for schedules with few snapshots, between the minimum and the whole tape. */
function budgets({ randomNormal }, layer) {
  const x = randomNormal([B, T, I], { dtype });
  const total = (checkpoint) => {
    layer.forward(x, { checkpoint });
    return Object.values(layer.parameters.arena.usage).reduce((sum, bytes) => sum + bytes);
  };
  const [least, most] = [total(1), total(T)];
  const room = 8 * 4 * Math.ceil((layer.cell.states.length * B * H) / 4); // of a snapshot
  return [least - 9 * room, least - 6 * room, (least + most) / 2].map((bytes) => ({ memory: Math.ceil(bytes) }));
}

export function checkThroughTime(bptt, name, layer) {
  const { randomNormal, zeros } = bptt;
  const normal = (shape, seed) => randomNormal(shape, { dtype, seed });
  const states = (seed) => Object.fromEntries(layer.cell.states.map((state, k) => [state, normal([B, H], seed + k)]));
  const [x, dy, initialState, dState] = [normal([B, T, I], 1), normal([B, T, H], 2), states(3), states(5)];

  /** Adds the gradients of steps [from, to) with the losses of [lossFrom, to) to `sums`. */
  const window = (sums, from, lossFrom, to, options = {}) => {
    const before =
      from === 0 ? initialState : layer.forward(part(x, 0, from), { initialState, returnState: true }).state;
    layer.parameters.zeroGradients();
    layer.forward(part(x, from, to), { ...options, initialState: before });
    const counted = zeros([B, to - from, H], { dtype });
    for (let t = lossFrom; t < to; t++) bptt.assign(counted.pick(null, t - from), dy.pick(null, t));
    const { dx, dInitialState } = layer.backward(counted, to === T ? { dState } : {});
    add(sums, 'dx', dx, from * I, T * I);
    if (from === 0) for (const [state, array] of Object.entries(dInitialState)) add(sums, `d initial ${state}`, array);
    for (const parameter of layer.parameters) add(sums, `d ${parameter.name}`, parameter.gradient.copy());
    return sums;
  };

  const run = (options) => window({}, 0, 0, T, options);
  const whole = run({});
  compare(`${name}, nothing cut`, run({ truncate: { every: 4, back: T } }), whole, 0);
  for (const checkpoint of [1, 4, 'sqrt', ...budgets(bptt, layer)]) {
    compare(`${name}, checkpoint ${JSON.stringify(checkpoint)}`, run({ checkpoint }), whole, 0);
  }
  for (const [every, back] of [
    [2, 5],
    [3, 3],
    [4, 7],
    [5, 10],
  ]) {
    const expected = {};
    for (let start = 0; start < T; start += every) {
      const to = Math.min(T, start + every);
      window(expected, Math.max(0, to - back), start, to);
    }
    const options = { truncate: { every, back }, checkpoint: 2 };
    compare(`${name}, ${every} of ${back} steps`, run(options), expected, 1e-12);
  }
}

const part = (array, from, to) => array.lo(0, from).hi(array.shape[0], to - from);

function add(sums, name, { data, shape }, offset = 0, row = 0) {
  sums[name] ??= new Float64Array(row === 0 ? data.length : shape[0] * row);
  const width = data.length / shape[0];
  for (let i = 0; i < data.length; i++) {
    sums[name][row === 0 ? i : Math.floor(i / width) * row + offset + (i % width)] += data[i];
  }
}

function compare(what, got, expected, tolerance) {
  for (const [name, values] of Object.entries(expected)) {
    const most = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const worst = values.reduce((most, v, i) => Math.max(most, Math.abs(v - got[name][i])), 0);
    if (!(worst <= tolerance * most)) throw new ThroughTimeError(`${what}: ${name} is off by ${worst}`);
  }
}
