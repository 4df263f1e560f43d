// Verdicts on vanishing gradients.

import type { ActivationName } from '../../cells/activations.ts';
import { exp64 } from '../../kernels/arithmetic.ts';
import { log } from '../../kernels/log.ts';
import { THOUSAND_FOLD } from '../decay.ts';
import { simpleActivation } from '../facts.ts';
import type { LayerFlow, Verdict } from '../gradient-flow.ts';
import { driftOf } from './cell-state.ts';
import { causes, type Evidence, largestOf, meanOf, short } from './evidence.ts';

/** A layer's gradient has vanished along depth if it is less than this share of the gradient of a layer above it. */
const STARVED = 1e-3;

/** Reports gradients that vanish before the first step, or before the lowest layer. */
export function vanishing(evidence: Evidence): Verdict[] {
  const { layers } = evidence.flow;
  const fading = layers.filter(({ T, decay }) => decay.horizon < T);
  return [...causes(fading).map((layer) => alongTime(evidence, layer)), ...alongDepth(layers)];
}

function alongTime(evidence: Evidence, layer: LayerFlow): Verdict {
  const { name, T, decay } = layer;
  const { rate, horizon } = decay;
  const left = `a thousandth remains after ${short(horizon)} of ${T} steps.`;
  const finding = isExact(layer)
    ? `Towards the past, ‖∂h_t/∂h_i‖ shrinks: ${left}`
    : rate === 0
      ? 'No gradient gets through a single step of time.'
      : `Towards the past, ‖∂L/∂h‖ shrinks by a factor of ${short(rate)} per step: ${left}`;
  const { remedy, numbers } = remedyOf(evidence, layer);
  return { kind: 'vanishing', where: name, finding, remedy, numbers: { rate, horizon, steps: T, ...numbers } };
}

/** Whether the horizon was computed from Jacobians. */
function isExact({ jacobians }: LayerFlow): boolean {
  return Object.values(jacobians)[0]?.some(({ from, to }) => from < to) === true;
}

type Remedy = Pick<Verdict, 'remedy' | 'numbers'>;

/** The remedy for the kind of cell. */
function remedyOf({ cells }: Evidence, layer: LayerFlow): Remedy {
  const cell = cells.get(layer.name)!;
  const { recurrent, T } = layer;
  // The share that a gate has to keep per step so that a thousandth remains after T steps, and the bias for this share.
  const kept = exp64(-THOUSAND_FOLD / T);
  const bias = log(kept / (1 - kept));
  const drift = driftOf(cell, layer);
  if (drift !== undefined) return drift;
  const { keep, write } = cell.memory ?? {};
  if (keep !== undefined) {
    const mean = meanOf(layer, keep);
    const remedy = `Initialize the ${keep} gate's bias to about ${short(bias)}: the gate's mean is ${short(mean)}, and ${short(kept)} per step lasts for ${T} steps.`;
    return mean < kept ? { remedy, numbers: { [keep]: mean, [`${keep}Bias`]: bias } } : otherPath({ [keep]: mean });
  }
  if (write !== undefined) {
    const mean = meanOf(layer, write);
    const remedy = `Initialize the ${write} gate's bias to about ${short(-bias)}: the gate replaces ${short(mean)} of the state per step, and ${short(1 - kept)} lasts for ${T} steps.`;
    const numbers = { [write]: mean };
    return 1 - mean < kept ? { remedy, numbers: { ...numbers, [`${write}Bias`]: -bias } } : otherPath(numbers);
  }
  return ungated(simpleActivation(cell), recurrent?.spectralRadius);
}

/** The remedy for a cell without memory. `activation`: φ of a simple recurrent cell; undefined for other cells. */
function ungated(activation: ActivationName | undefined, spectralRadius: number | undefined): Remedy {
  const numbers = spectralRadius === undefined ? {} : { spectralRadius };
  const gated = activation === undefined ? '' : ', or use an LSTM or a GRU, whose gates can preserve the past';
  if (activation !== undefined && spectralRadius !== undefined && spectralRadius >= 1) {
    const known = `The spectral radius of W_hh is ${short(spectralRadius)}, so the cause is the small slope of ${activation}.`;
    return { remedy: `${known} Start with smaller input weights${gated}.`, numbers };
  }
  const found = spectralRadius === undefined ? '' : ` (their spectral radius is ${short(spectralRadius)})`;
  const start = activation === 'relu' ? 'as the identity' : 'orthogonally';
  return { remedy: `Initialize the recurrent weights ${start}${found}${gated}.`, numbers };
}

function otherPath(numbers: Readonly<Record<string, number>>): Remedy {
  const remedy = 'The gates preserve the past long enough: add a skip connection, or targets at more steps.';
  return { remedy, numbers };
}

function alongDepth(layers: readonly LayerFlow[]): Verdict[] {
  const reached = layers.map(({ stateGradients }) => largestOf(Object.values(stateGradients)[0]!.data));
  const most = largestOf(reached);
  const lowest = reached.findIndex((norm) => norm < STARVED * most);
  const above = reached.indexOf(most);
  if (lowest < 0 || lowest > above) return [];
  const share = reached[lowest]! / most;
  return [
    {
      kind: 'vanishing',
      where: layers[lowest]!.name,
      finding: `The largest ‖∂L/∂h‖ of this layer is ${short(share)} of that in "${layers[above]!.name}" above.`,
      remedy: 'Add a skip connection around the layers in between, use fewer layers, or raise the learning rate.',
      numbers: { share, here: reached[lowest]!, above: most },
    },
  ];
}
