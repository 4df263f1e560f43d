#!/usr/bin/env node
// The command `bptt`.

import { once } from 'node:events';
import { run } from './program.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    // Whoever read the output has seen enough: `bptt inspect model.onnx | head -3`.
    if (code === 'EPIPE') process.exit(0);
    throw code;
  });
}
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns,
  interactive: process.stderr.isTTY === true,
  drained: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
});
