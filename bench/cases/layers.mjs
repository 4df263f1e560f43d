// One forward pass and one training step of each layer, verified against the same layer in float64.
import { flopOf, LARGE, LAYERS, MIDDLE, SMALL, sequenceWork } from '../recurrent.mjs';

/** Shapes, from a sensor at 10 Hz to a character language model. */
const SHAPES = [{ B: 1, T: 100, I: 16, H: 32 }, SMALL, { B: 8, T: 40, I: 64, H: 64 }, MIDDLE, LARGE];

/** Calls `make` at the first use and keeps its result. */
function once(make) {
  let made;
  return () => {
    made ??= make();
    return made;
  };
}

function casesOf(name, shape) {
  const { B, T, I, H } = shape;
  const work = once(() => {
    const { forward, trainingStep, error } = sequenceWork(name, shape);
    return { forward, trainingStep, error: once(error) };
  });
  const flop = flopOf(name, shape);
  const [group, tolerance] = [`layers, B ${B} T ${T} I ${I} H ${H}`, 2e-5];
  return [
    {
      group,
      name: `${name} forward`,
      shape,
      work: { amount: flop, unit: 'flop' },
      prepare: () => ({ run: work().forward, error: work().error, tolerance }),
    },
    {
      group,
      name: `${name} training step`,
      shape,
      work: { amount: 3 * flop, unit: 'flop' },
      prepare: () => ({ run: work().trainingStep, error: work().error, tolerance }),
    },
  ];
}

export function layerCases() {
  return SHAPES.flatMap((shape) => Object.keys(LAYERS).flatMap((name) => casesOf(name, shape)));
}
