// Networks of docs/remedies.md, with and without skip connections, and the task that they learn.
import {
  Adam,
  Dense,
  initializers,
  MeanSquaredError,
  Residual,
  randomNormal,
  Sequential,
  SimpleRNN,
  tensor,
} from 'bptt';
import { gradientFlow } from 'bptt/flow';

/** Units of every recurrent layer. */
const UNITS = 16;

/** Time steps of every sequence. */
export const T = 30;

/** Draws inputs [B, T, 1] and the sign of the first one of each row. */
export function drawn(rows, seed) {
  const x = randomNormal([rows, T, 1], { sd: 0.3, seed });
  const signs = Array.from({ length: rows }, (_, b) => (b % 2 === 0 ? 1 : -1));
  for (const [b, sign] of signs.entries()) x.set(b, 0, 0, sign);
  return [x, tensor(signs.map((sign) => [sign]))];
}

const batch = drawn(8, 1);

const uniform = initializers.uniform({ low: -1 / Math.sqrt(UNITS), high: 1 / Math.sqrt(UNITS) });

/** A SimpleRNN with the initial weights of PyTorch, uniform in ±1/√H; `more` replaces options. */
const rnn = (more = {}) =>
  new SimpleRNN({ units: UNITS, kernelInitializer: uniform, recurrentInitializer: uniform, ...more });

const SEQUENCES = { returnSequences: true };

/** The blocks of a network, by name. */
const BLOCKS = {
  plain: () => rnn(SEQUENCES),
  residual: () => new Residual({ layers: [rnn(SEQUENCES)] }),
  concat: () => new Residual({ layers: [rnn(SEQUENCES)], merge: 'concat' }),
  orthogonal: () => new SimpleRNN({ units: UNITS, ...SEQUENCES }),
};

/** A network of `depth` recurrent layers, all but the last of them in blocks. */
export function stackOf(depth, kind, rate = 0.001, more = {}) {
  const blocks = Array.from({ length: depth - 1 }, BLOCKS[kind]);
  const last = kind === 'orthogonal' ? new SimpleRNN({ units: UNITS }) : rnn();
  const model = new Sequential([new Dense({ units: UNITS }), ...blocks, last, new Dense({ units: 1 })], { seed: 1 });
  model.compile({ optimizer: new Adam({ learningRate: rate }), loss: new MeanSquaredError(), ...more });
  return model;
}

/** The gradient flow of a network for one batch. */
export const flowOf = (model) => gradientFlow(model, ...batch);

/** Mean of ‖∂L/∂h_t‖ over the rows, for t = 1 … T. */
export function normsOf({ stateGradients: { h } }) {
  const rows = h.shape[1];
  return Array.from({ length: T }, (_, t) => {
    let sum = 0;
    for (let b = 0; b < rows; b++) sum += h.get(t + 1, b);
    return sum / rows;
  });
}
