// The text form of a gradient flow.

import { short, table } from '../tensor/printed.ts';
import type { GradientFlow } from './gradient-flow.ts';

/** Describes loss, norms, layers and verdicts in words. */
export function flowInWords({ loss, gradientNorm, layers, parameters, verdicts }: GradientFlow): string {
  const rows = layers.map(({ name, kind, T, B, H, decay: { rate, horizon } }) => {
    return [name, kind, `[${B}, ${T}, ${H}]`, 'rate', short(rate), 'horizon', short(horizon)];
  });
  const found = verdicts.map(({ kind, where, finding, remedy }) => `  ${kind}, ${where}: ${finding} ${remedy}`);
  return [
    `Gradient flow, loss ${short(loss)}, gradient norm ${short(gradientNorm)}, ${parameters.length} parameters`,
    ...(rows.length > 0 ? [table(rows)] : []),
    ...(found.length > 0 ? found : ['  no verdict']),
  ].join('\n');
}
