import { describe, expect, it } from '@jest/globals';
import {
  Cell,
  type CellOptions,
  FormatError,
  GRU,
  LSTM,
  type NetworkState,
  RNN,
  randomNormal,
  type State,
  stateFromBytes,
  stateToBytes,
  Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits, expectSameArrays } from '../support/bits.ts';
import { scrambled, stacked, stepThrough } from '../support/streams.ts';

const [B, T, I] = [2, 6, 3];
const x = randomNormal([B, T, I], { seed: 1 });
const other = randomNormal([B, T, I], { seed: 2 });
const stream = stacked(I).stream({ batchSize: B });

describe('the state of a stream', () => {
  it('has the names of the layers, also of models within the model', () => {
    const shapes = (node: object): unknown =>
      node instanceof Tensor ? node.shape : Object.entries(node).map(([name, own]) => [name, shapes(own)]);
    const lstm = (H: number): unknown => [
      ['h', [B, H]],
      ['c', [B, H]],
    ];
    expect(shapes(stream.zeroState())).toEqual([
      ['lstm1', lstm(5)],
      [
        'sequential1',
        [
          ['gru1', [['h', [B, 4]]]],
          ['lstm1', lstm(3)],
        ],
      ],
    ]);
  });

  it('is all that a stream remembers: two interleaved sequences equal two runs', () => {
    const expected = [x, other].map((input) => stepThrough(stream, input, stream.zeroState()));
    const states = [stream.zeroState(), stream.zeroState()] as const;
    for (let t = 0; t < T; t++) {
      expectBits(stream.step(x.pick(null, t), states[0]), expected[0]![t]!);
      expectBits(stream.step(other.pick(null, t), states[1]), expected[1]![t]!);
    }
  });

  const twin = stacked(I).stream({ batchSize: B });
  it.each([
    ['copied', (state: NetworkState) => stream.copyState(state)],
    ['saved as bytes', (state: NetworkState) => stateFromBytes(stream, stateToBytes(stream, state))],
    ['loaded by an equal model', (state: NetworkState) => stateFromBytes(twin, stateToBytes(stream, state))],
  ])('%s goes on with the same bits', (_, through) => {
    const expected = stepThrough(stream, x, stream.zeroState());
    const state = stream.zeroState();
    stepThrough(stream, x.hi(B, 3, I), state);
    const kept = through(state);
    stepThrough(stream, other, state);
    for (const [t, y] of stepThrough(stream, x.lo(0, 3, 0), kept).entries()) expectBits(y, expected[t + 3]!);
  });

  it('cannot be read from bytes of another model, batch size or kind of file', () => {
    const refused = (bytes: Uint8Array, message: string): void => {
      expect(() => stateFromBytes(stream, bytes)).toThrow(FormatError);
      expect(() => stateFromBytes(stream, bytes)).toThrow(`stateFromBytes: "bytes" must ${message}`);
    };
    const model = stacked(I);
    const single = model.stream();
    refused(stateToBytes(single, single.zeroState()), 'contain lstm1.h of shape [2, 5]; received [1, 5]');
    const lstm = new LSTM({ units: 5, inputSize: I }).stream({ batchSize: B });
    refused(stateToBytes(lstm, lstm.zeroState()), 'contain lstm1.h of shape [2, 5]; received no such array');
    const gru = new GRU({ units: 5, inputSize: I }).stream({ batchSize: B });
    expect(() => stateFromBytes(gru, stateToBytes(lstm, lstm.zeroState()))).toThrow(
      'stateFromBytes: "bytes" must contain only the arrays of its layers; received "c"',
    );
    const tiny = new LSTM({ units: 1, inputSize: 1 }).stream();
    const saved = new Uint8Array(stateToBytes(tiny, zeroOf(1)));
    const named = [...'bptt state'].map((character) => character.charCodeAt(0));
    const at = saved.findIndex((_, i) => named.every((code, k) => saved[i + k] === code));
    const renamed = saved.slice();
    renamed[at] = 'B'.charCodeAt(0);
    expect(() => stateFromBytes(tiny, renamed)).toThrow(
      'stateFromBytes: "bytes" must be a state saved by stateToBytes; received format "Bptt state"',
    );
    refused(saved.subarray(0, 20), 'have a header');
  });

  it('may be held in views, in an ndarray, or in another float type', () => {
    const lstm = scrambled(new LSTM({ units: 3 }), I).stream({ batchSize: B });
    const both = zeros([B, 6]);
    const views = { h: both.hi(B, 3), c: both.lo(0, 3).step(1, -1) };
    const wide = { h: zeros([3, B], { dtype: 'float64' }).T, c: zeros([B, 3]) };
    const object = { h: { data: new Float32Array(6), shape: [B, 3], stride: [3, 1], offset: 0 }, c: zeros([B, 3]) };
    const expected = lstm.zeroState();
    stepThrough(lstm, x, expected);
    for (const state of [views, wide, object as unknown as State<'h' | 'c'>]) {
      stepThrough(lstm, x, state);
      for (const name of ['h', 'c'] as const) expectBits([...elements(state[name])], [...elements(expected[name])]);
    }
  });

  it('does not change if your own cell throws in the middle of a step', () => {
    const layer = new RNN({ cell: new BrokenCell({ units: 2, inputSize: I }) });
    const broken = layer.stream();
    const state = { h: tensor([[1, 2]]) };
    expect(() => broken.step(zeros([1, I]), state)).toThrow('broken');
    expect(state.h.toArray()).toEqual([[1, 2]]);
  });
});

function zeroOf(units: number): State<'h' | 'c'> {
  return { h: zeros([1, units]), c: zeros([1, units]) };
}

function elements({ data, shape, stride, offset }: Tensor): number[] {
  return new Tensor({ data }, shape, stride, offset).copy().data as unknown as number[];
}

class BrokenCell extends Cell<'h'> {
  readonly kind = 'BrokenCell';
  readonly gates = ['hidden'] as const;
  readonly states = ['h'] as const;
  constructor(options: CellOptions) {
    super('BrokenCell', options);
  }
  forwardStep(): void {
    throw new Error('broken');
  }
  backwardStep(): void {}
}

describe('the input of a step', () => {
  const layer = scrambled(new GRU({ units: I }), I);
  const gru = layer.stream();
  const row = [1, -2, 4];
  const [shape, stride, offset] = [[1, I], [I, 1], 0];
  const constant = new Tensor({ data: Float32Array.of(3) }, [1, I], [0, 0]);

  it.each([
    ['a plain array', { data: row, shape, stride, offset }, row],
    ['of integers', { data: Int8Array.of(...row), shape, stride, offset }, row],
    ['in float64', tensor([row], { dtype: 'float64' }), row],
    ['a view from the end', tensor([[4, -2, 1]]).step(1, -1), row],
    ['one element for all', constant, [3, 3, 3]],
  ])('may be %s', (_, x, same) => {
    expectBits(gru.step(x, gru.zeroState()), layer.forward(tensor([[same]])));
  });

  it('may be the output of the previous step', () => {
    const [state, copied] = [gru.zeroState(), gru.zeroState()];
    let y = tensor([row]);
    const outputs = [0, 1, 2, 3].map(() => {
      y = gru.step(y, state);
      return y.copy();
    });
    outputs.reduce(
      (input, output) => {
        expectBits(gru.step(input, copied), output);
        return output;
      },
      tensor([row]),
    );
    expectSameArrays(state, copied);
  });
});
