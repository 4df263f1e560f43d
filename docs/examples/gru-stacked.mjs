// x = tf.random.normal([2, 80, 100])
// net = Sequential([layers.GRU(64, return_sequences=True), layers.GRU(64)]); out = net(x)
import { GRU, randomNormal, Sequential } from 'bptt';

const x = randomNormal([2, 80, 100], { seed: 1 });
const net = new Sequential([new GRU({ units: 64, returnSequences: true }), new GRU({ units: 64 })]);
const out = net.forward(x);

console.log(`out ${out.shape}`);
for (const { name, value } of net.parameters) console.log(`${name.padEnd(22)} [${value.shape.join(', ')}]`);
console.log('first outputs of row 0', out.pick(0).hi(4).toArray());

export const result = { out: out.shape, parameters: net.parameters.size, first: out.pick(0).hi(4).toArray() };
