// Draws forecasts with their intervals beside what was observed: an SVG with one panel for each series.

import { greatest, least } from './extremes.mjs';

/** Pixels of margins, and of a panel. */
const SIZE = { width: 840, left: 58, right: 16, top: 86, panel: 150, gap: 58, bottom: 40 };

const STYLE =
  '.fan{background:#ffffff;color:#1d2430}.fan text{fill:currentColor}.fan .soft{fill:#5b6472}.fan .end{text-anchor:end}' +
  '.fan .middle{text-anchor:middle}.fan .grid{stroke:#e4e7ec;fill:none}.fan .outer{fill:#0b62c4;fill-opacity:.18}' +
  '.fan .inner{fill:#0b62c4;fill-opacity:.3}.fan .median{stroke:#0b62c4;stroke-width:1.6;fill:none}' +
  '.fan .observed{stroke:#c2410c;stroke-width:1.4;fill:none}@media screen and (prefers-color-scheme:dark){' +
  '.fan{background:#14171c;color:#e6e9ee}.fan .soft{fill:#a0a9b6}.fan .grid{stroke:#2b313a}.fan .outer,.fan .inner{fill:#6db1ff}' +
  '.fan .median{stroke:#6db1ff}.fan .observed{stroke:#ff9d6b}}';

const rounded = (value) => Number(value.toFixed(1));

/** About five round numbers from low to high. */
function ticksOf(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) =>
    Number(((first + k) * step).toPrecision(12)),
  );
}

/** Draws one panel. A fan has x [H] and quantiles [5][H], the lowest first. */
function panelOf({ label, observed, fans }, xTicks, [from, to], height) {
  const width = SIZE.width - SIZE.left - SIZE.right;
  const values = [...observed.map(([, y]) => y), ...fans.flatMap(({ quantiles }) => quantiles.flat())];
  const [low, high] = [least(values), greatest(values)];
  const atX = (x) => rounded((width * (x - from)) / (to - from));
  const atY = (y) => rounded(height * (1 - (y - low) / (high - low)));
  const points = (xs, ys) => xs.map((x, k) => `${atX(x)} ${atY(ys[k])}`);
  const band = (kind, xs, lower, upper) =>
    `<path class="${kind}" d="M${points(xs, upper).join('L')}L${points(xs, lower).reverse().join('L')}Z"/>`;
  const drawn = fans.map(
    ({ x, quantiles: [q1, q2, q3, q4, q5] }) =>
      `${band('outer', x, q1, q5)}${band('inner', x, q2, q4)}<path class="median" d="M${points(x, q3).join('L')}"/>`,
  );
  const line = points(
    observed.map(([x]) => x),
    observed.map(([, y]) => y),
  ).join('L');
  const grid = ticksOf(low, high).map(
    (y) =>
      `<path class="grid" d="M0 ${atY(y)}h${width}"/><text class="soft end" x="-8" y="${atY(y) + 4}">${String(y).replace('-', '−')}</text>`,
  );
  const below = xTicks.map(
    ({ x, label: text }) => `<text class="soft middle" x="${atX(x)}" y="${height + 18}">${text}</text>`,
  );
  return `${grid.join('')}${drawn.join('')}<path class="observed" d="M${line}"/>${below.join('')}<text x="0" y="-9">${label}</text>`;
}

/**
 * Draws panels below each other over one x axis.
 *
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.caption - what the bands are
 * @param {{ label: string, observed: [number, number][], fans: { x: number[], quantiles: number[][] }[] }[]} chart.panels
 * @param {{ x: number, label: string }[]} chart.xTicks
 * @param {[number, number]} chart.xDomain
 * @param {number} [chart.panel] - height of a panel in pixels
 */
export function fanChart({ title, caption, panels, xTicks, xDomain, panel = SIZE.panel }) {
  const { width, left, top, gap, bottom } = SIZE;
  const height = top + panels.length * panel + (panels.length - 1) * gap + bottom;
  const drawn = panels.map((each, k) => {
    return `<g transform="translate(${left},${top + k * (panel + gap)})">${panelOf(each, xTicks, xDomain, panel)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="fan" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${title}" font-family="system-ui, sans-serif" font-size="12">\n<title>${title}</title>\n<style>${STYLE}</style>\n` +
    `<text x="12" y="23" font-size="15" font-weight="600">${title}</text>\n<text class="soft" x="12" y="43">${caption}</text>\n` +
    `${drawn.join('\n')}\n</svg>\n`
  );
}
