// Figures and pictures of weights.
import { statisticsOf } from '../../dist/content/statistics.js';
import { eigenvalues } from '../../dist/flow/jacobian/eigenvalues.js';

/** Most cells of a heat map downwards and to the right, and bars of a histogram. */
const [ROWS, COLUMNS, BARS] = [128, 256, 32];
/** Eigenvalues of larger matrices take too long: their cost grows with the cube of the size. */
const LARGEST = 300;

/** Names of blocks by their number: as bptt and PyTorch order them, and as Keras does. */
const GATES = {
  1: ['hidden'],
  3: ['reset', 'update', 'candidate'],
  4: ['input', 'forget', 'candidate', 'output'],
};
const KERAS_GRU = ['update', 'reset', 'candidate'];

/** The figures of an array: shape, type, range, mean, standard deviation, NaN and infinities. */
export function figuresOf(name, array) {
  const { data, shape, dtype } = array;
  const { least, most, mean, deviation, nonFinite } = statisticsOf(array);
  let nan = 0;
  if (nonFinite > 0) for (let k = 0; k < data.length; k++) if (Number.isNaN(data[k])) nan++;
  return { name, shape, dtype, count: data.length, least, most, mean, deviation, nan, infinite: nonFinite - nan };
}

/** Cells [column][row] of an array, the first row on top, of at most 128 by 256: means over blocks of larger ones. */
function heatMapOf({ data, shape }) {
  const width = Math.max(1, shape.at(-1) ?? 1);
  const height = Math.max(1, Math.ceil(data.length / width));
  const [columns, rows] = [Math.min(COLUMNS, width), Math.min(ROWS, height)];
  const sums = Array.from({ length: columns }, () => new Float64Array(rows));
  const counts = Array.from({ length: columns }, () => new Uint32Array(rows));
  for (let i = 0; i < height; i++) {
    const row = rows - 1 - Math.floor((i * rows) / height);
    for (let j = 0; j < width && i * width + j < data.length; j++) {
      const column = Math.floor((j * columns) / width);
      sums[column][row] += Number(data[i * width + j]);
      counts[column][row]++;
    }
  }
  return sums.map((column, j) => Array.from(column, (sum, i) => sum / counts[j][i]));
}

/** Counts of the finite elements in bars of the same width between the least and the largest. */
function histogramOf({ data }, least, most) {
  if (!(most >= least)) return { least: 0, most: 0, counts: [] };
  const bars = most > least ? BARS : 1;
  const counts = new Array(bars).fill(0);
  const width = (most - least) / bars;
  for (let k = 0; k < data.length; k++) {
    const value = Number(data[k]);
    if (Number.isFinite(value)) counts[width > 0 ? Math.min(bars - 1, Math.floor((value - least) / width)) : 0]++;
  }
  return { least, most, counts };
}

/** Names of the gates of the layer that has a parameter of a model; undefined if it has no cell of its own. */
function gatesIn(model, name) {
  const at = model?.layerNames?.indexOf(name.split('.')[0]) ?? -1;
  return at < 0 ? undefined : model.layers[at].cell?.gates;
}

/**
 * The square blocks of a recurrent matrix, [H, G·H] or [G·H, H], by their names; none for other arrays, which their names
 * tell.
 */
function blocksOf(name, { shape, data }, model) {
  if (shape.length !== 2 || !/recurrent_?kernel|weight_hh/i.test(name)) return [];
  const H = Math.min(...shape);
  const G = Math.max(...shape) / H;
  const usual = G === 3 && /recurrent_kernel/.test(name) ? KERAS_GRU : GATES[G];
  if (usual === undefined) return [];
  const own = gatesIn(model, name);
  const names = own?.length === G ? own : usual;
  const isWide = shape[1] > H;
  return names.map((gate, g) => {
    const W = new Float64Array(H * H);
    for (let i = 0; i < H; i++) {
      for (let j = 0; j < H; j++) W[i * H + j] = Number(data[isWide ? i * G * H + g * H + j : (g * H + i) * H + j]);
    }
    return { gate, H, W };
  });
}

/** Eigenvalues of each block of a recurrent matrix, the largest first; a sentence where they are not computed. */
function spectraOf(name, array, model) {
  return blocksOf(name, array, model).map(({ gate, H, W }) => {
    if (H > LARGEST) return { gate, reason: `of ${H} units: eigenvalues are computed for at most ${LARGEST}` };
    const values = eigenvalues(W, H);
    if (values.some(Number.isNaN)) return { gate, reason: 'has numbers that are not finite, so it has no eigenvalues' };
    return { gate, values: Array.from({ length: H }, (_, k) => [values[2 * k], values[2 * k + 1]]) };
  });
}

/** What the page draws of one weight. */
export function weightOf(name, array, model) {
  const figures = figuresOf(name, array);
  const { least, most } = figures;
  return {
    ...figures,
    reach: Math.max(Math.abs(least), Math.abs(most)) || 1,
    heat: heatMapOf(array),
    histogram: histogramOf(array, least, most),
    spectra: spectraOf(name, array, model),
  };
}
