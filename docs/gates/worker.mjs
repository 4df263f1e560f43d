// Trains a counter off the page's thread: receives a seed and n, sends cell states.
import { statesOf, trainCounter } from './counter.mjs';

self.onmessage = ({ data: { seed, n } }) => {
  const run = trainCounter(seed);
  self.postMessage({ score: run.score(), states: statesOf(run, n, n) });
};
