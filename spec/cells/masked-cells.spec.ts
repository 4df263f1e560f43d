import { describe, expect, it } from '@jest/globals';
import { LayerNormLSTM, LSTM, MGU, type RNN, randomNormal, type Tensor, zeros } from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, T, I] = [4, 7, 3];
const LENGTHS = [3, 7, 0, 5];

const MAKERS: Readonly<Record<string, () => RNN>> = {
  MGU: () => new MGU({ units: 5, inputSize: I, returnSequences: true }) as unknown as RNN,
  ...Object.fromEntries(
    (['products', 'productsAndState', 'gatesAndState'] as const).map((normalized) => [
      `LayerNormLSTM, ${normalized}`,
      () => new LayerNormLSTM({ units: 5, inputSize: I, normalized, returnSequences: true }) as unknown as RNN,
    ]),
  ),
  'LSTM, projection': () =>
    new LSTM({ units: 5, projectionSize: 3, inputSize: I, returnSequences: true }) as unknown as RNN,
};

describe.each(Object.entries(MAKERS))('rows of different lengths in %s', (_, make) => {
  it('give the bits of each row alone, and padding has no influence', () => {
    const x = randomNormal([B, T, I], { seed: 1 });
    for (let b = 0; b < B; b++) for (let t = LENGTHS[b]!; t < T; t++) x.set(b, t, 0, Number.NaN);
    const [layer, single] = [make(), make()];
    const { output, state } = layer.forward(x, { lengths: LENGTHS, returnState: true });
    const dy = zeroed(randomNormal(output.shape, { seed: 2 }));
    const { dx } = layer.backward(dy);
    for (const [b, length] of LENGTHS.entries()) {
      if (length === 0) continue;
      const row = (array: Tensor): Tensor => array.lo(b, 0).hi(1, length).copy();
      const alone = single.forward(row(x), { returnState: true });
      expectBits(row(output), alone.output);
      for (const name of Object.keys(state)) expectBits(state[name]!.lo(b).hi(1).copy(), alone.state[name]!);
      expectBits(row(dx), single.backward(row(dy)).dx);
    }
    for (const { gradient } of layer.parameters) expect(gradient.copy().data.every(Number.isFinite)).toBe(true);
    expectBits(dx.pick(2).copy(), zeros([T, I]));
  });
});

/** The same gradient with zeros where a row has ended. */
function zeroed(dy: Tensor): Tensor {
  const copy = dy.copy();
  const width = dy.shape[2]!;
  for (const [b, length] of LENGTHS.entries()) copy.data.fill(0, (b * T + length) * width, (b + 1) * T * width);
  return copy;
}
