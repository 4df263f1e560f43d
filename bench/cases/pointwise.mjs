// The pointwise kernels of a time step, verified against the same source in float64.
import { activationKinds, Random } from 'bptt';
import { Arena } from '../../dist/memory/arena.js';
import { largest, relativeError } from '../statistics.mjs';

const [B, H] = [32, 128];
const n = B * H;

/** Widths of the arrays in units of n, in the kernels' order: outputs before inputs. */
const KERNELS = [
  ['lstmStepForward', [4, 1, 1, 1, 1]],
  ['lstmStepBackward', [4, 1, 4, 1, 1, 1]],
  ['gruGatesForward', [3, 1, 1]],
  ['gruStateForward', [3, 1, 1]],
  ['gruStateBackward', [3, 1, 3, 1, 1]],
  ['gruGatesBackward', [3, 1, 3, 1, 1]],
  ['gruResetAfterStepForward', [3, 1, 1, 1]],
  ['gruResetAfterStepBackward', [3, 1, 1, 3, 1, 1, 1]],
];
const ACTIVATIONS = ['sigmoid', 'tanh'].flatMap((name) => [
  [`${name}Forward`, [1, 1], (kernels, y, a) => kernels.activationForward(activationKinds[name], y, H, a, H, B, H)],
  [
    `${name}Backward`,
    [1, 1, 1],
    (kernels, da, y, dy) => kernels.activationBackward(activationKinds[name], da, H, y, H, dy, H, B, H),
  ],
]);

/** Arrays in an arena of a type, filled with the same numbers in [0, 1), similar to activations. */
function arraysIn(dtype, widths) {
  const arena = new Arena(dtype);
  const at = widths.map((width) => arena.keep(width * n));
  const fill = () => {
    const random = new Random(1);
    widths.forEach((width, k) => {
      for (let j = 0; j < width * n; j++) arena.data[at[k] + j] = Math.fround(random.uniform(0, 1));
    });
  };
  return { arena, at, fill };
}

function prepare(call, widths) {
  const results = ['float32', 'float64'].map((dtype) => {
    const { arena, at, fill } = arraysIn(dtype, widths);
    fill();
    const run = () => call(arena.kernels, ...at);
    const result = () => {
      fill();
      run();
      const found = widths.map((width, k) => arena.data.slice(at[k], at[k] + width * n));
      fill();
      return found;
    };
    return { run, result };
  });
  const [single, double] = results;
  const error = () => {
    const expected = double.result();
    return largest(single.result().map((values, k) => relativeError(values, expected[k])));
  };
  return { run: single.run, error, tolerance: 2e-6 };
}

export function pointwiseCases() {
  const steps = KERNELS.map(([kernel, widths]) => [kernel, widths, (kernels, ...at) => kernels[kernel](...at, B, H)]);
  return [...steps, ...ACTIVATIONS].map(([name, widths, call]) => ({
    group: `pointwise kernels, ${B} rows of ${H} units`,
    name,
    shape: { B, H },
    work: { amount: n, unit: 'element' },
    prepare: () => prepare(call, widths),
  }));
}
