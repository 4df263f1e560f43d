// The protocol of engines. An engine is a process that reads one command per line and answers each with one line. Both
// are JSON:
//
//   → { "do": "prepare", "layer", "does", "shape", "folder" }   ← { "verified": true or false }
//   → { "do": "result", "file" }                                ← { "numbers": how many, written there as raw float32 }
//   → { "do": "run", "times": n }                               ← { "seconds": of the processor, "wall": by the clock }
//   → { "do": "peak" }                                          ← what `preparePeak` measures, of an engine with a width
// At the start it writes { "version", "width" }, where width is the bits of its vectors if it can measure their peak, or { "missing": reason }. After an error it answers { "error": message }. The
// folder has weights, inputs and gradients as raw float32 in the layouts of bptt; see data.mjs.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { timeOf, timeOfAsync } from '../statistics.mjs';

const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/**
 * @param {() => Promise<{ version: string, width?: number, peak?: () => object, prepare: (task: object) => object }>} open - loads the engine. `prepare`
 * returns `run`, which does the work once, and `result`, which returns the numbers in our layout: outputs, or dx of a
 * training step. An engine that cannot load our weights has no `result`. `asynchronous`: `run` returns a promise
 */
export async function serve(open) {
  let engine;
  try {
    engine = await open();
  } catch (error) {
    answer({ missing: error.message.split(/\n| imported from /)[0] });
    process.exit();
  }
  answer({ version: engine.version, width: engine.width });
  let prepared;
  const commands = {
    prepare: async (task) => {
      prepared = undefined; // frees memory before the next case is prepared
      prepared = await engine.prepare(task);
      return { verified: prepared.result !== undefined };
    },
    result: async ({ file }) => {
      const numbers = Float32Array.from(await prepared.result());
      writeFileSync(file, numbers);
      return { numbers: numbers.length };
    },
    peak: () => engine.peak(),
    run: ({ times }) => (prepared.asynchronous ? timeOfAsync : timeOf)(prepared.run, times),
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    try {
      answer(await commands[command.do](command));
    } catch (error) {
      answer({ error: error.message });
    }
  }
}
