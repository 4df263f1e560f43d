// Trains a small LSTM to count, and shows its cell states: the task of the playground, aⁿbⁿ.
import { tensor, unstack } from 'bptt';
import { Run } from '../playground/run.mjs';
import { readSettings } from '../playground/settings.mjs';

const STEPS = 600;
/** The largest n in training. */
const MOST = 10;
const ADDRESS = `task=counting&length=${MOST}&units=3&rate=0.02`;

/** A run of the playground, trained. */
export function trainCounter(seed = 1) {
  const run = new Run({ ...readSettings(ADDRESS), seed });
  for (let step = 0; step < STEPS; step++) run.step();
  return run;
}

/** Runs the LSTM on start aⁿbᵐ: cell states of all units after each symbol, and the next symbol that it expects. */
export function statesOf({ model }, n, m) {
  const symbols = [0, ...Array(n).fill(1), ...Array(m).fill(2)];
  const cell = model.layers[0].cell;
  const x = tensor([symbols.map((symbol) => [0, 1, 2].map((k) => (k === symbol ? 1 : 0)))]);
  const expected = model.predict(x).pick(0).toArray();
  let state;
  return unstack(x, 1).map((xt, t) => {
    [, state] = cell.step(xt, state);
    const best = expected[t].indexOf(Math.max(...expected[t]));
    return { symbol: ['start', 'a', 'b'][symbols[t]], c: state.c.toArray()[0], next: ['end', 'a', 'b'][best] };
  });
}
