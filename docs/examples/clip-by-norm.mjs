// a = tf.random.uniform([2, 2]); b = tf.clip_by_norm(a, 5)
import { clipByNorm, globalNorm, randomUniform } from 'bptt';

const a = randomUniform([2, 2], { seed: 1 });
const b = clipByNorm(a, 5); // four numbers below 1 have a norm below 2: no change
const c = clipByNorm(a, 0.5); // scaled to norm 0.5, in the same direction

console.log(`‖a‖             ${globalNorm([a])}`);
console.log(`clipped to 5    ${globalNorm([b])}`);
console.log(`clipped to 0.5  ${globalNorm([c])}`, c.toArray());

export const result = { a: a.toArray(), b: b.toArray(), c: c.toArray(), norms: [a, b, c].map((t) => globalNorm([t])) };
