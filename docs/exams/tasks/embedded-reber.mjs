// The embedded Reber grammar: Hochreiter and Schmidhuber 1997, experiment 1.

/** @public Columns of the one-hot input, and class numbers of the target. */
export const SYMBOLS = ['B', 'T', 'P', 'S', 'X', 'V', 'E'];

/** Reber's grammar: symbol and next state of the branches of each state. All branches of a state are equally likely. */
const BRANCHES = [
  [['B', 1]],
  [
    ['T', 2],
    ['P', 3],
  ],
  [
    ['S', 2],
    ['X', 4],
  ],
  [
    ['T', 3],
    ['V', 5],
  ],
  [
    ['X', 3],
    ['S', 6],
  ],
  [
    ['P', 4],
    ['V', 6],
  ],
  [['E', undefined]],
];

/** Draws one string and, for each symbol but the last, the symbols that may follow it. */
function drawString(random) {
  const outer = ['T', 'P'][random.integer(2)];
  const symbols = ['B', outer];
  const successors = [['T', 'P']];
  for (let state = 0; state !== undefined; ) {
    const branches = BRANCHES[state];
    const [symbol, next] = branches[random.integer(branches.length)];
    symbols.push(symbol);
    successors.push(branches.map(([legal]) => legal));
    state = next;
  }
  symbols.push(outer, 'E');
  successors.push([outer], ['E']);
  return { symbols, successors };
}

/**
 * Draws a batch of one string. The target of each symbol is the following symbol.
 *
 * @returns x: [1, T, 7], y: [1, T] class numbers, legal: for each step the class numbers that may follow
 */
export function drawEmbeddedReber(random) {
  const { symbols, successors } = drawString(random);
  const [T, I] = [symbols.length - 1, SYMBOLS.length];
  const x = new Float32Array(T * I);
  for (let t = 0; t < T; t++) x[t * I + SYMBOLS.indexOf(symbols[t])] = 1;
  const y = Float32Array.from(symbols.slice(1), (symbol) => SYMBOLS.indexOf(symbol));
  const legal = successors.map((each) => each.map((symbol) => SYMBOLS.indexOf(symbol)));
  return { x, xShape: [1, T, I], y, yShape: [1, T], legal };
}
