// a = tf.random.uniform([2, 2]); b = tf.clip_by_value(a, 0.4, 0.6)
import { clipByValue, randomUniform } from 'bptt';

const a = randomUniform([2, 2], { seed: 1 });
const b = clipByValue(a, 0.4, 0.6);

console.log('a             ', a.toArray());
console.log('every entry between 0.4 and 0.6', b.toArray());

export const result = { a: a.toArray(), b: b.toArray() };
