// Verdicts on updates that are too large or too small.

import type { ParameterFlow, Verdict } from '../gradient-flow.ts';
import { type Evidence, short } from './evidence.ts';

/** ‖Δw‖/‖w‖ of updates that destroy what was learned, of updates without effect, and of usual ones. */
const [TOO_LARGE, TOO_SMALL, USUAL] = [0.3, 1e-6, 1e-3];

/** Reports updates that are too large or too small for their weights. Ignores biases, because they start at 0. */
export function update({ flow: { parameters }, compiled: { optimizer } }: Evidence): Verdict[] {
  const { learningRate } = optimizer;
  if (learningRate === 0) return [];
  const judged = parameters.filter(({ name, norm, gradientNorm, updateRatio }) => {
    return !/bias$/i.test(name) && norm > 0 && gradientNorm > 0 && updateRatio !== undefined;
  });
  const large = judged.filter(({ updateRatio }) => updateRatio! > TOO_LARGE);
  const small = judged.filter(({ updateRatio }) => updateRatio! < TOO_SMALL);
  return [...worst(large, 1, judged.length, learningRate), ...worst(small, -1, judged.length, learningRate)];
}

/** Reports the most extreme of these parameters, and how many others there are. */
function worst(out: readonly ParameterFlow[], sign: number, judged: number, learningRate: number): Verdict[] {
  if (out.length === 0) return [];
  const { name, updateRatio } = out.reduce((a, b) => (sign * b.updateRatio! > sign * a.updateRatio! ? b : a));
  const ratio = updateRatio!;
  const others = out.length === 1 ? '' : `, like ${out.length - 1} other of ${judged} parameters`;
  const suited = (learningRate * USUAL) / ratio;
  const suggestion = suited < Infinity ? `, towards ${short(suited)}` : '';
  return [
    {
      kind: 'update',
      where: name,
      finding: `The next step changes it by ${short(ratio)} of its norm, which is ${sign > 0 ? 'too much' : 'almost nothing'}${others}.`,
      remedy: `${sign > 0 ? 'Lower' : 'Raise'} the learning rate (now ${short(learningRate)})${suggestion}. About ${USUAL} per step is usual.`,
      numbers: { ratio, learningRate, ...(suited < Infinity ? { suited } : {}) },
    },
  ];
}
