// An engine is a process that reads one command a line and answers each with one line, both JSON:
//
//   → { "do": "prepare", "layer", "does", "shape", "folder" }   ← { "verified": true or false }
//   → { "do": "result", "file" }                                ← { "numbers": how many, written there as raw float32 }
//   → { "do": "run", "times": n }                               ← { "seconds": of the processor, "wall": by the clock }
//
// and begins with { "version" }, or { "missing": why }. An error answers { "error": message }. Weights, inputs and
// gradients lie in the folder, as raw float32 in the layouts of bptt; see data.mjs.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { timeOf, timeOfAsync } from '../statistics.mjs';

const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/**
 * @param {() => Promise<{ version: string, prepare: (task: object) => object }>} open - loads the engine; `prepare` gives
 *   `run`, one piece of work, and `result`, its numbers in our layout: outputs, or dx of a training step, absent where
 *   an engine cannot be given our weights; `asynchronous` where `run` returns a promise
 */
export async function serve(open) {
  let engine;
  try {
    engine = await open();
  } catch (error) {
    answer({ missing: error.message.split(/\n| imported from /)[0] });
    process.exit();
  }
  answer({ version: engine.version });
  let prepared;
  const commands = {
    prepare: async (task) => {
      prepared = undefined; // before the next one takes memory
      prepared = await engine.prepare(task);
      return { verified: prepared.result !== undefined };
    },
    result: async ({ file }) => {
      const numbers = Float32Array.from(await prepared.result());
      writeFileSync(file, numbers);
      return { numbers: numbers.length };
    },
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
