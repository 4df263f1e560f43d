// Trains a net with a cell, right or wrong, on a task that needs memory: adding two marked numbers of a sequence.
import { Adam, Dense, MeanSquaredError, RNN, randomUniform, Sequential, SGD, Tensor } from 'bptt';

const STEPS = 400;
/** Training steps whose losses are one point of a curve. */
const MEAN_OF = 10;
const [ROWS, LENGTH, UNITS, RATE] = [32, 10, 16, 0.01];

/** x [B, T, 2]: numbers from −1 to 1, and marks at one of the first and one of the last steps. y: the sum of both numbers. */
function batchOf(step) {
  const random = randomUniform([ROWS, LENGTH + 2], { seed: step, low: 0, high: 1 });
  const [x, y] = [new Float32Array(ROWS * LENGTH * 2), new Float32Array(ROWS)];
  for (let b = 0; b < ROWS; b++) {
    const half = LENGTH / 2;
    const marked = [0, half].map((first, k) => first + Math.floor(half * random.get(b, LENGTH + k)));
    for (let t = 0; t < LENGTH; t++) x[2 * (b * LENGTH + t)] = 2 * random.get(b, t) - 1;
    for (const t of marked) {
      x[2 * (b * LENGTH + t) + 1] = 1;
      y[b] += x[2 * (b * LENGTH + t)];
    }
  }
  return { x: new Tensor({ data: x }, [ROWS, LENGTH, 2]), y: new Tensor({ data: y }, [ROWS, 1]) };
}

/** The losses of training steps, each the mean over `MEAN_OF` of them. With `clip`, by plain gradient descent, of which it sets the pace. */
function lossesOf(Cell, clip, steps = STEPS) {
  const layer = new RNN({ cell: new Cell({ units: UNITS }) });
  const model = new Sequential([layer, new Dense({ units: 1 })], { seed: 1 });
  const optimizer = clip === undefined ? new Adam({ learningRate: RATE }) : new SGD({ learningRate: 1 });
  model.compile({ optimizer, loss: new MeanSquaredError(), ...(clip && { clip }) });
  const losses = [];
  for (let from = 0; from < steps; from += MEAN_OF) {
    let sum = 0;
    for (let k = 0; k < MEAN_OF; k++) {
      const { x, y } = batchOf(from + k);
      sum += model.trainStep(x, y).loss;
    }
    losses.push(sum / MEAN_OF);
  }
  return losses;
}

/** The losses of both versions, and the steps in the middle of each mean. */
export function curvesOf({ Right, Wrong, clip }) {
  const right = lossesOf(Right, clip?.right);
  return { right, wrong: lossesOf(Wrong, clip?.wrong), steps: right.map((_, k) => (k + 0.5) * MEAN_OF) };
}
