// Draws the bits per character of each epoch beside the n-grams, to the three digits that the example prints.
import { lineChart } from 'bptt/plot';

const rounded = (bits) => Number(bits.toFixed(3));

/**
 * @param epochs - bits of the GRU after each epoch, `{ trained, heldOut }`
 * @param levels - `{ name, bits }` of models that are drawn as level lines
 */
export function bitsChart(epochs, levels) {
  const line = (name, values) => ({ name, points: values.map((value, e) => [e + 1, rounded(value)]), dots: true });
  const level = ({ name, bits }) => ({ name, points: [1, epochs.length].map((e) => [e, rounded(bits)]) });
  const series = [
    line(
      'GRU',
      epochs.map(({ heldOut }) => heldOut),
    ),
    ...levels.map(level),
    line(
      'GRU in training',
      epochs.map(({ trained }) => trained),
    ),
  ];
  return lineChart(series, {
    title: 'Bits per character of held-out chapters',
    xLabel: 'epoch of the GRU; n-grams: after counting',
    yLabel: 'bits per character',
    height: 360,
  });
}
