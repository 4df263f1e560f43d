import { describe, expect, it } from '@jest/globals';
import { Dense, GRU, Parameters, randomNormal, Sequential, StateError, tensor, zeros } from '../../../lib/index.ts';
import { copyWeights, restoreWeights } from '../../../lib/training/callbacks/weights.ts';
import { expectBits } from '../../support/bits.ts';

const copyOf = (parameters: Parameters) => copyWeights('spec', parameters);

describe('a copy of weights', () => {
  it('restores all, bit for bit, and ends the pass', () => {
    const model = new Sequential([new GRU({ units: 3 }), new Dense({ units: 2 })]).build(2);
    const before = [...model.parameters].map(({ value }) => value.copy());
    const copy = copyOf(model.parameters);
    for (const { value } of model.parameters) for (let i = 0; i < value.size; i++) value.data[value.offset + i] = i;
    model.forward(randomNormal([2, 4, 2], { seed: 1 }));
    restoreWeights('spec', model.parameters, copy);
    [...model.parameters].forEach(({ value }, k) => void expectBits(value, before[k]!));
    expect(() => model.backward(zeros([2, 2]))).toThrow(StateError);
  });

  it('restores a subset in several runs of memory', () => {
    const parameters = Parameters.of({ 'a.x': tensor([1, 2]), b: tensor([3]), 'a.y': tensor([[4]]) });
    const part = parameters.within('a.');
    const copy = copyOf(part);
    expect(copy.toArray()).toEqual([1, 2, 4]);
    for (const { value } of parameters) value.data.fill(9);
    restoreWeights('spec', part, copy);
    expect(parameters.get('a.x').value.toArray()).toEqual([1, 2]);
    expect(parameters.get('a.y').value.toArray()).toEqual([[4]]);
    expect(parameters.get('b').value.toArray()).toEqual([9]);
  });
});
