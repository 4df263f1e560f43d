// The worker of the page: computes what its pictures show.
import { longestWord, readWord, trainCounter } from './counting.mjs';
import { SEQUENCES } from './examples.mjs';
import { runUnit } from './unit.mjs';

const COMMANDS = {
  run: ({ cell, weights, sequence }) => runUnit(cell, weights, SEQUENCES[sequence].values),
  count({ cell, sizes }) {
    const counter = trainCounter(cell);
    return { longest: longestWord(counter), words: sizes.map((n) => ({ n, states: readWord(counter, n).states })) };
  },
};

self.onmessage = ({ data }) => {
  try {
    self.postMessage({ type: data.type, id: data.id, result: COMMANDS[data.type](data) });
  } catch (error) {
    self.postMessage({ type: 'failed', message: error.message });
  }
};
