// Draws the share of right answers by epoch, and the attention of one answer.
import { attentionMap, lineChart } from 'bptt/plot';
import { nameOf, question, spelled } from './data.mjs';

/** A line for each model: its share of right answers after each epoch. */
export function accuracyChart(models) {
  const series = models.map(({ name, shares }) => {
    return { name, points: shares.map((share, e) => [e + 1, 100 * share]), dots: true };
  });
  return lineChart(series, {
    title: 'Held-out sums that are right in every digit',
    xLabel: 'epoch',
    yLabel: 'right, in %',
    height: 360,
  });
}

/** The attention of one answer. Its last row is the end of the answer. */
export function attentionPicture(sum, { tokens, weights }) {
  return attentionMap(weights, {
    source: question(sum),
    target: tokens.map(nameOf),
    title: `Attention while the model writes ${question(sum)} = ${spelled(tokens)}`,
    caption: 'Each row is a digit of the answer: its weights over the characters of the question.',
  });
}
