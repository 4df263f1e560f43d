// Runs the training in Node, Deno and Bun.
import * as bptt from '../../dist/index.js';
import { enableWideSimd } from '../../dist/node.js';
import { train } from './training.mjs';

if (process.argv.includes('--wide')) {
  const { enabled, reason } = enableWideSimd();
  if (!enabled) throw new Error(reason);
}
console.log(await train(bptt));
