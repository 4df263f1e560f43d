// Draws the accuracy of each epoch beside the baselines, and the misread digits.
import { lineChart } from 'bptt/plot';
import { SIZE } from './data.mjs';

/** Draws held-out accuracies: of the model after each epoch, and of the baselines as level lines. */
export function accuracyChart(epochs, baselines) {
  const [first, last] = [1, epochs.length];
  const model = { name: 'bidirectional GRUs', points: epochs.map((share, e) => [e + 1, 100 * share]), dots: true };
  const levels = baselines.map(({ name, share }) => ({ name, points: [first, last].map((e) => [e, 100 * share]) }));
  return lineChart([model, ...levels], {
    title: 'Held-out digits that are read correctly',
    xLabel: 'epoch of the GRUs; baselines: after training',
    yLabel: 'correct, in %',
    height: 360,
  });
}

/** Cells of the sheet, in pixels: a picture of two pixels per pixel, with room for a caption. */
const CELL = { columns: 10, width: 70, height: 88, scale: 2 };
const TOP = 58;

/** Ink above each of these is drawn once more. */
const LEVELS = [0.15, 0.5, 0.85];

/** Horizontal strokes over the pixels above a level. */
function strokes(pixels, level) {
  const path = [];
  for (let r = 0; r < SIZE; r++) {
    for (let begin = 0; begin < SIZE; begin++) {
      let end = begin;
      while (end < SIZE && pixels[r * SIZE + end] > level) end++;
      if (end > begin) path.push(`M${begin} ${r}h${end - begin}`);
      begin = end;
    }
  }
  return path.join('');
}

function cell({ digit, pixels, read }, k) {
  const { columns, width, height, scale } = CELL;
  const [x, y] = [10 + width * (k % columns), TOP + height * Math.floor(k / columns)];
  const layers = LEVELS.map((level) => `<path d="${strokes(pixels, level)}"/>`).join('');
  const middle = width / 2;
  return (
    `<g transform="translate(${x},${y})"><title>${digit}, read as ${read}</title>` +
    `<g class="ink" transform="translate(${middle - (SIZE / 2) * scale},${scale / 2}) scale(${scale})">${layers}</g>` +
    `<text x="${middle}" y="${SIZE * scale + 14}">${digit} → <tspan class="read">${read}</tspan></text></g>`
  );
}

/** Draws misread digits: below each, its class and the class that was read. */
export function misreadSheet(misread, count) {
  const { columns, width, height } = CELL;
  const title = `${misread.length} of ${count} held-out digits are misread`;
  const size = `${20 + columns * width} ${TOP + height * Math.ceil(misread.length / columns)}`;
  const [w, h] = size.split(' ');
  const style =
    '.sheet{background:#ffffff;color:#1d2430}.sheet text{fill:currentColor;text-anchor:middle}.sheet .left{text-anchor:start}' +
    '.sheet .soft{fill:#5b6472}.sheet .ink{stroke:currentColor;stroke-opacity:.5;shape-rendering:crispEdges}' +
    '.sheet .read{fill:#c2410c;font-weight:600}@media screen and (prefers-color-scheme:dark){' +
    '.sheet{background:#14171c;color:#e6e9ee}.sheet .soft{fill:#a0a9b6}.sheet .read{fill:#ff9d6b}}';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="sheet" width="${w}" height="${h}" viewBox="0 0 ${size}" role="img" ` +
    `aria-label="${title}" font-family="system-ui, sans-serif" font-size="13">\n<title>${title}</title>\n<style>${style}</style>\n` +
    `<text class="left" x="12" y="23" font-size="15" font-weight="600">${title}</text>\n` +
    `<text class="left soft" x="12" y="42" font-size="12">Below each: what it is → what was read.</text>\n` +
    `${misread.map(cell).join('\n')}\n</svg>\n`
  );
}
