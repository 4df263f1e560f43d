// The adding problem: Hochreiter and Schmidhuber 1997, experiment 4.

/** Least length T; a sequence has up to T / 10 more steps. */
const T = 100;

/**
 * Draws a batch of sequences of the same random length from T to 1.1 T. Each step has a number from [-1, 1) and a
 * marker. The marker is 1 at one of the first ten steps and at another of the first T / 2 − 1, −1 at the first and the
 * last step, and 0 elsewhere. If the first step is chosen, its marker stays −1, and its number becomes 0.
 *
 * @returns x: [B, steps, 2] row-major, y: [B, 1], 0.5 + (X1 + X2) / 4 of the marked numbers
 */
export function drawAdding(random, B) {
  const steps = T + random.integer(T / 10 + 1);
  const x = new Float32Array(B * steps * 2);
  const y = new Float32Array(B);
  for (let b = 0; b < B; b++) {
    const row = x.subarray(b * steps * 2, (b + 1) * steps * 2);
    for (let t = 0; t < steps; t++) row[2 * t] = random.uniform(-1, 1);
    const first = random.integer(10);
    const others = random.integer(T / 2 - 2);
    const second = others < first ? others : others + 1;
    for (const t of [first, second]) row[2 * t + 1] = 1;
    if (row[1] === 1) row[0] = 0;
    row[1] = row[2 * steps - 1] = -1;
    y[b] = 0.5 + (row[2 * first] + row[2 * second]) / 4;
  }
  return { x, xShape: [B, steps, 2], y, yShape: [B, 1] };
}
