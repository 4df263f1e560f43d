// w1 = tf.random.normal([3, 3]); w2 = tf.random.normal([3, 3])
// (ww1, ww2), global_norm = tf.clip_by_global_norm([w1, w2], 2)
import { clipByGlobalNorm, globalNorm, randomNormal } from 'bptt';

const w1 = randomNormal([3, 3], { seed: 1 });
const w2 = randomNormal([3, 3], { seed: 2 });
const [[ww1, ww2], norm] = clipByGlobalNorm([w1, w2], 2);

const byHand = Math.sqrt(globalNorm([w1]) ** 2 + globalNorm([w2]) ** 2); // √(‖w1‖² + ‖w2‖²)
console.log(`global norm before  ${norm}`);
console.log(`  by hand           ${byHand}`);
console.log(`global norm after   ${globalNorm([ww1, ww2])}`);
console.log(`one factor for all  ${ww1.get(0, 0) / w1.get(0, 0)}, ${ww2.get(2, 2) / w2.get(2, 2)}`);

export const result = { w1: w1.toArray(), w2: w2.toArray(), ww1: ww1.toArray(), ww2: ww2.toArray(), norm };
