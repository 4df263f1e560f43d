// One step at a time, by a stream and by the layer's cell: over a whole sequence both must say the same as the layer.
import { GRU, LSTM, randomNormal, unstack } from 'bptt';
import { relativeError } from '../harness.mjs';

const T = 20;

/** What makes the output of a step, beginning anew each time it is called. */
const ways = {
  stream: (layer, B) => {
    const stream = layer.stream({ batchSize: B });
    const state = stream.zeroState();
    return (xt) => stream.step(xt, state);
  },
  cell: (layer) => {
    let state;
    let out;
    return (xt) => {
      [out, state] = layer.cell.step(xt, state);
      return out;
    };
  },
};

function prepare(layer, way, B, I) {
  const x = randomNormal([B, T, I], { seed: 1 });
  const steps = unstack(x, 1);
  const last = layer.forward(x);
  const error = () => {
    const step = way(layer, B);
    let out;
    for (const xt of steps) out = step(xt);
    return relativeError(out.copy().data, last.data);
  };
  const step = way(layer, B);
  let t = 0;
  const run = () => step(steps[t++ % T]);
  return { run, error, tolerance: 0 };
}

export function streamingCases() {
  const nets = [
    ['LSTM', 4, 40, 128, () => new LSTM({ units: 128 })],
    ['LSTM', 4, 100, 64, () => new LSTM({ units: 64 })],
    ['GRU', 3, 100, 64, () => new GRU({ units: 64 })],
  ];
  return nets.flatMap(([kind, gates, I, H, make]) =>
    [1, 8].flatMap((B) =>
      Object.entries(ways).map(([name, way]) => ({
        group: `streaming, I ${I} H ${H}`,
        name: `${kind}.${name}.step B ${B}`,
        work: { amount: 2 * B * gates * H * (I + H), unit: 'flop' },
        prepare: () => prepare(make(), way, B, I),
      })),
    ),
  );
}
