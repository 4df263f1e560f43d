// Shapes of layers for `toString`.

import type { SignalShape } from '../engine/signal.ts';

/** @internal The shape of a layer's input; sizes that are not known are NaN. */
export function inputShapeOf(
  { needsTime }: { readonly needsTime: boolean },
  inputSize: number = Number.NaN,
): SignalShape {
  return { T: needsTime ? Number.NaN : undefined, B: Number.NaN, F: inputSize };
}

/** @internal Formats a shape of any number of rows and time steps. */
export function shapeInWords({ T, F }: SignalShape): string {
  return `[B, ${T === undefined ? '' : 'T, '}${F > 0 ? F : 'I'}]`;
}
