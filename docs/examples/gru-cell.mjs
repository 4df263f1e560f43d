// x = tf.random.normal([2, 80, 100]); h = [tf.zeros([2, 64])]; cell = layers.GRUCell(64)
// for xt in tf.unstack(x, axis=1): out, h = cell(xt, h)
import { GRUCell, randomNormal, unstack } from 'bptt';

const x = randomNormal([2, 80, 100], { seed: 1 });
const cell = new GRUCell({ units: 64 });
let state = cell.zeroState(2);
let out = state.h;
for (const xt of unstack(x, 1)) [out, state] = cell.step(xt, state);

console.log(`out ${out.shape}, state h ${state.h.shape}`);
console.log('gates', cell.gates.join(', '), '- reset gate: W', cell.gate('reset').W.shape, 'on [h, x]');
console.log('first outputs of row 0', out.pick(0).hi(4).toArray());

export const result = { out: out.shape, h: state.h.shape, first: out.pick(0).hi(4).toArray() };
