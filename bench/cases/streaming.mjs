// One step at a time: the cell of a layer, which over a whole sequence must say the same as the layer.
import { GRU, LSTM, randomNormal, unstack } from 'bptt';
import { relativeError } from '../harness.mjs';

const [I, H, T] = [100, 64, 20];

function prepare(layer, B) {
  const x = randomNormal([B, T, I], { seed: 1 });
  const steps = unstack(x, 1);
  const last = layer.forward(x);
  const error = () => {
    let state;
    let out;
    for (const xt of steps) [out, state] = layer.cell.step(xt, state);
    return relativeError(out.data, last.data);
  };
  let t = 0;
  let state = layer.cell.zeroState(B);
  const run = () => {
    [, state] = layer.cell.step(steps[t++ % T], state);
  };
  return { run, error, tolerance: 0 };
}

export function streamingCases() {
  const layers = [
    ['LSTMCell', 4, () => new LSTM({ units: H })],
    ['GRUCell', 3, () => new GRU({ units: H })],
  ];
  return layers.flatMap(([name, gates, make]) =>
    [1, 8].map((B) => ({
      group: `streaming, I ${I} H ${H}`,
      name: `${name}.step B ${B}`,
      work: { amount: 2 * B * gates * H * (I + H), unit: 'flop' },
      prepare: () => prepare(make(), B),
    })),
  );
}
