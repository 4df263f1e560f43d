// What is to be seen of a run: numbers for pictures, and verdicts with the settings that would help.
import { gradientFlow } from 'bptt/flow';
import { pairsOf } from './pairs.mjs';
import { connectivity, writing } from './reading.mjs';
import { OWN } from './settings.mjs';

/** Rows of the triangle at most, by units: norms of larger Jacobians take longer. Above 32 units there is none. */
const rowsFor = (units) => (units <= 16 ? 20 : units <= 32 ? 10 : 0);

/** A third, in one digit: 0.01, 0.003, 0.001. */
const third = (rate) => Math.max(OWN.rate.least, Number((rate / 3).toPrecision(1)));

/** Settings that follow the remedy of a verdict against vanishing, which may name the bias of a gate. */
function remedyOfVanishing({ above, forgetBias, updateBias }, settings) {
  const bias = forgetBias ?? (updateBias === undefined ? undefined : -updateBias);
  if (above !== undefined) return { layers: settings.layers - 1 }; // along depth
  if (settings.cell === 'SimpleRNN') return { cell: 'LSTM' };
  if (bias === undefined) return undefined;
  const change = { forgetBias: Number(bias.toPrecision(3)) };
  return settings.cell.endsWith('LSTM') ? change : { cell: 'LSTM', ...change }; // there is no setting for update gates
}

/** Settings that follow the remedy of a verdict; undefined where none does, or where they are so already. */
function remedyOf({ kind, numbers }, settings) {
  const { clip, rate, init } = settings;
  const change = {
    vanishing: () => remedyOfVanishing(numbers, settings),
    exploding: () => (clip > 0 && clip <= 1 ? { rate: third(rate) } : { clip: 1 }),
    saturated: () => {
      if (numbers.largest !== undefined) return undefined; // of the cell state: there is no setting for input gates
      return init === 'large' ? { init: 'orthogonal' } : { rate: third(rate) };
    },
  }[kind]?.(); // too large and too small updates: the sentence says which
  const isNew = Object.entries(change ?? {}).some(([name, value]) => value !== settings[name]);
  return isNew ? change : undefined;
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
 * Looks at a run: gates and gradients of one sequence, and verdicts over several; in detail also norms of Jacobians, and
 * what the net makes of a text. The run goes on with the same bits.
 *
 * @param {import('./run.mjs').Run} run
 * @param {{ detail?: boolean }} [options]
 */
export function observe(run, { detail = false } = {}) {
  const { model, settings, task } = run;
  const [one, some] = [run.examples(1), run.examples(16)];
  const T = one.options.lengths?.[0] ?? one.x.shape[1];
  const rows = rowsFor(settings.units);
  const stride = Math.ceil(T / rows);
  const jacobians = detail && rows > 0 ? { jacobians: pairsOf(T, stride) } : {};
  const flow = gradientFlow(model, one.x, one.y, { ...one.options, ...jacobians, spectrum: true });
  const { verdicts } = gradientFlow(model, some.x, some.y, some.options);
  return {
    stride,
    layers: flow.layers.map(layerOf),
    input: one.x.pick(0).hi(T).toArray(),
    verdicts: verdicts.map((verdict) => {
      const { kind, where, finding, remedy } = verdict;
      return { kind, where, finding, remedy, change: remedyOf(verdict, settings) };
    }),
    ...(detail && settings.task === 'text' && { connectivity: connectivity(run), writing: writing(run) }),
    score: run.score(),
    goal: task.goal,
  };
}
