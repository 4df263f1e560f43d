// Verdicts on exploding gradients.

import { exp64 } from '../../kernels/arithmetic.ts';
import { log } from '../../kernels/log.ts';
import type { LayerFlow, Verdict } from '../gradient-flow.ts';
import { average, causes, type Evidence, short } from './evidence.ts';

/** Gradients explode if ‖∂L/∂h‖ grows by at least this factor from the last step to the first. */
const GROWTH = 100;
/** A gradient norm is a spike if it is at least this many times the recent mean. */
const SPIKE = 10;
/** Least number of recent steps for a mean. */
const FEWEST = 5;

/** Reports gradients that grow towards the past, or that are much larger than recent ones. */
export function exploding(evidence: Evidence): Verdict[] {
  return [
    ...causes(evidence.flow.layers.filter((layer) => growthOf(layer) >= GROWTH)).map((layer) =>
      growing(evidence, layer),
    ),
    ...spike(evidence),
  ];
}

function growthOf({ T, decay: { rate } }: LayerFlow): number {
  return rate > 0 ? exp64(T * log(rate)) : 0;
}

function growing(evidence: Evidence, layer: LayerFlow): Verdict {
  const { name, T, decay } = layer;
  const growth = growthOf(layer);
  const finding = `Towards the past, ‖∂L/∂h‖ grows by a factor of ${short(decay.rate)} per step, ${short(growth)} over ${T} steps.`;
  return { kind: 'exploding', where: name, finding, ...clipping(evidence, { rate: decay.rate, growth }) };
}

function spike(evidence: Evidence): Verdict[] {
  const { flow, recentNorms } = evidence;
  const times = flow.gradientNorm / average(recentNorms);
  if (recentNorms.length < FEWEST || !(times >= SPIKE && times < Infinity)) return [];
  const { name } = flow.parameters.reduce((a, b) => (b.gradientNorm > a.gradientNorm ? b : a));
  const finding = `The global gradient norm is ${short(flow.gradientNorm)}, ${short(times)} times the recent mean. Most of it is in "${name}".`;
  return [{ kind: 'exploding', where: name, finding, ...clipping(evidence, { times }) }];
}

/** Recommends clipping at the mean norm, as in Pascanu et al. 2013, unless gradients are already clipped. */
function clipping(
  { flow: { gradientNorm }, compiled, recentNorms }: Evidence,
  numbers: Readonly<Record<string, number>>,
): Pick<Verdict, 'remedy' | 'numbers'> {
  const { clip, optimizer } = compiled;
  const { learningRate } = optimizer;
  if (clip !== undefined) {
    const remedy = `Gradients are already clipped: lower the learning rate (now ${short(learningRate)}), or start with smaller recurrent weights.`;
    return { remedy, numbers: { ...numbers, gradientNorm, learningRate } };
  }
  const N = recentNorms.length;
  if (N < FEWEST) {
    const remedy =
      'Clip by global norm, at 1 for a start; recordFlow measures the mean norm, which is a better threshold.';
    return { remedy, numbers: { ...numbers, gradientNorm, clipAt: 1 } };
  }
  const clipAt = average(recentNorms);
  const remedy = `Clip by global norm at about ${short(clipAt)}, the mean norm of the last ${N} steps.`;
  return { remedy, numbers: { ...numbers, gradientNorm, clipAt, steps: N } };
}
