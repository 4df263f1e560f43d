// A net that learns to count: which words aⁿbⁿ it foretells to the end, and what its state does meanwhile.
import { tensor } from 'bptt';
import { Run } from '../playground/run.mjs';
import { readSettings } from '../playground/settings.mjs';
import { ADDRESSES } from './examples.mjs';

const STEPS = 1500;
/** Words that are tried at most. */
const LONGEST = 60;
/** Numbers of the symbols in the inputs of the task. The end has the number of the start. */
const [START, A, B] = [0, 1, 2];

/** A net that was trained on words up to a¹⁰b¹⁰. */
export function trainCounter(cell) {
  const run = new Run(readSettings(ADDRESSES[cell]));
  for (let step = 0; step < STEPS; step++) run.step();
  const stream = run.model.stream();
  return { stream, memory: cell === 'LSTM' ? 'c' : 'h' };
}

/** Reads aⁿbⁿ: the memory after each symbol, [2n + 1][units], and whether all symbols after the first b are foretold. */
export function readWord({ stream, memory }, n) {
  const state = stream.zeroState();
  const symbols = [START, ...new Array(n).fill(A), ...new Array(n).fill(B)];
  let right = true;
  const states = symbols.map((symbol, t) => {
    const one = [START, A, B].map((each) => (each === symbol ? 1 : 0));
    const logits = stream
      .step(tensor([one]), state)
      .pick(0)
      .toArray();
    const answer = logits.indexOf(Math.max(...logits));
    if (t > n && answer !== (symbols[t + 1] ?? START)) right = false;
    return Object.values(state)[0][memory].pick(0).toArray();
  });
  return { states, right };
}

/** The largest n up to which all words are foretold. */
export function longestWord(counter) {
  let n = 0;
  while (n < LONGEST && readWord(counter, n + 1).right) n++;
  return n;
}
