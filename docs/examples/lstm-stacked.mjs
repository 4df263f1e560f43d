// x = tf.random.normal([2, 80, 100])
// net = keras.Sequential([layers.LSTM(64, return_sequences=True), layers.LSTM(64)]); out = net(x)
import { LSTM, randomNormal, Sequential } from 'bptt';

const x = randomNormal([2, 80, 100], { seed: 1 });
const net = new Sequential([new LSTM({ units: 64, returnSequences: true }), new LSTM({ units: 64 })]);
const out = net.forward(x);

console.log(`out ${out.shape}`);
for (const { name, value } of net.parameters) console.log(`${name.padEnd(22)} [${value.shape.join(', ')}]`);
console.log('first outputs of row 0', out.pick(0).hi(4).toArray());

export const result = { out: out.shape, parameters: net.parameters.size, first: out.pick(0).hi(4).toArray() };
