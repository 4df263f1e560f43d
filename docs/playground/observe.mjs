// What is to be seen of a run: numbers for pictures, and verdicts with the settings that would help.
import { gradientFlow } from 'bptt/flow';

/** Triangles of longer sequences or larger layers take too long between two training steps. */
const [LONGEST, LARGEST] = [60, 32];

/** Settings that follow the remedy of a verdict; undefined where none does. */
function remedyOf({ kind }, { cell, clip, rate, init }) {
  if (kind === 'vanishing') return cell.endsWith('LSTM') ? { forgetBias: 3 } : { cell: 'LSTM' };
  if (kind === 'exploding') return clip === 1 ? { rate: rate / 3 } : { clip: 1 };
  if (kind === 'saturated') return init === 'large' ? { init: 'orthogonal' } : { rate: rate / 3 };
  return undefined; // too large and too small updates: the sentence says which
}

/** The rows of a tensor [T, H] as lists. */
const rowsOf = (tensor) => tensor.toArray();

/** One recurrent layer. */
function layerOf({ name, kind, H, stateGradients, decay, gates, recurrent, jacobians }) {
  const norms = stateGradients.h.toArray().map(([first]) => first);
  const last = norms.findLast((norm) => norm > 0) ?? 1;
  return {
    name,
    kind,
    units: H,
    /** ‖∂L/∂h_t‖ of the first row, relative to the last step that has one. */
    norms: norms.map((norm) => norm / last),
    rate: decay.rate,
    gates: Object.entries(gates).map(([gate, { mean, saturated }]) => ({
      gate,
      values: rowsOf(mean),
      saturated: rowsOf(saturated)
        .flat()
        .reduce((sum, share, _, { length }) => sum + share / length, 0),
    })),
    eigenvalues: recurrent === undefined ? undefined : rowsOf(recurrent.eigenvalues),
    triangle: (jacobians.h ?? []).map(({ from, to, norm }) => [from, to, norm]),
  };
}

/**
 * Looks at a run: gates, gradients and, if wanted, Jacobians of one sequence, and verdicts over several. The run goes on with
 * the same bits.
 *
 * @param {import('./run.mjs').Run} run
 * @param {{ triangle?: boolean }} [options]
 */
export function observe(run, { triangle = false } = {}) {
  const { model, settings } = run;
  const [one, some] = [run.examples(1), run.examples(16)];
  const small = one.x.shape[1] <= LONGEST && settings.units <= LARGEST;
  const jacobians = triangle && small ? { jacobians: 'triangle' } : {};
  const flow = gradientFlow(model, one.x, one.y, { ...one.options, ...jacobians, spectrum: true });
  const { verdicts } = gradientFlow(model, some.x, some.y, some.options);
  return {
    layers: flow.layers.map(layerOf),
    input: one.x
      .pick(0)
      .hi(one.options.lengths?.[0] ?? one.x.shape[1])
      .toArray(),
    verdicts: verdicts.map((verdict) => {
      const { kind, where, finding, remedy } = verdict;
      return { kind, where, finding, remedy, change: remedyOf(verdict, settings) };
    }),
  };
}
