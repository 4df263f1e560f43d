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
  const steps = T === undefined ? '' : `${T > 0 ? T : 'T'}, `;
  return `[B, ${steps}${F > 0 ? F : 'I'}]`;
}

/** @internal Formats the shapes of an input, which may be indices [B, T], and of an output. */
export function shapesInWords(input: SignalShape, output: SignalShape, readsIndices: boolean): string {
  return `${readsIndices ? '[B, T]' : shapeInWords(input)} → ${shapeInWords(output)}`;
}
