// Draws errors by the strength of the background, and one sound with the probability of speech along time.
import { lineChart } from 'bptt/plot';
import { BANDS, HOP, RATE } from '../../voice/features.mjs';
import { shades } from '../shared/shades.mjs';
import { LEVELS } from './data.mjs';
import { errorsOf } from './errors.mjs';

/** Wrong frames of the model and of the baselines, by decibels. */
export function errorChart(sounds, results) {
  const at = (decisions, decibels) => {
    const chosen = sounds.map((sound, n) => [sound, decisions[n]]).filter(([sound]) => sound.decibels === decibels);
    const [those, decided] = [0, 1].map((k) => chosen.map((pair) => pair[k]));
    return 100 * errorsOf(those, decided).wrong;
  };
  const lines = results.map(({ name, decisions }) => ({
    name,
    points: LEVELS.map((decibels) => [decibels, at(decisions, decibels)]),
    dots: true,
  }));
  return lineChart(lines, {
    title: 'Wrong frames of held-out sounds',
    xLabel: 'speech above the background, in dB',
    yLabel: 'wrong frames, in %',
    height: 360,
  });
}

/** Energies are drawn as means over so many frames. */
const POOLED = 4;

/** Pixels of the picture: margins, a frame, a band, the panel of probabilities. */
const SIZE = { left: 76, right: 20, top: 74, frame: 1.25, band: 6, gap: 26, outputs: 110, bottom: 46 };

const STYLE =
  '.voice{background:#ffffff;color:#1d2430}.voice text{fill:currentColor;text-anchor:middle}.voice .start{text-anchor:start}' +
  '.voice .end{text-anchor:end}.voice .soft{fill:#5b6472}.voice .energy{fill:currentColor;shape-rendering:crispEdges}' +
  '.voice .axis{stroke:#a3acb9;fill:none}.voice .spoken{fill:#c2410c;fill-opacity:.18}.voice .line{stroke:#2563eb;stroke-width:1.5;fill:none}' +
  '@media screen and (prefers-color-scheme:dark){.voice{background:#14171c;color:#e6e9ee}.voice .soft{fill:#a0a9b6}' +
  '.voice .spoken{fill:#ff9d6b;fill-opacity:.25}.voice .line{stroke:#7aa2ff}}';

const rounded = (value) => Number(value.toFixed(1));

/** The stretches of frames with label 1: `[from, to]`. */
function stretches(labels) {
  const found = [];
  for (const [t, label] of labels.entries()) {
    if (label !== 1) continue;
    if (labels[t - 1] === 1) found.at(-1)[1] = t + 1;
    else found.push([t, t + 1]);
  }
  return found;
}

/** Means of the features over POOLED frames. */
function pooled(frames) {
  return Array.from({ length: Math.floor(frames.length / POOLED) }, (_, t) => {
    const those = frames.slice(t * POOLED, (t + 1) * POOLED);
    return Array.from({ length: BANDS }, (_, band) => those.reduce((sum, frame) => sum + frame[band], 0) / POOLED);
  });
}

/**
 * Draws a sound: energies by frequency, and below the probability of speech over the frames with speech.
 *
 * @param {import('./data.mjs').Sound} sound
 * @param {number[]} probabilities - of each frame
 */
export function soundPicture({ frames, labels, background, decibels }, probabilities) {
  const { left, right, top, frame, band, gap, outputs, bottom } = SIZE;
  const columns = pooled(frames);
  const width = left + frames.length * frame + right;
  const second = top + BANDS * band + gap;
  const height = second + outputs + bottom;
  const title = `Speech, ${decibels} dB above ${background}`;
  const spoken = stretches(labels).map(
    ([from, to]) => `<path class="spoken" d="M${from * frame} 0H${to * frame}V${outputs}H${from * frame}z"/>`,
  );
  const line = probabilities.map((p, t) => `${rounded((t + 0.5) * frame)} ${rounded(outputs * (1 - p))}`).join('L');
  const seconds = (frames.length * HOP) / RATE;
  const ticks = Array.from({ length: Math.floor(seconds) + 1 }, (_, s) => {
    const x = rounded((s * RATE * frame) / HOP);
    return `<path class="axis" d="M${x} ${outputs}v4"/><text class="soft" x="${x}" y="${outputs + 18}">${s}</text>`;
  });
  const levels = [0, 0.5, 1].map((p) => {
    const y = outputs * (1 - p);
    return `<path class="axis" d="M0 ${y}h${frames.length * frame}" stroke-opacity=".4"/><text class="soft end" x="-8" y="${y + 4}">${p}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="voice" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${title}" font-family="system-ui, sans-serif" font-size="13">\n<title>${title}</title>\n<style>${STYLE}</style>\n` +
    `<text class="start" x="12" y="23" font-size="15" font-weight="600">${title}</text>\n` +
    `<text class="start soft" x="12" y="42" font-size="12">Above: energy by frequency. Below: where speech is (shaded), and the probability of it (line).</text>\n` +
    `<g transform="translate(${left},${top})"><g class="energy">${shades(columns, { width: frame * POOLED, height: band })}</g>` +
    `<text class="soft end" x="-8" y="10">3.7 kHz</text><text class="soft end" x="-8" y="${BANDS * band}">0.1 kHz</text></g>\n` +
    `<g transform="translate(${left},${second})">${spoken.join('')}${levels.join('')}\n<path class="line" d="M${line}"/>\n${ticks.join('')}` +
    `<text class="soft" x="${rounded((frames.length * frame) / 2)}" y="${outputs + 36}">time in s</text>` +
    `<text class="soft" transform="translate(-52,${outputs / 2}) rotate(-90)">probability</text></g>\n</svg>\n`
  );
}
