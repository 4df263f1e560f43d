// This library, in a separate process like the others. With the argument --wide, it has vectors of 256 bits.
import { readFileSync } from 'node:fs';
import { backend } from '../../../dist/index.js';
import { enableWideSimd } from '../../../dist/node.js';
import { sequenceWork, streamingWork } from '../../recurrent.mjs';
import { writeArrays } from '../data.mjs';
import { serve } from '../protocol.mjs';

/** Writes the data for the other engines, which are prepared after this one. */
function share(folder, { layer, x, dy }) {
  const arrays = Object.fromEntries([...layer.parameters].map(({ name, value }) => [name, value.copy().data]));
  writeArrays(folder, { ...arrays, x: x.data, ...(dy === undefined ? {} : { dy: dy.data }) });
}

function prepare({ layer, does, shape, folder }) {
  if (does === 'step') {
    const work = streamingWork(layer, shape);
    share(folder, work);
    return { run: work.step, result: work.outputs };
  }
  const work = sequenceWork(layer, shape);
  share(folder, work);
  const run = does === 'forward' ? work.forward : work.trainingStep;
  return { run, result: () => run().data };
}

serve(async () => {
  const { enabled, reason } = process.argv.includes('--wide') ? enableWideSimd() : { enabled: true };
  if (!enabled) throw new Error(reason);
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  return { version: `${version}, ${backend().name} kernels, Node ${process.version}`, prepare };
});
