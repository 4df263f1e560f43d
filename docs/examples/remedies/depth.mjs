// Measures how gradients shrink along depth and time, with and without skip connections.
import { lineChart } from 'bptt/plot';
import { row, say } from '../vanishing/measure.mjs';
import { flowOf, normsOf, stackOf, T } from './nets.mjs';

/** ‖∂L/∂h_T‖ of each recurrent layer, first to last. */
const lastStep = (depth, kind) => flowOf(stackOf(depth, kind)).layers.map((layer) => normsOf(layer)[T - 1]);

/** Networks of 2, 4 and 8 layers at the last time step, where a gradient has passed layers and no time steps. */
export function alongDepth() {
  const nets = [2, 4, 8].map((depth) => ({
    depth,
    plain: lastStep(depth, 'plain'),
    residual: lastStep(depth, 'residual'),
  }));
  const points = (norms) => norms.map((norm, k) => [k + 1, norm]);
  const lines = nets.flatMap(({ depth, plain, residual }) => [
    { name: `${depth} layers`, points: points(plain) },
    { name: `${depth}, residual`, points: points(residual) },
  ]);
  const deep = nets.at(-1);
  const title = 'Gradient of each layer at the last time step';
  const axes = { xLabel: 'layer, 1 reads the input', yLabel: '‖∂L/∂h₃₀‖ (log scale)', yScale: 'log' };
  return {
    figures: { depth: lineChart(lines, { ...axes, title }) },
    claims: [
      ...nets.map(({ depth, plain, residual }) => {
        return row(depth, ...[plain, residual].flatMap((norms) => [say(norms[0]), say(norms.at(-1))]));
      }),
      `a factor of ${say((deep.plain[0] / deep.plain.at(-1)) ** (1 / 7))} per layer`,
    ],
  };
}

const KINDS = [
  ['plain', 'plain'],
  ['residual', 'Residual, sum'],
  ['concat', 'Residual, concat'],
  ['orthogonal', 'plain, Wₕₕ orthogonal'],
];

/** The first of 8 layers at all time steps. */
export function alongTime() {
  const nets = KINDS.map(([kind, name]) => ({ name, norms: normsOf(flowOf(stackOf(8, kind)).layers[0]) }));
  const lines = nets.map(({ name, norms }) => ({ name, points: norms.map((norm, t) => [t + 1, norm]) }));
  const title = 'Gradient of the first of 8 layers along time';
  const axes = { xLabel: 'time step t', yLabel: '‖∂L/∂hₜ‖ (log scale)', yScale: 'log' };
  return {
    figures: { time: lineChart(lines, { ...axes, title }) },
    claims: nets.map(({ name, norms }) => row(name.replace('Wₕₕ', 'W_hh'), say(norms[T - 1]), say(norms[0]))),
  };
}
