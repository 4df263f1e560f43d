// Draws the likelihood by epoch, and a piano roll.
import { lineChart } from 'bptt/plot';
import { greatest, least } from '../shared/extremes.mjs';

/** Nats per step: of the model on held-out pieces and in training, and of baselines as level lines. */
export function natsChart(epochs, baselines) {
  const line = (name, values) => ({ name, points: values.map((value, e) => [e + 1, value]), dots: true });
  const heldOut = epochs.map(({ heldOut }) => heldOut.nats);
  const trained = epochs.map(({ trained }) => trained);
  const levels = baselines.map(({ name, nats }) => ({ name, points: [1, epochs.length].map((e) => [e, nats]) }));
  return lineChart([line('GRU and last 16 steps', heldOut), ...levels, line('in training, with dropout', trained)], {
    title: 'Negative log-likelihood of a step of held-out rags',
    xLabel: 'epoch of the model; baselines: after training',
    yLabel: 'nats per step',
    height: 380,
  });
}

/** Pixels of a step and of a pitch, and margins. */
const SIZE = { step: 7, pitch: 4, left: 50, top: 66, right: 16, bottom: 44 };

const STYLE =
  '.roll{background:#ffffff;color:#1d2430}.roll text{fill:currentColor}.roll .soft{fill:#5b6472}.roll .middle{text-anchor:middle}' +
  '.roll .end{text-anchor:end}.roll .grid{stroke:#e4e7ec;fill:none}.roll .read{fill:#5b6472}.roll .own{fill:#c2410c}' +
  '.roll .edge{stroke:#1d2430;stroke-dasharray:3 3;fill:none}@media screen and (prefers-color-scheme:dark){' +
  '.roll{background:#14171c;color:#e6e9ee}.roll .soft{fill:#a0a9b6}.roll .grid{stroke:#2b313a}.roll .read{fill:#a0a9b6}' +
  '.roll .own{fill:#ff9d6b}.roll .edge{stroke:#e6e9ee}}';

/** Draws notes: those that were read, and those that the model played after them. */
export function pianoRoll(title, read, played) {
  const { step, pitch, left, top, right, bottom } = SIZE;
  const steps = [...read, ...played];
  const [low, high] = [least(steps.flat()), greatest(steps.flat())];
  const [inner, height] = [steps.length * step, (high - low + 1) * pitch];
  const [width, whole] = [left + inner + right, top + height + bottom];
  const notes = (list, from) =>
    list
      .flatMap((pitches, t) =>
        pitches.map((p) => `M${(from + t) * step} ${(high - p) * pitch}h${step}v${pitch}h-${step}z`),
      )
      .join('');
  const octaves = Array.from({ length: 12 }, (_, k) => 12 * k).filter((p) => p >= low && p <= high);
  const lines = octaves.map((p) => {
    const y = (high - p + 1) * pitch;
    return `<path class="grid" d="M0 ${y}h${inner}"/><text class="soft end" x="-6" y="${y + 1}">C${p / 12 - 1}</text>`;
  });
  const edge = read.length * step;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="roll" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" role="img" ` +
    `aria-label="${title}" font-family="system-ui, sans-serif" font-size="12">\n<title>${title}</title>\n<style>${STYLE}</style>\n` +
    `<text x="12" y="23" font-size="15" font-weight="600">${title}</text>\n` +
    `<text class="soft" x="12" y="42">Left: what was read. Right: what the model played. One column is a sixteenth.</text>\n` +
    `<g transform="translate(${left},${top})">${lines.join('')}<path class="read" d="${notes(read, 0)}"/>\n` +
    `<path class="own" d="${notes(played, read.length)}"/><path class="edge" d="M${edge} -4V${height + 4}"/>` +
    `<text class="soft middle" x="${edge / 2}" y="${height + 24}">read</text>` +
    `<text class="soft middle" x="${(edge + inner) / 2}" y="${height + 24}">played</text></g>\n</svg>\n`
  );
}
