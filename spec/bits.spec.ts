import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Adam, Dense, GRU, LSTM, MeanSquaredError, randomNormal, Sequential, SimpleRNN } from '../lib/index.ts';
import type { Layer } from '../lib/layers/layer.ts';

/** SHA-256 of all parameters after 40 training steps, shortened. */
function fingerprint(make: (units: number, returnSequences: boolean) => Layer): string {
  const model = new Sequential([make(17, true), make(6, false), new Dense({ units: 3, activation: 'tanh' })], {
    seed: 3,
  });
  model.compile({
    optimizer: new Adam({ learningRate: 0.01 }),
    loss: new MeanSquaredError(),
    clip: { globalNorm: 0.5 },
  });
  const x = randomNormal([5, 9, 7], { seed: 1 });
  const y = randomNormal([5, 3], { seed: 2 });
  for (let step = 0; step < 40; step++) model.trainStep(x, y);
  const hash = createHash('sha256');
  for (const { value } of model.parameters) hash.update(new Uint8Array(value.copy().data.buffer));
  return hash.digest('hex').slice(0, 16);
}

// The same on every engine, and whichever kernels compute. A change of these is a change of results that users see.
describe('a training run ends in the same bits everywhere', () => {
  it.each([
    ['LSTM', '7b6be0932ed2f65e', (units: number, returnSequences: boolean) => new LSTM({ units, returnSequences })],
    ['GRU', '6e9fd8e329fdfef1', (units: number, returnSequences: boolean) => new GRU({ units, returnSequences })],
    [
      'GRU, reset after',
      '3579fef8bbe22435',
      (units: number, returnSequences: boolean) => new GRU({ units, returnSequences, resetAfter: true }),
    ],
    [
      'SimpleRNN',
      '3649b11935ad9f7d',
      (units: number, returnSequences: boolean) => new SimpleRNN({ units, returnSequences }),
    ],
  ] as const)('%s', (_, expected, make) => {
    expect(fingerprint(make)).toBe(expected);
  });
});
