// brain.js. Its LSTMTimeStep trains on lists of numbers, one sequence after the other, clips each entry, and has an
// output layer. Its cell has no state besides the output, and it cannot load weights. So the closest work is an
// iteration over the same B sequences of T steps, which has the output layer in addition to a training step, and no dx.
import { createRequire } from 'node:module';
import { serve } from '../protocol.mjs';

serve(async () => {
  const { default: brain } = await import('brain.js');
  const { version } = createRequire(import.meta.url)('brain.js/package.json');
  return {
    version: `${version}, Node ${process.version}`,
    prepare: ({ shape: { B, T, I, H } }) => {
      const net = new brain.recurrent.LSTMTimeStep({ inputSize: I, hiddenLayers: [H], outputSize: I });
      const value = (b, t, i) => 0.5 + 0.5 * Math.sin(b + t * (i + 1));
      const sequences = Array.from({ length: B }, (_, b) =>
        Array.from({ length: T }, (_, t) => Array.from({ length: I }, (_, i) => value(b, t, i))),
      );
      return { run: () => void net.train(sequences, { iterations: 1, errorThresh: 0 }) };
    },
  };
});
