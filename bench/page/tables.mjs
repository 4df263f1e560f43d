// Formats results as the tables of docs/benchmarks.md.
import { digits, duration, multiple, percent } from '../table.mjs';
import { markdownTable } from './markdown.mjs';

const perSecond = ({ median }) => digits(1e3 / median);
const unique = (list) => [...new Set(list)];
const shapeOf = ({ B, T, I, H }) => `B ${B}, T ${T}, I ${I}, H ${H}`;

/** Machine, versions, date, settings and the peak of a run. */
export function setup({ machine, node, versions, date, settings, peak, notes }) {
  const [least, , middle, , most] = peak.quantiles.map((v) => v.toFixed(0));
  const engines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.os}, ${machine.arch}; Node ${node}; ${date.slice(0, 10)}`,
    `- ${engines.join('; ')}`,
    `- ${settings.rounds} interleaved rounds of ${settings.slice} s; 128-bit peak of one core between ${least} and ${most} ` +
      `GFLOP/s, median ${middle}`,
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
      const training = layers.find(({ group, name }) => group === forward.group && name === `${layer} training step`);
      const parts = [forward, training].flatMap((row) => [duration(row.median), ...rateOf(row)]);
      return [`${layer}, ${shapeOf(forward.shape)}`, ...parts, perSecond(training)];
    });
  const columns = ['GFLOP/s', 'of peak'];
  return markdownTable(['', 'forward', ...columns, 'training step', ...columns, 'steps a second'], lines);
}

export function streamingTable(rows) {
  const lines = rows
    .filter(({ group }) => group.startsWith('streaming'))
    .map((row) => [
      `${row.name}, B ${row.shape.B}, I ${row.shape.I}, H ${row.shape.H}`,
      duration(row.median),
      perSecond(row),
      ...rateOf(row),
    ]);
  return markdownTable(['', 'time', 'steps a second', 'GFLOP/s', 'of peak'], lines);
}

/** Everything below the layers: products, pointwise kernels, optimizers, clipping, losses, files. */
export function kernelTable(rows) {
  const lines = rows
    .filter(({ group, ratioToOurs }) => ratioToOurs === 1 && !/^(layers|streaming)/.test(group))
    .map(({ group, name, median, rate, fractionOfPeak }) => [
      `${group}: ${name}`,
      duration(median),
      `${digits(rate.value)} ${rate.unit}`,
      percent(fractionOfPeak),
    ]);
  return markdownTable(['', 'time', 'rate', 'of peak'], lines);
}

/** Cases that are timed in pairs with a baseline, with the ratio of both times. */
export function ratioTable(rows) {
  const lines = rows
    .filter(({ ratioToOurs }) => ratioToOurs !== 1)
    .map(({ name, shape, median, ratioToOurs }) => [
      `${name}, ${shapeOf(shape)}`,
      duration(median),
      `${ratioToOurs.toFixed(2)}×`,
    ]);
  return markdownTable(['', 'time', 'relative to a plain training step'], lines);
}
