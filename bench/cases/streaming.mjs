// Streaming one step at a time with a carried state, verified against a whole sequence in float64.
import { flopOf, LAYERS, SMALL, STREAMING, streamingWork } from '../recurrent.mjs';

const SHAPES = [STREAMING, { ...SMALL, B: 1, T: 1 }, { ...SMALL, B: 8, T: 1 }];

export function streamingCases() {
  return SHAPES.flatMap((shape) =>
    Object.keys(LAYERS).map((name) => ({
      group: `streaming, B ${shape.B} I ${shape.I} H ${shape.H}`,
      name: `${name} step`,
      shape,
      work: { amount: flopOf(name, shape), unit: 'flop' },
      prepare: () => {
        const { step, error } = streamingWork(name, shape);
        return { run: step, error, tolerance: 1e-5 };
      },
    })),
  );
}
