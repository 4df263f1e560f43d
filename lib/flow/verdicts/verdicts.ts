// Collects the verdicts on a gradient flow.

import type { NonFinitePlace } from '../../errors.ts';
import type { Sequential } from '../../model/sequential.ts';
import type { GradientFlow, Verdict } from '../gradient-flow.ts';
import { recurrentLayers } from '../recurrent-layers.ts';
import type { Evidence } from './evidence.ts';
import { exploding } from './exploding.ts';
import { notFinite } from './not-finite.ts';
import { saturated } from './saturated.ts';
import { update } from './update.ts';
import { vanishing } from './vanishing.ts';

/** Returns the problems and remedies, worst first. `place`: where the first NaN or infinity appeared. */
export function verdictsOf(
  flow: Omit<GradientFlow, 'verdicts'>,
  model: Sequential,
  recentNorms: readonly number[],
  place: NonFinitePlace | undefined,
): Verdict[] {
  const evidence: Evidence = {
    flow,
    cells: new Map(recurrentLayers(model, Number.NaN).map(({ name, layer }) => [name, layer.cell])),
    compiled: model.trainer.requireCompiled('compile'),
    recentNorms: recentNorms.filter((norm) => norm < Infinity),
    place,
  };
  return [notFinite, exploding, vanishing, saturated, update].flatMap((judge) => judge(evidence));
}
