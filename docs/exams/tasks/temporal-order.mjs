// Temporal order with two relevant symbols: Hochreiter and Schmidhuber 1997, experiment 6a.

/** @public Columns of the one-hot input; X and Y carry the answer. */
export const SYMBOLS = ['a', 'b', 'c', 'd', 'X', 'Y', 'E', 'B'];
const [X, E, B_END] = ['X', 'E', 'B'].map((symbol) => SYMBOLS.indexOf(symbol));

/** Draws an integer from low to high, both included. */
const between = (random, low, high) => low + random.integer(high - low + 1);

/**
 * Draws a batch of sequences of the same random length from 100 to 110. A sequence starts with E, ends with B, and has
 * random symbols a, b, c, d between, with X or Y at step t1 from 10 to 20 and at step t2 from 50 to 60 (counted from
 * 1).
 *
 * @returns x: [B, steps, 8] row-major, y: [B] class numbers, 0 to 3 for XX, XY, YX, YY
 */
export function drawTemporalOrder(random, B) {
  const steps = between(random, 100, 110);
  const I = SYMBOLS.length;
  const x = new Float32Array(B * steps * I);
  const y = new Float32Array(B);
  for (let b = 0; b < B; b++) {
    const symbols = Array.from({ length: steps }, () => random.integer(4));
    const [first, second] = [random.integer(2), random.integer(2)];
    symbols[between(random, 10, 20) - 1] = X + first;
    symbols[between(random, 50, 60) - 1] = X + second;
    symbols[0] = E;
    symbols[steps - 1] = B_END;
    symbols.forEach((symbol, t) => {
      x[(b * steps + t) * I + symbol] = 1;
    });
    y[b] = 2 * first + second;
  }
  return { x, xShape: [B, steps, I], y, yShape: [B] };
}
