// Line charts as SVG text, no dependency. Colours are CSS variables of the page, so that a chart suits light, dark and
// print alike.

/**
 * @typedef {object} Axis
 * @property {string} label - with its unit
 * @property {[number, number]} domain - first and last value shown
 * @property {number[]} ticks
 * @property {(value: number) => string} [format] - text of a tick
 * @property {boolean} [log] - logarithmic
 */
/**
 * @typedef {object} Series
 * @property {string} name - in the legend
 * @property {string} colour - CSS variable: 'model' for --model
 * @property {[number, number][][]} lines - one or more runs of points [x, y]
 * @property {number} [width] - of the line
 * @property {string} [dash] - dash pattern
 * @property {boolean} [dots] - mark every point
 */

const WIDTH = 840;
const MARGIN = { top: 34, right: 16, bottom: 46, left: 62 };

const escapeText = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
const round = (x) => Number(x.toFixed(1));

/** From values of an axis to pixels between `start` and `end`. */
function scaleFor({ domain: [low, high], log }, start, end) {
  const position = log ? (v) => Math.log(v / low) / Math.log(high / low) : (v) => (v - low) / (high - low);
  return (v) => round(start + position(v) * (end - start));
}

const text = (x, y, content, attributes = '') => `<text x="${x}" y="${y}" ${attributes}>${escapeText(content)}</text>`;

function xAxis({ ticks, label, format = String }, px, bottom, top) {
  const marks = ticks.map(
    (v) =>
      `<line class="grid" x1="${px(v)}" x2="${px(v)}" y1="${top}" y2="${bottom}"/>` +
      text(px(v), bottom + 18, format(v), 'text-anchor="middle"'),
  );
  const middle = (MARGIN.left + WIDTH - MARGIN.right) / 2;
  return `${marks.join('')}${text(middle, bottom + 38, label, 'text-anchor="middle" class="label"')}`;
}

function yAxis({ ticks, label, format = String }, py, left, right, middle) {
  const marks = ticks.map(
    (v) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${py(v)}" y2="${py(v)}"/>` +
      text(left - 8, py(v) + 4, format(v), 'text-anchor="end"'),
  );
  const turned = `text-anchor="middle" class="label" transform="rotate(-90 16 ${middle})"`;
  return `${marks.join('')}${text(16, middle, label, turned)}`;
}

const strokeOf = ({ colour, width = 1.6, dash }) =>
  `style="stroke:var(--${colour});stroke-width:${width}${dash ? `;stroke-dasharray:${dash}` : ''}"`;

function drawn(series, px, py) {
  const lines = series.lines.map((points) => {
    const path = points.map(([x, y]) => `${px(x)},${py(y)}`).join(' ');
    return `<polyline fill="none" ${strokeOf(series)} points="${path}"/>`;
  });
  if (!series.dots) return lines.join('');
  const dots = series.lines
    .flat()
    .map(([x, y]) => `<circle cx="${px(x)}" cy="${py(y)}" r="2.4" style="fill:var(--${series.colour})"/>`);
  return [...lines, ...dots].join('');
}

/** Names of the series above the plot, from left to right. */
function legend(all) {
  let x = MARGIN.left;
  const entries = all.map((series) => {
    const entry =
      `<line x1="${x}" x2="${x + 24}" y1="14" y2="14" ${strokeOf({ ...series, width: 2.4 })}/>` +
      text(x + 30, 18, series.name);
    x += 54 + 6.5 * series.name.length; // about the width of the text
    return entry;
  });
  return entries.join('');
}

/**
 * @param {{ title: string, x: Axis, y: Axis, series: Series[], height?: number }} options
 * @returns {string} an `<svg>` element; what lies outside the axes is cut off
 */
export function lineChart({ title, x, y, series, height = 300 }) {
  const [left, right] = [MARGIN.left, WIDTH - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const px = scaleFor(x, left, right);
  const py = scaleFor(y, bottom, top);
  const clip = `clip-${title.replace(/\W+/g, '-').toLowerCase()}`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(title)}">`,
    `<clipPath id="${clip}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>`,
    xAxis(x, px, bottom, top),
    yAxis(y, py, left, right, (top + bottom) / 2),
    `<path class="axis" fill="none" d="M${left},${top}V${bottom}H${right}"/>`,
    `<g clip-path="url(#${clip})">${series.map((each) => drawn(each, px, py)).join('\n')}</g>`,
    legend(series),
    '</svg>',
  ].join('\n');
}

/** Round values from low to high, about `count` of them. */
export function ticksBetween(low, high, count = 6) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** 1, 2, 5, 10, … between low and high, for logarithmic axes. */
export function logTicks(low, high) {
  const powers = Array.from({ length: 13 }, (_, i) => 10 ** (i - 6));
  return powers.flatMap((p) => [p, 2 * p, 5 * p]).filter((v) => v >= low * 0.999 && v <= high * 1.001);
}
