// What `gradcheck` says of each fault.
import { clipGradients, Network, RNN, randomNormal } from 'bptt';
import { gradcheck } from 'bptt/verify';
import { bidirectional } from './bidirectional.mjs';
import { NETS } from './nets.mjs';

const SIZES = { rows: 2, length: 5, features: 4, units: 3 };
const TOLERANCE = 1e-9;

/** By how much two numbers differ, as a share of the larger one. */
const relative = (expected, received) =>
  Math.abs(expected - received) / Math.max(Math.abs(expected), Math.abs(received));

const layerOf = (Cell) => new RNN({ cell: new Cell({ units: SIZES.units, seed: 1, dtype: 'float64' }) });
const inputOf = (length) => randomNormal([SIZES.rows, length, SIZES.features], { seed: 1, dtype: 'float64' });

/** Checks a cell. The states of a network are no outputs of a check. */
function checkCell(Cell, { onlyOutput, length = SIZES.length }) {
  const layer = layerOf(Cell);
  return seen(gradcheck(onlyOutput ? new Network([layer], { dtype: 'float64' }) : layer, { x: inputOf(length) }));
}

/** What a page shows of a report. */
function seen({ passed, variables, worst, tolerance }) {
  const short = (name) => name.replace(/^(rnn1|state)[.]/, '').replace('output', 'h');
  return {
    passed,
    variables: variables.map(({ name, passed: right, worstError }) => ({
      name: short(name),
      passed: right,
      worstError,
    })),
    worst: {
      ...worst,
      variable: short(worst.variable),
      output: { ...worst.output, name: short(worst.output.name) },
      relative: relative(worst.numeric, worst.analytic),
    },
    tolerance,
  };
}

/** The gradients of a net after one backward pass, clipped: [name, tensor]. */
function clipped(Cell, clip) {
  const layer = layerOf(Cell);
  layer.backward(layer.forward(inputOf(SIZES.length)));
  clipGradients(layer.parameters, clip);
  return [...layer.parameters].map(({ name, gradient }) => [name, gradient.copy()]);
}

/** The same report of clipped gradients; expected are those of the right version. */
function checkClipping({ Right, Wrong, clip }, kind) {
  const [expected, received] = [clipped(Right, clip.right), clipped(Wrong, clip[kind])];
  let worst = { error: -1 };
  const variables = expected.map(([variable, right], v) => {
    const { data, shape } = right;
    const scale = data.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    let worstError = 0;
    for (const [k, numeric] of data.entries()) {
      const analytic = received[v][1].data[k];
      const error = Math.abs(numeric - analytic) / scale;
      worstError = Math.max(worstError, error);
      const index = shape.length === 1 ? [k] : [Math.floor(k / shape[1]), k % shape[1]];
      if (error > worst.error)
        worst = { variable, index, numeric, analytic, error, relative: relative(numeric, analytic) };
    }
    return { name: variable, passed: worstError <= TOLERANCE, worstError };
  });
  return { passed: variables.every(({ passed }) => passed), variables, worst, tolerance: TOLERANCE };
}

/** The reports of a net with a fault, and of the same net without it. */
export function check(name) {
  if (name === 'overwritten')
    return { broken: seen(gradcheck(bidirectional({ bug: name }))), mended: seen(gradcheck(bidirectional())) };
  const net = NETS[name];
  if (net === undefined) throw new Error(`Fault: expected one of ${Object.keys(NETS).join(', ')}, received ${name}.`);
  if (net.clip) return { broken: checkClipping(net, 'wrong'), mended: checkClipping(net, 'right') };
  return { broken: checkCell(net.Wrong, net), mended: checkCell(net.Right, net) };
}

/** The variables whose gradient is wrong with a sequence of one step; undefined for a fault that is in no cell. */
export function wrongInOneStep(name) {
  const net = NETS[name];
  if (net === undefined || net.clip) return undefined;
  const { variables } = checkCell(net.Wrong, { ...net, length: 1 });
  return variables.filter(({ passed }) => !passed).map(({ name: variable }) => variable);
}
