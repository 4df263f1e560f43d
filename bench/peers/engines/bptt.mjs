// This library, in a separate process like the others. With the argument --wide, it has vectors of 256 bits.
import { readFileSync } from 'node:fs';
import { enableWideSimd } from '../../../dist/node.js';
import { preparePeak } from '../../peak.mjs';
import { sequenceWork, streamingWork } from '../../recurrent.mjs';
import { currentBits } from '../../widths.mjs';
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
  const width = currentBits();
  const peak = await preparePeak(width);
  return { version: `${version}, ${width}-bit vectors, Node ${process.version}`, width, peak, prepare };
});
