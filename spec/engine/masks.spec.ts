import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Dense,
  GRU,
  type Layer,
  LSTM,
  Network,
  RNN,
  randomNormal,
  SimpleRNN,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits, expectSameArrays, largestDifference } from '../support/bits.ts';
import { largest } from '../support/compare.ts';
import { ProjectedCell } from '../support/projected-cell.ts';
import { compact, maskOf, masks, padded, type Rows } from '../support/ragged.ts';

type DType = 'float32' | 'float64';
const [I, H] = [3, 5];

const LAYERS: Readonly<Record<string, (dtype: DType, returnSequences: boolean) => RNN>> = {
  SimpleRNN: (dtype, returnSequences) => new SimpleRNN({ units: H, dtype, returnSequences }),
  LSTM: (dtype, returnSequences) => new LSTM({ units: H, dtype, returnSequences }),
  GRU: (dtype, returnSequences) => new GRU({ units: H, dtype, returnSequences }),
  'GRU, reset after': (dtype, returnSequences) => new GRU({ units: H, dtype, returnSequences, resetAfter: true }),
  'own cell': (dtype, returnSequences) => new RNN({ cell: new ProjectedCell(2, { units: H, dtype }), returnSequences }),
};

interface Case {
  readonly rows: Rows;
  readonly seed: number;
  readonly dtype: DType;
  readonly checkpoint: 'sqrt' | 1 | 2 | undefined;
}

const cases: fc.Arbitrary<Case> = fc
  .record({ B: fc.integer({ min: 1, max: 5 }), T: fc.integer({ min: 1, max: 9 }) })
  .chain(({ B, T }) =>
    fc.record({
      rows: masks(B, T),
      seed: fc.integer({ min: 0, max: 1000 }),
      dtype: fc.constantFrom<DType>('float32', 'float64'),
      checkpoint: fc.constantFrom<Case['checkpoint']>(undefined, 'sqrt', 1, 2),
    }),
  );

/** Row b of an array [B, ...], as an array of one row. */
function rowOf(array: Tensor, b: number): Tensor {
  return array.lo(b).hi(1).copy();
}

/** Random states of B rows. */
function statesOf({ cell }: RNN, B: number, seed: number, dtype: DType): Record<string, Tensor> {
  return Object.fromEntries(
    cell.states.map((name, k) => [name, randomNormal([B, cell.widthOf(name)], { seed: seed + k, dtype })]),
  );
}

describe.each(Object.entries(LAYERS))('a batch with a mask: %s', (_, make) => {
  test.prop([cases, fc.boolean()], { numRuns: 60 })(
    'gives each row the bits that it has by itself, without its masked steps',
    ({ rows, seed, dtype, checkpoint }, sequences) => {
      const [B, T] = [rows.length, rows[0]!.length];
      const layer = make(dtype, sequences).build(I);
      const x = padded(rows, I, seed, dtype, Number.NaN);
      const initialState = statesOf(layer, B, seed + 10, dtype);
      const dState = statesOf(layer, B, seed + 20, dtype);
      const K = layer.cell.outputWidth;
      const dy = randomNormal(sequences ? [B, T, K] : [B, K], { seed: seed + 30, dtype });
      const options = { initialState, mask: maskOf(rows), zeroOutputForMask: true, ...(checkpoint && { checkpoint }) };
      const { output, state } = layer.forward(x, { ...options, returnState: true } as never) as never as Out;
      const { dx, dInitialState } = layer.backward(dy, { dState }) as never as Back;
      const whole = Object.fromEntries([...layer.parameters].map(({ name, gradient }) => [name, gradient.copy()]));
      layer.parameters.zeroGradients();
      for (let b = 0; b < B; b++) {
        const alone = compact(x, rows, b);
        const first = Object.fromEntries(Object.entries(initialState).map(([name, of]) => [name, rowOf(of, b)]));
        const last = Object.fromEntries(Object.entries(dState).map(([name, of]) => [name, rowOf(of, b)]));
        if (alone === undefined) {
          expectSameArrays(rowsOf(state, b), first);
          if (!sequences) expectBits(rowOf(output, b), first[layer.cell.states[0]!]!);
          continue;
        }
        const own = layer.forward(alone, { initialState: first, returnState: true } as never) as never as Out;
        expectSameArrays(rowsOf(state, b), own.state);
        expectBits(sequences ? compact(output, rows, b)! : rowOf(output, b), own.output);
        const back = layer.backward(sequences ? compact(dy, rows, b)! : rowOf(dy, b), { dState: last });
        expectBits(compact(dx, rows, b)!, back.dx);
        expectSameArrays(rowsOf(dInitialState, b), back.dInitialState as never);
      }
      expectMasked(output, rows, sequences);
      expectMasked(dx, rows, true);
      for (const { name, gradient } of layer.parameters) {
        const scale = 1 + largest(gradient.copy());
        expect(largestDifference(whole[name]!, gradient.copy(), scale)).toBeLessThan(
          dtype === 'float32' ? 2e-6 : 1e-14,
        );
      }
    },
  );

  test.prop([cases], { numRuns: 20 })(
    'gives the bits of a shorter batch, where all rows end early',
    ({ rows, seed }) => {
      const [B, T] = [rows.length, rows[0]!.length];
      const n = 1 + (seed % T);
      const x = randomNormal([B, T, I], { seed });
      const dy = randomNormal([B, T, make('float32', true).cell.outputWidth], { seed: 1 });
      const results = [false, true].map((short) => {
        const layer = make('float32', true).build(I);
        const part = (array: Tensor): Tensor => (short ? array.lo(0, 0, 0).hi(B, n, array.shape[2]!).copy() : array);
        const options = short ? {} : { lengths: new Int32Array(B).fill(n), zeroOutputForMask: true };
        const y = layer.forward(part(x), options);
        const { dx } = layer.backward(part(dy));
        const [first, second] = short
          ? [y, dx]
          : [y, dx].map((each) => each.lo(0, 0, 0).hi(B, n, each.shape[2]!).copy());
        return {
          y: first!,
          dx: second!,
          ...Object.fromEntries([...layer.parameters].map((p) => [p.name, p.gradient.copy()])),
        };
      });
      expectSameArrays(results[0]!, results[1]!);
    },
  );

  it('returns the final states of each row from a pass for inference, too', () => {
    const layer = make('float32', true).build(I) as RNN;
    const x = randomNormal([3, 5, I], { seed: 1 });
    const options = { lengths: [2, 5, 0], returnState: true, initialState: statesOf(layer, 3, 7, 'float32') } as never;
    const trained = layer.forward(x, options) as never as Out;
    const { output, state } = layer.forward(x, { ...(options as object), inference: true } as never) as never as Out;
    expectBits(output, trained.output);
    expectSameArrays(state, trained.state);
  });

  it('passes the gradient check with gaps, held outputs and zeros', () => {
    const mask = [
      [false, true, false, true, true],
      [true, true, false, false, false],
      [false, false, false, false, false],
    ];
    for (const zeroOutputForMask of [false, true]) {
      const layer = make('float64', true);
      const x = randomNormal([3, 5, I], { seed: 4, dtype: 'float64' });
      const initialState = statesOf(layer, 3, 7, 'float64');
      const report = gradcheck(layer, { x, initialState, forwardOptions: { mask, zeroOutputForMask } });
      expect(report.passed || `${report}`).toBe(true);
    }
  });
});

type Out = { readonly output: Tensor; readonly state: Record<string, Tensor> };
type Back = { readonly dx: Tensor; readonly dInitialState: Record<string, Tensor> };

function rowsOf(state: Record<string, Tensor>, b: number): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(state).map(([name, of]) => [name, rowOf(of, b)]));
}

/** Masked steps of a sequence are exactly 0. */
function expectMasked(array: Tensor, rows: Rows, sequences: boolean): void {
  if (!sequences) return;
  rows.forEach((row, b) => {
    row.forEach((counts, t) => {
      for (let f = 0; f < array.shape[2]! && !counts; f++) expect(array.get(b, t, f)).toBe(0);
    });
  });
}

describe('a network with a mask', () => {
  const make = (dtype: DType): Network =>
    new Network(
      [
        new Dense({ units: 4, activation: 'tanh' }),
        new LSTM({ units: H, returnSequences: true }),
        new GRU({ units: H, returnSequences: true }),
        new Dense({ units: 2 }),
      ] as readonly Layer[] as Layer[],
      { dtype, inputSize: I, seed: 3 },
    ).build() as Network;

  test.prop([cases], { numRuns: 60 })(
    'gives each row the bits that it has by itself',
    ({ rows, seed, dtype, checkpoint }) => {
      const network = make(dtype);
      const x = padded(rows, I, seed, dtype, Infinity);
      const [B, T] = [rows.length, rows[0]!.length];
      const dy = randomNormal([B, T, 2], { seed: seed + 1, dtype });
      const mask = maskOf(rows);
      const y = network.forward(x, { mask, zeroOutputForMask: true, ...(checkpoint && { checkpoint }) });
      const { dx } = network.backward(dy);
      expectMasked(y, rows, true);
      expectMasked(dx, rows, true);
      expectBits(network.predict(x, { mask, zeroOutputForMask: true, batchSize: 2 }), y);
      for (let b = 0; b < B; b++) {
        const alone = compact(x, rows, b);
        if (alone === undefined) continue;
        expectBits(compact(y, rows, b)!, network.forward(alone));
        expectBits(compact(dx, rows, b)!, network.backward(compact(dy, rows, b)!).dx);
      }
    },
  );

  it('holds the last output at masked steps, and zeros before the first', () => {
    const network = make('float64');
    const rows = [[false, true, false, true]];
    const x = padded(rows, I, 1, 'float64', 9);
    const [held, zero] = [{}, { zeroOutputForMask: true }].map((o) => network.forward(x, { mask: rows, ...o }));
    for (const f of [0, 1]) {
      expect([0, 1, 2, 3].map((t) => held!.get(0, t, f))).toEqual([0, 1, 1, 3].map((t) => zero!.get(0, t, f)));
    }
    expect(zero!.get(0, 1, 0)).not.toBe(0);
  });

  it('takes a mask of all steps for none: the same bits, of the gradients too', () => {
    const x = randomNormal([3, 6, I], { seed: 1 });
    const results = [{}, { lengths: [6, 6, 6] }].map((o) => {
      const network = make('float32');
      const y = network.forward(x, o);
      const { dx } = network.backward(y);
      return { y, dx, ...Object.fromEntries([...network.parameters].map((p) => [p.name, p.gradient.copy()])) };
    });
    expectSameArrays(results[1]!, results[0]!);
  });

  it('accepts lists of booleans, ndarrays of any type, and typed arrays of lengths', () => {
    const network = make('float32');
    const x = randomNormal([2, 3, I], { seed: 1 });
    const expected = network.predict(x, { lengths: [3, 1] });
    const masks = [
      { lengths: new Uint8Array([3, 1]) },
      {
        mask: [
          [true, true, true],
          [true, false, false],
        ],
      },
      { mask: [new Uint8Array([1, 1, 1]), new Uint8Array([1, 0, 0])] },
      { mask: { data: new Uint8Array([1, 1, 1, 1, 0, 0]), shape: [2, 3], stride: [3, 1], offset: 0 } },
      {
        mask: tensor([
          [1, 1],
          [1, 0],
          [1, 0],
        ]).transpose(1, 0),
      },
    ];
    for (const mask of masks) expectBits(network.predict(x, mask as never), expected);
    expectBits(network.predict(x, { lengths: [3, 3] }), network.predict(x));
  });
});

describe('a stream with a mask', () => {
  test.prop([cases], { numRuns: 40 })(
    'gives the bits of the whole sequence, and zeros at masked steps',
    ({ rows, seed }) => {
      const network = new Network(
        [
          new LSTM({ units: H, returnSequences: true }),
          new GRU({ units: 2, returnSequences: true }),
          new Dense({ units: 2 }),
        ],
        {
          inputSize: I,
        },
      ).build() as Network;
      const [B, T] = [rows.length, rows[0]!.length];
      const x = padded(rows, I, seed, 'float32', Number.NaN);
      const expected = network.predict(x, { mask: maskOf(rows), zeroOutputForMask: true });
      const stream = network.stream({ batchSize: B });
      const state = stream.zeroState();
      for (let t = 0; t < T; t++) {
        const y = stream.step(
          x.pick(null, t, null),
          state,
          rows.map((row) => row[t]!),
        );
        expectBits(y.copy(), expected.pick(null, t, null).copy());
      }
    },
  );

  it('is refused unless it is a list of B booleans', () => {
    const stream = new GRU({ units: 2, inputSize: I }).stream({ batchSize: 2 });
    const state = stream.zeroState();
    const step = (mask: unknown) => () => stream.step(randomNormal([2, I]), state, mask as never);
    expect(step([true])).toThrow('"mask" must be a list of 2 booleans');
    expect(step([1, 0.5])).toThrow('"mask[1]" must be true or false, or 1 or 0; received 0.5');
    expect(step(null)).toThrow('"mask" must be a list of 2 booleans; received null');
    expect(state.h!.data.every((v) => v === 0)).toBe(true);
  });
});
