// "Copy as code": a program for Node that trains with the settings of a run, and ends with the same hash.
import { writeAddress } from './settings.mjs';

/**
 * A program in JavaScript that needs `npm install bptt` and the files of docs/playground beside it.
 *
 * @param settings - those of the run
 * @param {number} steps - training steps
 */
export function programOf(settings, steps) {
  const address = writeAddress([settings]);
  return `// npm install bptt; the files of docs/playground lie beside this one
import { Run } from './run.mjs';
import { readSettings } from './settings.mjs';

const run = new Run(readSettings(${JSON.stringify(address)}));
for (let step = 1; step <= ${steps}; step++) {
  const { loss } = run.step();
  if (step % 100 === 0) console.log(step, loss);
}
console.log(run.hash());
`;
}
