// The figure of the times of all libraries relative to ours: an SVG with its own background, for light and dark pages.
import { largest } from '../statistics.mjs';
import { multiple } from '../table.mjs';

const WIDTH = 880;
const LEFT = 324;
const RIGHT = 36;
const TOP = 92;
const ROW = 40;
const BOTTOM = 56;

/** Colours for light and dark pages, each with a mark, so that readers can distinguish them without colour. */
const STYLES = [
  { light: '#b35900', dark: '#ffa657', mark: 'M-5,-5H5V5H-5Z' },
  { light: '#0550ae', dark: '#79c0ff', mark: 'M0,-6L6,5H-6Z' },
  { light: '#116329', dark: '#56d364', mark: 'M0,-6.5L6.5,0L0,6.5L-6.5,0Z' },
  { light: '#8250df', dark: '#d2a8ff', mark: 'M0,6L6,-5H-6Z' },
  { light: '#a40e26', dark: '#ff7b72', mark: 'M-5,-2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z' },
  { light: '#57606a', dark: '#c9d1d9', mark: 'M-5,0A5,5 0 1 0 5,0A5,5 0 1 0 -5,0Z' },
];

const escapeText = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const round = (x) => Number(x.toFixed(1));
const text = (x, y, content, attributes = '') =>
  `<text x="${round(x)}" y="${y}" ${attributes}>${escapeText(content)}</text>`;
const colours = (mode) => STYLES.map((style, k) => `.e${k}{fill:${style[mode]}}`).join('');

const STYLE = `<style>
text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;paint-order:stroke;stroke:#ffffff;stroke-width:3px}.title{font-size:15px;font-weight:600}
.back{fill:#ffffff}.grid{stroke:#d0d7de}.ours{stroke:#1f2328;stroke-width:2}${colours('light')}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117}.small{stroke:#0d1117}.grid{stroke:#30363d}.ours{stroke:#e6edf3}${colours('dark')}}
</style>`;

/** Powers of ten around all values, and the function from a value to its position. */
function logAxis(values) {
  const powers = values.map(Math.log10);
  const [low, high] = [-Math.ceil(largest(powers.map((power) => -power))), Math.ceil(largest(powers))];
  const ticks = Array.from({ length: high - low + 1 }, (_, k) => 10 ** (low + k));
  const position = (value) => LEFT + ((Math.log10(value) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  return { ticks, position };
}

const markOf = (k, x, y) => `<path class="e${k}" transform="translate(${round(x)},${y})" d="${STYLES[k].mark}"/>`;

function legend(engines) {
  let x = 20;
  const entries = engines.map((name, k) => {
    const entry = markOf(k, x + 6, 52) + text(x + 18, 57, name);
    x += 36 + 7.8 * name.length; // about the width of the text
    return entry;
  });
  return entries.join('');
}

function axis({ ticks, position }, bottom) {
  const marks = ticks.map((value) => {
    const x = round(position(value));
    const label = value === 1 ? 'bptt' : `${value}×`;
    return (
      `<line class="${value === 1 ? 'ours' : 'grid'}" x1="${x}" x2="${x}" y1="${TOP - 14}" y2="${bottom}"/>` +
      text(x, bottom + 18, label, 'text-anchor="middle"')
    );
  });
  const legendOf = 'time by that of bptt, logarithmic: left of the line faster than bptt, right of it slower';
  return marks.join('') + text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, legendOf, 'text-anchor="middle" class="small"');
}

/** Position of the label of a mark at x, beside the line of our own time. */
function besideLine(label, x, line) {
  const half = 3.4 * label.length + 3; // about the width of the text
  if (Math.abs(x - line) >= half) return [x, 'middle'];
  return x <= line ? [line - 4, 'end'] : [line + 4, 'start'];
}

/**
 * Draws the marks of one case. Numbers are above the marks, or below if the left neighbour is too near.
 *
 * @param {import('../results.mjs').Row[]} rows - rows of the other engines
 */
function caseMarks(rows, engines, position, y) {
  let before = -Infinity;
  let above = true;
  return rows
    .toSorted((a, b) => a.ratioToOurs - b.ratioToOurs)
    .map(({ engine, ratioToOurs }) => {
      const x = position(ratioToOurs);
      above = x - before > 40 || !above;
      before = x;
      const words = multiple(ratioToOurs);
      const [at, anchor] = besideLine(words, x, position(1));
      const label = text(at, above ? y - 8 : y + 17, words, `text-anchor="${anchor}" class="small"`);
      return markOf(engines.indexOf(engine), x, y) + label;
    })
    .join('');
}

/**
 * @param {import('../results.mjs').Row[]} rows - of `npm run bench:peers`
 * @returns {string} an SVG file
 */
export function ratioChart(rows) {
  const others = rows.filter(({ engine, ratioToOurs }) => engine !== 'bptt' && ratioToOurs !== null);
  const engines = [...new Set(others.map(({ engine }) => engine))];
  const caseOf = ({ group, name }) => `${name}, ${group}`;
  const cases = [...new Set(others.map(caseOf))];
  const { ticks, position } = logAxis([1, ...others.map(({ ratioToOurs }) => ratioToOurs)]);
  const bottom = TOP + cases.length * ROW;
  const height = bottom + BOTTOM;
  const lines = cases.map((name, k) => {
    const list = others.filter((row) => caseOf(row) === name);
    const y = TOP + k * ROW + 8;
    const label = text(LEFT - 14, y + 4, name, 'text-anchor="end" class="small"');
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>${label}` +
      caseMarks(list, engines, position, y)
    );
  });
  const title = 'The same work in other libraries, one thread each';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">`,
    STYLE,
    `<rect class="back" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(20, 28, title, 'class="title"'),
    legend(engines),
    axis({ ticks, position }, bottom),
    ...lines,
    '</svg>\n',
  ].join('\n');
}
