import { describe, expect, it, jest } from '@jest/globals';
import ops from 'ndarray-ops';
import {
  type Cell,
  Dense,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type Parameters,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNNCell,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { PackedVersion } from '../../lib/memory/packed-version.ts';
import { toNdarray } from '../../lib/ndarray.ts';
import { expectBits } from '../support/bits.ts';

const [B, I, H] = [2, 3, 5];
const x = randomNormal([B, I], { seed: 1 });
const sequence = randomNormal([B, 4, I], { seed: 2 });
const kernel = (parameters: Parameters) => [...parameters].find(({ name }) => name.endsWith('ernel'))!;

/** Ways to change weights, each applied to the parameters and the cell; what they return changes them once more, later. */
const changes: Record<string, (parameters: Parameters, cell: Cell) => () => void> = {
  assign: (parameters) => {
    const { value } = kernel(parameters);
    const assign = (): void => kernel(parameters).assign(randomNormal(value.shape, { seed: 9 }));
    assign();
    return () => kernel(parameters).assign(zeros(value.shape));
  },
  'an optimizer': (parameters) => {
    const optimizer = new SGD({ learningRate: 0.1 });
    const step = (): void => {
      ops.assigns(kernel(parameters).gradient as never, 0.5);
      optimizer.step(parameters);
    };
    step();
    return step;
  },
  set: (parameters) => {
    const { value } = kernel(parameters);
    value.set(0, 0, 3);
    return () => value.set(1, 1, -3);
  },
  'set of a view': (parameters) => {
    const row = kernel(parameters).value.pick(1);
    row.set(0, 3);
    return () => row.step(-1).set(0, -3);
  },
  'data that is kept': (parameters) => {
    const { value } = kernel(parameters);
    const { data, offset } = value;
    data[offset] = 3;
    return () => {
      data[offset + 1] = -3;
    };
  },
  'the data of the storage': (parameters) => {
    const { storage, offset } = kernel(parameters).value;
    storage.data[offset] = 3;
    return () => {
      storage.data[offset + 1] = -3;
    };
  },
  'ndarray-ops': (parameters) => {
    ops.mulseq(kernel(parameters).value as never, 0.5);
    return () => ops.mulseq(kernel(parameters).value as never, 0.5);
  },
  'an ndarray': (parameters) => {
    const array = toNdarray(kernel(parameters).value);
    array.set(0, 0, 3);
    return () => array.set(1, 1, -3);
  },
  'the weights of a gate': (_, cell) => {
    const { W } = cell.gate(cell.gates[0]!);
    W.set(0, 0, 3);
    return () => W.set(1, H, -3);
  },
};

const cells = { SimpleRNNCell, LSTMCell, GRUCell };

describe.each(Object.entries(cells))('the next step of a %s', (_, OfCell) => {
  it.each(Object.entries(changes))('has the weights after a change by %s', (_, change) => {
    const cell: Cell = new OfCell({ units: H, inputSize: I, seed: 3 }).build();
    const fresh = (): Tensor => {
      const twin: Cell = new OfCell({ units: H, inputSize: I }).build();
      for (const { name, value } of cell.parameters) twin.parameters.get(name).assign(value.copy());
      return twin.step(x, state)[0];
    };
    const state = cell.step(x)[1];
    const [before] = cell.step(x, state);
    const again = change(cell.parameters, cell);
    const [after] = cell.step(x, state);
    expect(after.toArray()).not.toEqual(before.toArray());
    expectBits(after, fresh());
    cell.step(x, state);
    again();
    const [later] = cell.step(x, state);
    expect(later.toArray()).not.toEqual(after.toArray());
    expectBits(later, fresh());
  });
});

const runs: Record<string, (model: Sequential) => Tensor> = {
  predict: (model) => model.predict(sequence),
  forward: (model) => model.forward(sequence),
  'forward and backward': (model) => {
    model.forward(sequence);
    return model.backward(tensor([[1], [2]])).dx;
  },
};

describe.each(Object.entries(runs))('the next %s of a model', (_, run) => {
  it.each(Object.entries(changes))('has the weights after a change by %s', (_, change) => {
    const layer = new GRU({ units: H });
    const model = new Sequential([layer, new Dense({ units: 1 })], { inputSize: I, seed: 4 }).build();
    const fresh = (): Tensor => run(Sequential.fromBytes(model.toBytes()));
    const before = run(model);
    run(model);
    const again = change(model.parameters, layer.cell);
    const after = run(model);
    expect(after.toArray()).not.toEqual(before.toArray());
    expectBits(after, fresh());
    run(model);
    again();
    const later = run(model);
    expect(later.toArray()).not.toEqual(after.toArray());
    expectBits(later, fresh());
  });

  it('survives other work in the same memory', () => {
    const layer = new LSTM({ units: H });
    const model = new Sequential([layer, new Dense({ units: 1 })], { inputSize: I, seed: 4 }).build();
    const expected = run(model);
    const others = [
      () => layer.cell.step(x),
      () => layer.forward(sequence),
      () => layer.forward(randomNormal([7, 9, I], { seed: 5 })),
      () => model.predict(randomNormal([3, 2, I], { seed: 5 })),
      () => model.stream({ batchSize: 3 }),
    ];
    for (const other of others) {
      run(model);
      other();
      expectBits(run(model), expected);
      expectBits(run(model), expected);
    }
  });
});

describe('packed weights', () => {
  it('are those of one version, in the current pass or the one before it', () => {
    const packed = new PackedVersion();
    const { arena } = new GRUCell({ units: H, inputSize: I }).build().parameters;
    expect(packed.isCurrent(arena)).toBe(false);
    expect(packed.isCurrent(arena)).toBe(true);
    arena.layOut(() => undefined);
    expect(packed.isCurrent(arena)).toBe(true);
    arena.endPass(); // the parameters have changed, and no pass has begun
    expect(packed.isCurrent(arena)).toBe(false);
    arena.layOut(() => undefined);
    arena.layOut(() => undefined);
    expect(packed.isCurrent(arena)).toBe(false);
  });
});

describe('weights that do not change', () => {
  it('are packed once for all steps of a cell, and for all passes of one shape', () => {
    const cell = new LSTMCell({ units: H, inputSize: I }).build();
    const model = new Sequential([new LSTM({ units: H }), new Dense({ units: 1 })], { inputSize: I }).build();
    const works = [() => cell.step(x), () => model.predict(sequence), () => model.forward(sequence)];
    for (const [k, work] of works.entries()) {
      work();
      const { kernels } = (k === 0 ? cell : model).parameters.arena;
      const pack = jest.spyOn(kernels, 'pack');
      work();
      work();
      expect(pack).not.toHaveBeenCalled();
      [...(k === 0 ? cell : model).parameters][0]!.value.set(0, 0, 1);
      work();
      expect(pack).toHaveBeenCalled();
      pack.mockClear();
      String([...(k === 0 ? cell : model).parameters][0]); // reads alone
      [...(k === 0 ? cell : model).parameters][0]!.value.copy();
      work();
      expect(pack).not.toHaveBeenCalled();
      pack.mockRestore();
    }
  });
});
