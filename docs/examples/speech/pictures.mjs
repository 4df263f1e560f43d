// Draws the error by epoch, and one utterance with the outputs of the model along time.
import { lineChart } from 'bptt/plot';
import { greatest } from '../shared/extremes.mjs';
import { shades } from '../shared/shades.mjs';
import { BANDS, HOP } from './features.mjs';
import { CLASSES, nameOf } from './phones.mjs';
import { RATE } from './synthesis.mjs';

/** Held-out label error rates: of the model after each epoch, and of the baselines as level lines. */
export function errorChart(epochs, baselines) {
  const model = { name: 'CTC, without times', points: epochs.map(({ rate }, e) => [e + 1, 100 * rate]), dots: true };
  const levels = baselines.map(({ name, rate }) => ({ name, points: [1, epochs.length].map((e) => [e, 100 * rate]) }));
  return lineChart([model, ...levels], {
    title: 'Label error rate of held-out utterances',
    xLabel: 'epoch of the model; baselines: after training',
    yLabel: 'label errors, in %',
    height: 360,
  });
}

/** Pixels of the picture: margins, a frame, a band, the panel of outputs. */
const SIZE = { left: 76, right: 20, top: 74, frame: 12, band: 5, gap: 42, outputs: 150, bottom: 46 };

const rounded = (value) => Number(value.toFixed(1));

/** Runs of one label: `{ label, from, to }` in frames. */
function runs(times) {
  const found = [];
  for (const [t, label] of times.entries()) {
    if (found.at(-1)?.label === label) found.at(-1).to = t + 1;
    else found.push({ label, from: t, to: t + 1 });
  }
  return found;
}

/** The phones that were said, over the energies. */
function spokenPhones(times) {
  return runs(times).map(({ label, from, to }) => {
    if (label === 0) return '';
    const [x, end] = [from * SIZE.frame, to * SIZE.frame];
    const height = BANDS * SIZE.band;
    return (
      `<path class="edge" d="M${x} -6V${height}M${end} -6V${height}"/>` +
      `<text x="${(x + end) / 2}" y="-10">${nameOf(label)}</text>`
    );
  });
}

/** A line for each class that is probable somewhere, and its name at each of its peaks. */
function outputLines(probabilities) {
  const { frame, outputs } = SIZE;
  const at = (t, p) => `${rounded((t + 0.5) * frame)} ${rounded(outputs * (1 - p))}`;
  return Array.from({ length: CLASSES }, (_, k) => {
    const values = probabilities.map((row) => row[k]);
    if (values.every((p) => p < 0.1)) return '';
    const line = `<path class="${k === 0 ? 'blank' : `line c${k % 5}`}" d="M${values.map((p, t) => at(t, p)).join('L')}"/>`;
    if (k === 0) return line;
    const best = probabilities.map((row) => row.indexOf(greatest(row)));
    const peaks = runs(best).filter(({ label }) => label === k);
    const names = peaks.map(({ from, to }) => {
      const top = greatest(values.slice(from, to));
      const t = values.indexOf(top, from);
      return `<text x="${(t + 0.5) * frame}" y="${rounded(outputs * (1 - top) - 7)}">${nameOf(k)}</text>`;
    });
    return line + names.join('');
  });
}

const STYLE =
  '.speech{background:#ffffff;color:#1d2430}.speech text{fill:currentColor;text-anchor:middle}.speech .start{text-anchor:start}' +
  '.speech .end{text-anchor:end}.speech .soft{fill:#5b6472}.speech .energy{fill:currentColor;shape-rendering:crispEdges}' +
  '.speech .edge{stroke:#c2410c;stroke-width:1;fill:none}.speech .axis{stroke:#a3acb9;fill:none}' +
  '.speech .blank{stroke:#8a94a3;stroke-width:1.5;stroke-dasharray:4 3;fill:none}.speech .line{stroke-width:2;fill:none}' +
  '.speech .c0{stroke:#2563eb}.speech .c1{stroke:#c2410c}.speech .c2{stroke:#15803d}.speech .c3{stroke:#9333ea}.speech .c4{stroke:#0e7490}' +
  '@media screen and (prefers-color-scheme:dark){.speech{background:#14171c;color:#e6e9ee}.speech .soft{fill:#a0a9b6}' +
  '.speech .edge{stroke:#ff9d6b}.speech .c0{stroke:#7aa2ff}.speech .c1{stroke:#ff9d6b}.speech .c2{stroke:#5fd38d}' +
  '.speech .c3{stroke:#c99bff}.speech .c4{stroke:#4fd1e5}}';

/**
 * Draws an utterance: energies by frequency with the phones that were said, and below the probabilities of all classes in each
 * frame.
 *
 * @param {import('./data.mjs').Utterance} utterance
 * @param {number[][]} probabilities - [T][CLASSES]
 * @param {number[]} read - labels
 */
export function utterancePicture({ frames, times, labels }, probabilities, read) {
  const { left, right, top, frame, band, gap, outputs, bottom } = SIZE;
  const width = left + frames.length * frame + right;
  const second = top + BANDS * band + gap;
  const height = second + outputs + bottom;
  const names = (list) => list.map(nameOf).join(' ');
  const title = `Said: ${names(labels)}. Read: ${names(read)}`;
  const seconds = (frames.length * HOP) / RATE;
  const ticks = Array.from({ length: Math.floor(seconds * 5) + 1 }, (_, k) => k / 5).map((s) => {
    const x = rounded((s * RATE * frame) / HOP);
    return `<path class="axis" d="M${x} ${outputs}v4"/><text class="soft" x="${x}" y="${outputs + 18}">${s}</text>`;
  });
  const levels = [0, 0.5, 1].map((p) => {
    const y = outputs * (1 - p);
    return `<path class="axis" d="M0 ${y}h${frames.length * frame}" stroke-opacity=".4"/><text class="soft end" x="-8" y="${y + 4}">${p}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="speech" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${title}" font-family="system-ui, sans-serif" font-size="13">\n<title>${title}</title>\n<style>${STYLE}</style>\n` +
    `<text class="start" x="12" y="23" font-size="15" font-weight="600">${title}</text>\n` +
    `<text class="start soft" x="12" y="42" font-size="12">Above: energy by frequency, with what was said. Below: the outputs; dashed: the blank.</text>\n` +
    `<g transform="translate(${left},${top})"><g class="energy">${shades(frames, { width: SIZE.frame, height: SIZE.band })}</g>\n${spokenPhones(times).join('')}` +
    `<text class="soft end" x="-8" y="10">4 kHz</text><text class="soft end" x="-8" y="${BANDS * band}">0.1 kHz</text></g>\n` +
    `<g transform="translate(${left},${second})">${levels.join('')}\n${outputLines(probabilities).join('\n')}\n${ticks.join('')}` +
    `<text class="soft" x="${(frames.length * frame) / 2}" y="${outputs + 36}">time in s</text>` +
    `<text class="soft" transform="translate(-52,${outputs / 2}) rotate(-90)">probability</text></g>\n</svg>\n`
  );
}
