// x = tf.random.normal([2, 80, 100]); cell = layers.LSTMCell(64)
// state = [tf.zeros([2, 64]), tf.zeros([2, 64])]
// for xt in tf.unstack(x, axis=1): out, state = cell(xt, state)
import { LSTMCell, randomNormal, unstack } from 'bptt';

const x = randomNormal([2, 80, 100], { seed: 1 });
const cell = new LSTMCell({ units: 64 });
let state = cell.zeroState(2);
let out = state.h;
for (const xt of unstack(x, 1)) [out, state] = cell.step(xt, state);

console.log(`out ${out.shape}, state h ${state.h.shape}, c ${state.c.shape}`);
console.log('gates', cell.gates.join(', '), '- forget gate: W', cell.gate('forget').W.shape, 'on [h, x]');
console.log('first outputs of row 0', out.pick(0).hi(4).toArray());

export const result = { out: out.shape, h: state.h.shape, c: state.c.shape, first: out.pick(0).hi(4).toArray() };
