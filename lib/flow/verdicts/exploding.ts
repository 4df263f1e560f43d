// Verdicts on exploding gradients.

import { exp64 } from '../../kernels/arithmetic.ts';
import { log } from '../../kernels/log.ts';
import type { LayerFlow, Verdict } from '../gradient-flow.ts';
import { average, causes, type Evidence, short } from './evidence.ts';

/** Growth of ‖∂L/∂h‖ from the last step to the first step that counts as an explosion. */
const GROWTH = 100;
/** Ratio of a norm to the recent mean that counts as a spike. */
const SPIKE = 10;
/** Number of recent steps that the mean needs. */
const FEWEST = 5;

/** Reports gradients that grow towards the past, or that exceed recent ones. */
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
  const finding = `Towards the past ‖∂L/∂h‖ grows ${short(decay.rate)} times a step, ${short(growth)} times over ${T} steps.`;
  return { kind: 'exploding', where: name, finding, ...clipping(evidence, { rate: decay.rate, growth }) };
}

function spike(evidence: Evidence): Verdict[] {
  const { flow, recentNorms } = evidence;
  const times = flow.gradientNorm / average(recentNorms);
  if (recentNorms.length < FEWEST || !(times >= SPIKE && times < Infinity)) return [];
  const { name } = flow.parameters.reduce((a, b) => (b.gradientNorm > a.gradientNorm ? b : a));
  const finding = `The gradients' global norm is ${short(flow.gradientNorm)}, ${short(times)} times the recent mean; most of it is in "${name}".`;
  return [{ kind: 'exploding', where: name, finding, ...clipping(evidence, { times }) }];
}

/** Recommends clipping at the mean norm, as in Pascanu et al. 2013, unless gradients are clipped already. */
function clipping(
  { flow: { gradientNorm }, compiled, recentNorms }: Evidence,
  numbers: Readonly<Record<string, number>>,
): Pick<Verdict, 'remedy' | 'numbers'> {
  const { clip, optimizer } = compiled;
  const { learningRate } = optimizer;
  if (clip !== undefined) {
    const remedy = `Steps are clipped already: lower the learning rate of ${short(learningRate)}, or start with smaller recurrent weights.`;
    return { remedy, numbers: { ...numbers, gradientNorm, learningRate } };
  }
  const N = recentNorms.length;
  if (N < FEWEST) {
    const remedy = 'Clip by global norm, at 1 to begin with; recordFlow finds the mean norm, which suits better.';
    return { remedy, numbers: { ...numbers, gradientNorm, clipAt: 1 } };
  }
  const clipAt = average(recentNorms);
  const remedy = `Clip by global norm at about ${short(clipAt)}, the mean norm over the last ${N} steps.`;
  return { remedy, numbers: { ...numbers, gradientNorm, clipAt, steps: N } };
}
