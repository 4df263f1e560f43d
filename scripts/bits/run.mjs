// Runs the training in Node, Deno and Bun.
import * as fleet from '../../dist/fleet/index.js';
import * as bptt from '../../dist/index.js';
import { enableWideSimd } from '../../dist/node.js';
import { train } from './training.mjs';

if (process.argv.includes('--wide')) {
  // Printed machine code would fill the pipe of the probe that a changed command line asks for.
  const prints = process.execArgv.includes('--print-wasm-code');
  const { enabled, reason } = enableWideSimd(prints ? { trust: 'any' } : {});
  if (!enabled) throw new Error(reason);
}
console.log(await train(bptt, fleet));
