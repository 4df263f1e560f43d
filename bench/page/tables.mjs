// Formats results as the tables of docs/benchmarks.md.
import { quantile } from '../statistics.mjs';
import { digits, duration, multiple, percent } from '../table.mjs';
import { markdownTable } from './markdown.mjs';

const perSecond = ({ median }) => digits(1e3 / median);
const unique = (list) => [...new Set(list)];
const shapeOf = (shape) =>
  Object.entries(shape)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ');
const byNarrow = ({ ratioToNarrow }) => (ratioToNarrow === null ? '' : `${ratioToNarrow.toFixed(2)}×`);

function peakText({ width, quantiles }) {
  const [least, , middle, , most] = quantiles.map((v) => v.toFixed(0));
  return `${width}-bit peak of one core between ${least} and ${most} GFLOP/s, median ${middle}`;
}

/** Machine, versions, date, settings and the peaks of a run. */
export function setup({ machine, node, versions, date, settings, peaks, notes }) {
  const engines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.os}, ${machine.arch}; Node ${node}; ${date.slice(0, 10)}`,
    `- ${engines.join('; ')}`,
    `- ${[`${settings.rounds} interleaved rounds of ${settings.slice} s`, ...peaks.map(peakText)].join('; ')}`,
    ...notes.map((note) => `- ${note}`),
  ].join('\n');
}

/** One row per case and one column per library, with its time and the ratio to ours. */
export function peerTable(rows) {
  const engines = unique(rows.map(({ engine }) => engine));
  const cases = unique(rows.map(({ group, name }) => `${group}\n${name}`));
  const cell = ({ engine, median, ratioToOurs, verified }) => {
    const time = engine === 'bptt' ? `**${duration(median)}**` : `${duration(median)} (${multiple(ratioToOurs)})`;
    return verified ? time : `${time} *`;
  };
  const lines = cases.map((id) => {
    const of = rows.filter(({ group, name }) => `${group}\n${name}` === id);
    const cells = engines.map((name) => of.filter(({ engine }) => engine === name).map(cell)[0] ?? '');
    return [`${of[0].name}, ${shapeOf(of[0].shape)}`, ...cells];
  });
  return markdownTable(['', ...engines], lines);
}

const rateOf = ({ gflops, fractionOfPeak }) => [digits(gflops), percent(fractionOfPeak)];

/** Forward pass and training step of each layer, shape by shape. */
export function layerTable(rows) {
  const layers = rows.filter(({ group }) => group.startsWith('layers'));
  const lines = layers
    .filter(({ name }) => name.endsWith(' forward'))
    .map((forward) => {
      const layer = forward.name.replace(/ forward$/, '');
      const training = layers.find(
        ({ group, name, width }) =>
          group === forward.group && name === `${layer} training step` && width === forward.width,
      );
      const parts = [forward, training].flatMap((row) => [duration(row.median), ...rateOf(row), byNarrow(row)]);
      return [`${layer}, ${shapeOf(forward.shape)}`, `${forward.width}`, ...parts, perSecond(training)];
    });
  const columns = ['GFLOP/s', 'of peak', 'by 128'];
  return markdownTable(['', 'bits', 'forward', ...columns, 'training step', ...columns, 'steps a second'], lines);
}

export function streamingTable(rows) {
  const lines = rows
    .filter(({ group }) => group.startsWith('streaming'))
    .map((row) => [
      `${row.name}, B ${row.shape.B}, I ${row.shape.I}, H ${row.shape.H}`,
      `${row.width}`,
      duration(row.median),
      perSecond(row),
      ...rateOf(row),
      byNarrow(row),
    ]);
  return markdownTable(['', 'bits', 'time', 'steps a second', 'GFLOP/s', 'of peak', 'by 128'], lines);
}

/** Everything below the layers: products, pointwise kernels, orthogonal matrices, optimizers, clipping, losses, files. */
export function kernelTable(rows) {
  const lines = rows
    .filter(({ group, ratioToOurs }) => ratioToOurs === 1 && !/^(layers|streaming)/.test(group))
    .map((row) => [
      `${row.group}: ${row.name}`,
      `${row.width}`,
      duration(row.median),
      `${digits(row.rate.value)} ${row.rate.unit}`,
      percent(row.fractionOfPeak),
      byNarrow(row),
    ]);
  return markdownTable(['', 'bits', 'time', 'rate', 'of peak', 'by 128'], lines);
}

const isRandom = ({ group }) => group.includes('random numbers');

function pairTable(rows, heading) {
  const lines = rows
    .filter(({ ratioToOurs }) => ratioToOurs !== 1)
    .map(({ name, shape, width, median, ratioToOurs }) => [
      `${name}, ${shapeOf(shape)}`,
      `${width}`,
      duration(median),
      `${ratioToOurs.toFixed(2)}×`,
    ]);
  return markdownTable(['', 'bits', 'time', heading], lines);
}

/** Training with an option, and other cells, in pairs with a baseline. */
export const ratioTable = (rows) =>
  pairTable(
    rows.filter((row) => !isRandom(row)),
    'relative to the baseline',
  );

/** Random arrays in pairs with single draws. */
export const randomTable = (rows) => pairTable(rows.filter(isRandom), 'relative to single draws');

/**
 * Who is faster, library by library: the cases in which the faster of our widths wins, and those in which the other
 * library does, each with the other's time relative to ours.
 */
export function verdict(rows) {
  const compared = rows.filter(({ engine, ratioToOurs }) => !engine.startsWith('bptt') && ratioToOurs !== null);
  const ratioOf = ({ group, name, ratioToOurs }) => {
    const ours = rows.filter((row) => row.engine.startsWith('bptt') && row.group === group && row.name === name);
    return (
      ratioToOurs /
      quantile(
        ours.map((row) => row.ratioToOurs),
        0,
      )
    );
  };
  const list = (cases) => cases.map(({ text, ratio }) => `${text} (${multiple(ratio)})`).join('; ') || 'none';
  return unique(compared.map(({ engine }) => engine))
    .map((engine) => {
      const cases = compared
        .filter((row) => row.engine === engine)
        .map((row) => ({ text: `${row.name}, ${shapeOf(row.shape)}`, ratio: ratioOf(row) }));
      const [slower, faster] = [cases.filter(({ ratio }) => ratio >= 1), cases.filter(({ ratio }) => ratio < 1)];
      return `- **${engine}**. bptt is faster: ${list(slower)}. ${engine} is faster: ${list(faster)}.`;
    })
    .join('\n');
}
