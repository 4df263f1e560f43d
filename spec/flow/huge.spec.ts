import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  BpttError,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  zeros,
} from '../../lib/index.ts';
import { refusal } from '../support/flow.ts';

/** One number under many names: any size takes no memory. */
const repeated = (...shape: number[]) => ({ data: new Float32Array(1), shape, stride: shape.map(() => 0), offset: 0 });
const T = 2 ** 40;

function compiled(checkpoint?: number) {
  const model = new Sequential([new LSTM({ units: 2 }), new Dense({ units: 1 })]).build(1);
  const through = checkpoint === undefined ? {} : { checkpoint };
  return model.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...through });
}

describe('sequences that fit into no memory', () => {
  it.each([undefined, 2])('gradientFlow refuses huge sequences before it allocates; checkpoint: %s', (checkpoint) => {
    const model = compiled(checkpoint);
    const error = refusal(() => gradientFlow(model, repeated(1, T, 1), zeros([1, 1])));
    expect(error).toBeInstanceOf(BpttError);
    expect(error.message).toContain('gradientFlow: the call must fit into memory');
    expect(gradientFlow(model, randomNormal([1, 3, 1]), zeros([1, 1])).loss).toBeGreaterThan(0);
  });

  it('forward of a layer refuses huge sequences, also in segments', () => {
    for (const layer of [new LSTM({ units: 2 }), new GRU({ units: 3 })]) {
      const error = refusal(() => layer.forward(repeated(1, T, 1), { checkpoint: 2 }));
      expect(error).toBeInstanceOf(BpttError);
      expect(error.message).toContain('.forward: the call must fit into memory');
    }
  });

  it('gradientFlow refuses too many Jacobians', () => {
    const x = randomNormal([2, 3000, 1]);
    const y = zeros([2, 1]);
    expect(refusal(() => gradientFlow(compiled(), x, y, { jacobians: 'triangle' })).message).toBe(
      'gradientFlow: "jacobians" must request at most 4194304 norms and steps over all rows; received 4504501. Request fewer pairs, or use a shorter sequence',
    );
    for (const jacobians of ['last', [[0, 1]]] as const) {
      expect(
        refusal(() => gradientFlow(compiled(2), repeated(1, T, 1), zeros([1, 1]), { jacobians })).message,
      ).toContain('"jacobians" must request at most 4194304 norms and steps');
    }
  });
});
