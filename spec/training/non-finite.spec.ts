import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  Dense,
  GRU,
  type Layer,
  LSTM,
  MeanSquaredError,
  NonFiniteError,
  type NonFinitePlace,
  RNN,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  type Tensor,
  zeros,
} from '../../lib/index.ts';
import type { DType } from '../../lib/tensor/storage.ts';
import { expectBits } from '../support/bits.ts';
import { type Fault, FaultyCell } from '../support/faulty-cell.ts';
import { firstByHand, type Place } from '../support/naive-trace.ts';
import { givesSequences } from '../support/streams.ts';

const KINDS = {
  lstm: (units: number) => new LSTM({ units, returnSequences: true }),
  gru: (units: number) => new GRU({ units, returnSequences: true }),
  gruAfter: (units: number) => new GRU({ units, returnSequences: true, resetAfter: true }),
  tanh: (units: number) => new SimpleRNN({ units, returnSequences: true }),
  relu: (units: number) => new SimpleRNN({ units, returnSequences: true, activation: 'relu' }),
  last: (units: number) => new LSTM({ units }),
  linear: (units: number) => new Dense({ units }),
  dense: (units: number) => new Dense({ units, activation: 'relu' }),
  denseTanh: (units: number) => new Dense({ units, activation: 'tanh' }),
} as const;

type Kind = keyof typeof KINDS;
const RECURRENT: readonly Kind[] = ['lstm', 'gru', 'gruAfter', 'tanh', 'relu'];

/** A stack of layers with all parameters random, and data for it. */
function stack(kinds: readonly Kind[], dtype: DType, seed: number, units = 3) {
  const layers = kinds.map((kind) => KINDS[kind](units)) as Layer[];
  const model = new Sequential(layers, { dtype, seed }).build(2);
  model.compile({ optimizer: new SGD({ momentum: 0.5 }), loss: new MeanSquaredError() });
  [...model.parameters].forEach((parameter, k) => {
    parameter.assign(randomNormal(parameter.value.shape, { seed: seed + k, sd: 0.7, dtype }));
  });
  const [B, T] = [3, 4];
  const x = randomNormal([B, T, 2], { seed: seed + 50, dtype });
  const y = randomNormal(givesSequences(model) ? [B, T, units] : [B, units], { seed: seed + 51, dtype });
  return { model, x, y };
}

/** The place that the error names; undefined when the step was taken. Nothing else may be thrown. */
function reported(model: Sequential, x: Tensor, y: Tensor): NonFinitePlace | undefined {
  try {
    model.trainStep(x, y);
  } catch (error) {
    if (error instanceof NonFiniteError) return error.place;
    throw error;
  }
  return undefined;
}

/** What is left of a place without undefined fields, the value's kind apart: sums may overflow one way or another. */
function bare(place: Place | undefined) {
  if (place === undefined) return undefined;
  const { value: _, ...rest } = Object.fromEntries(Object.entries(place).filter(([, v]) => v !== undefined));
  return rest;
}

const stacks = fc
  .tuple(fc.array(fc.constantFrom(...RECURRENT, 'linear', 'dense', 'denseTanh'), { maxLength: 2 }), fc.boolean())
  .map(([kinds, last]): readonly Kind[] =>
    last ? [...kinds, 'last', 'dense', 'linear'] : [...kinds, 'lstm', 'linear'],
  );
const dtypes = fc.constantFrom<DType>('float32', 'float64');

/** Elements that are replaced: any of x, the targets or a parameter. */
const spoils = fc.array(
  fc.record({
    where: fc.nat(),
    element: fc.nat(),
    sign: fc.constantFrom(1, -1),
    power: fc.constantFrom(0.5, 0.6, 0.7, 0.8, 0.9, 0.97),
  }),
  { minLength: 1, maxLength: 4 },
);

function put(tensor: Tensor, element: number, value: number): void {
  const index = element % tensor.size;
  tensor.data[tensor.offset + index] = value; // row-major, whole
}

describe('the first value that is not finite is named', () => {
  it.each(['x', 'parameter'] as const)('planted in %s', (place) => {
    fc.assert(
      fc.property(
        stacks,
        dtypes,
        fc.nat(1000),
        fc.nat(),
        fc.constantFrom(Number.NaN, Infinity, -Infinity),
        (kinds, dtype, seed, at, value) => {
          const { model, x, y } = stack(kinds, dtype, seed);
          const parameters = [...model.parameters];
          put(place === 'x' ? x : parameters[at % parameters.length]!.value, at, value);
          const found = reported(model, x, y);
          if (found === undefined) return; // an infinity that every way onwards has brought back
          expect(bare(found)).toEqual(bare(firstByHand(model, x, y)));
          expect(found.value).toBe(value);
        },
      ),
    );
  });

  it('that overflows, anywhere on the way forward or back', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(stacks, dtypes, fc.nat(1000), spoils, (kinds, dtype, seed, list) => {
        const { model, x, y } = stack(kinds, dtype, seed);
        const tensors = [x, ...[...model.parameters].map(({ value }) => value)];
        for (const { where, element, sign, power } of list) {
          put(tensors[where % tensors.length]!, element, sign * (dtype === 'float32' ? 2 ** 127 : 2 ** 500) ** power);
        }
        const before = [...model.parameters].map(({ value }) => value.copy());
        const expected = firstByHand(model, x, y);
        const found = reported(model, x, y);
        if (found === undefined) return; // an infinity that every way onwards has brought back
        met.add(found.phase);
        expect(bare(found)).toEqual(bare(expected));
        [...model.parameters].forEach(({ name, value }, k) => {
          expectBits(value, before[k]!, `${name}: `);
        });
      }),
      { numRuns: 300 },
    );
    expect([...met].sort()).toEqual(['backward', 'forward']);
  });

  const cells = [
    ['lstm', 0],
    ['lstm', 1],
    ['lstm', 2],
    ['lstm', 3],
    ['gru', 0],
    ['gru', 1],
    ['gruAfter', 2],
  ] as const;
  it.each(cells)('in a gate: %s, block %i, at the step, row and unit where ∞ − ∞ is planted', (kind, block) => {
    fc.assert(
      fc.property(dtypes, fc.nat(3), fc.nat(2), fc.nat(2), (dtype, step, row, unit) => {
        const { model, x, y } = stack([kind, 'linear'], dtype, 5);
        const layer = model.layerNames[0]!;
        const { value: kernel } = model.parameters.get(`${layer}.kernel`);
        const huge = dtype === 'float32' ? 2 ** 70 : 2 ** 600;
        put(x, (row * 4 + step) * 2, huge);
        put(x, (row * 4 + step) * 2 + 1, huge);
        const column = block * 3 + unit;
        kernel.set(0, column, huge);
        kernel.set(1, column, -huge);
        const gate = (model.layers[0] as LSTM).cell.gates[block];
        expect(bare(reported(model, x, y))).toEqual({ phase: 'forward', layer, gate, step, row, unit });
      }),
    );
  });

  it("in a gate of a user's own cell, or its gradient", () => {
    const faults: fc.Arbitrary<Fault> = fc.record({
      phase: fc.constantFrom('forward', 'backward'),
      gate: fc.constantFrom('slow', 'fast'),
      step: fc.nat(3),
      row: fc.nat(2),
      unit: fc.nat(2),
    });
    fc.assert(
      fc.property(faults, dtypes, (fault, dtype) => {
        const own = new RNN({ cell: new FaultyCell({ units: 3, dtype }, fault), returnSequences: true });
        const inner = new Sequential([own], { dtype });
        const model = new Sequential([new LSTM({ units: 2, returnSequences: true }), inner], { dtype });
        model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
        const x = randomNormal([3, 4, 2], { seed: 1, dtype });
        const found = reported(model, x, randomNormal([3, 4, 3], { seed: 2, dtype }));
        expect(bare(found)).toEqual({ ...fault, layer: 'sequential1.rnn1' });
        expect(found!.value).toBeNaN();
      }),
    );
  });
});

describe('what overflows on the way back', () => {
  const [B, T] = [3, 4];
  /** Two layers above one another that compute 0.5 and 0.25 from anything, and their model. */
  function flat(below: Layer, above: Layer) {
    const model = new Sequential([below, above]).build(2);
    for (const { name, value } of model.parameters) {
      const { data, offset, size } = value;
      data.fill(name.endsWith('bias') ? 0.5 : 0, offset, offset + size);
    }
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError({ reduction: 'sum' }) });
    return model;
  }
  const places = fc.tuple(fc.nat(T - 1), fc.nat(B - 1), fc.nat(2));

  it('is the gradient of the prediction', () => {
    fc.assert(
      fc.property(places, ([step, row, unit]) => {
        const [x, y] = [randomNormal([B, T, 2], { seed: 1 }), randomNormal([B, T, 3], { seed: 2 })];
        y.set(row, step, unit, 3e38);
        const found = reported(flat(KINDS.lstm(2), KINDS.linear(3)), x, y);
        expect(bare(found)).toEqual({ phase: 'backward', tensor: 'prediction', step, row, unit });
      }),
    );
  });

  it('is what a recurrent layer hands down', () => {
    fc.assert(
      fc.property(places, ([step, row, unit]) => {
        const model = flat(KINDS.tanh(3), KINDS.relu(3));
        for (const name of ['simpleRNN1.bias', 'simpleRNN1.kernel']) {
          const { data, offset, size } = model.parameters.get(name).value;
          data.fill(0, offset, offset + size); // h = 0 below: weights above may be anything
        }
        model.parameters.get('simpleRNN2.kernel').value.set(unit, 1, 1e38);
        const y = zeros([B, T, 3]);
        y.data.fill(0.5);
        y.set(row, step, 1, -100);
        const found = reported(model, randomNormal([B, T, 2], { seed: 1 }), y);
        const place = { phase: 'backward', layer: 'simpleRNN2', tensor: 'input', step, row, unit };
        expect(bare(found)).toEqual(place);
      }),
    );
  });

  it('is the gradient of weights, and those before it are those of one pass', () => {
    fc.assert(
      fc.property(places, ([step, row, unit]) => {
        const model = flat(KINDS.relu(3), KINDS.linear(1));
        model.parameters.get('dense1.kernel').value.set(unit, 0, 0.1);
        const x = zeros([B, T, 2]);
        x.set(row, step, 1, 1e3);
        const y = zeros([B, T, 1]);
        y.set(row, step, 0, -1e38); // dense1.bias then has a gradient of 2e38, twice of which is none
        const found = reported(model, x, y);
        expect(bare(found)).toEqual({ phase: 'backward', layer: 'simpleRNN1', tensor: 'kernel', index: [1, unit] });
      }),
    );
  });
});

it('x that is finite, but infinite in the precision of the model, is named', () => {
  const { model, x, y } = stack(['gru', 'linear'], 'float32', 1);
  const wide = zeros(x.shape, { dtype: 'float64' });
  wide.set(2, 1, 0, -1e39);
  expect(reported(model, wide, y)).toMatchObject({ tensor: 'x', row: 2, step: 1, unit: 0, value: -Infinity });
});
