// Trains one network at several learning rates.
import { lineChart } from 'bptt/plot';
import { mean, row, say } from '../vanishing/measure.mjs';
import { drawn, flowOf, stackOf } from './nets.mjs';

const [STEPS, WINDOW] = [400, 10];
const RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

const batches = Array.from({ length: 20 }, (_, k) => drawn(16, 100 + k));
const others = drawn(64, 99);

/** Share of saturated units of all recurrent layers. */
const saturation = ({ layers }) => mean(layers.flatMap(({ gates }) => gates.hidden.saturated.toArray().flat()));

/** Losses of all steps, that on other sequences, and the share of saturated units after training. */
function trained(rate, more = {}) {
  const model = stackOf(2, 'plain', rate, more);
  const losses = Array.from({ length: STEPS }, (_, k) => model.trainStep(...batches[k % batches.length]).loss);
  return { rate, losses, loss: model.evaluate(...others), saturated: saturation(flowOf(model)) };
}

/** Two recurrent layers that learn the sign of the first of 30 inputs. */
export function rates() {
  const runs = RATES.map((rate) => trained(rate));
  const clipped = RATES.map((rate) => trained(rate, { clip: { globalNorm: 1 } }));
  const lines = runs.map(({ rate, losses }) => ({
    name: String(rate),
    points: Array.from({ length: STEPS / WINDOW }, (_, k) => {
      return [(k + 1) * WINDOW, mean(losses.slice(k * WINDOW, (k + 1) * WINDOW))];
    }),
  }));
  const title = 'Loss in training at six learning rates of Adam, means of ten steps';
  const axes = { xLabel: 'training step', yLabel: 'loss (log scale)', yScale: 'log' };
  return {
    figures: { rates: lineChart(lines, { ...axes, title }) },
    claims: runs.map(({ rate, loss, saturated }, k) => row(rate, say(loss), say(saturated), say(clipped[k].loss))),
  };
}
