import {
  Dense,
  GRU,
  LSTM,
  randomNormal,
  Sequential,
  type Stream,
  stateFromBytes,
  stateToBytes,
} from '../../lib/index.ts';
import { type BadCall, type CallWith, each, notArray, wrongShape } from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';

const [B, I, H] = [2, 3, 4];
const x = randomNormal([B, I], { seed: 1 });

/** A stream that has made a step, with its state. */
function opened<S>(stream: Stream<S>): { stream: Stream<S>; state: S } {
  const state = stream.zeroState();
  stream.step(x, state);
  return { stream, state };
}

const model = new Sequential([new LSTM({ units: H, returnSequences: true }), new GRU({ units: H })], { inputSize: I });
const whole = opened(model.stream({ batchSize: B }));
const layer = opened(new LSTM({ units: H, inputSize: I }).stream({ batchSize: B }));
const dense = opened(new Dense({ units: H, inputSize: I }).stream({ batchSize: B }));
const twins = { whole: whole.stream.copyState(whole.state), layer: layer.stream.copyState(layer.state) };
const [wholeState, layerState] = [whole.state, layer.state];
const array = { data: new Float32Array(B * H), shape: [B, H], stride: [H, 1], offset: 0 };

const pool = new Float32Array(4 * B * H);
const over = (h: Float32Array, hOffset: number, c: Float32Array, cOffset: number) => ({
  h: { ...array, data: h, offset: hOffset },
  c: { ...array, data: c, offset: cOffset },
});

/** What is no array of its own to write to, under a name of a state. */
function notWritable(argument: string, call: CallWith): BadCall[] {
  return [
    ...notArray(argument, call),
    ...wrongShape(argument, call, [B, H]),
    [`${argument} of integers`, argument, () => call({ ...array, data: new Int32Array(B * H) } as never)],
    [`${argument} of plain numbers`, argument, () => call({ ...array, data: Array(B * H).fill(0) } as never)],
    [`${argument} with one element for a row`, argument, () => call({ ...array, stride: [1, 0] } as never)],
    [`${argument} with rows that overlap`, argument, () => call({ ...array, stride: [1, 1] } as never)],
    ...[2n, Symbol('stride')].map((stride): BadCall => {
      return [
        `${argument} with a stride of ${typeof stride}`,
        argument,
        () => call({ ...array, stride: [stride, 1] } as never),
      ];
    }),
    [`${argument} with one row for all`, argument, () => call({ ...array, stride: [0, 1] } as never)],
  ];
}

/** Bad states of all three streams, given to a method. */
function badStates(method: 'step' | 'copyState' | 'stateToBytes'): BadCall[] {
  const callWith =
    ({ stream }: { stream: Stream<never> }): CallWith =>
    (state) =>
      ({
        step: () => stream.step(x, state),
        copyState: () => stream.copyState(state),
        stateToBytes: () => stateToBytes(stream, state),
      })[method]();
  const [onWhole, onLayer, onDense] = [whole, layer, dense].map((each) => callWith(each as never)) as CallWith[];
  const { lstm1, gru1 } = wholeState;
  const none = [undefined, null, 1, 'h', () => layerState];
  return [
    ...each('state', onLayer!, [...none, { ...layerState, z: layerState.h }, wholeState]),
    ...each('state.h', onLayer!, [{}, { c: layerState.c }]),
    ...notWritable('state.h', (h) => onLayer!({ ...layerState, h } as never)),
    ...notWritable('state.c', (c) => onLayer!({ ...layerState, c } as never)),
    ['one array for h and c', 'state.c', () => onLayer!({ h: layerState.h, c: layerState.h } as never)],
    ['h and c in one array, one over the other', 'state.c', () => onLayer!(over(pool, 0, pool, H) as never)],
    ['two views of one buffer', 'state.c', () => onLayer!(over(pool, 0, new Float32Array(pool.buffer), 0) as never)],
    ['views of a buffer that overlap', 'state.c', () => onLayer!(over(pool, 0, pool.subarray(3), 0) as never)],
    ...each('state', onWhole!, [...none, [], { ...wholeState, lstm2: lstm1 }, layerState]),
    ...each('state.lstm1', onWhole!, [{}, { gru1 }, { gru1, lstm1: null }, { gru1, lstm1: { ...lstm1, z: lstm1!.h } }]),
    ...notWritable('state.gru1.h', (h) => onWhole!({ lstm1, gru1: { h } } as never)),
    ['an array of another layer', 'state.gru1.h', () => onWhole!({ lstm1, gru1: { h: lstm1!.c } } as never)],
    ...each('state', onDense!, [...none, layerState, wholeState]),
  ];
}

const notStreams = [undefined, null, 1, 'stream', {}, model, () => layer.stream];

const subjects: Subject[] = [
  {
    of: 'Stream.step',
    calls: [
      ...notArray('x', (bad) => whole.stream.step(bad, wholeState)),
      ...wrongShape('x', (bad) => whole.stream.step(bad, wholeState), [B, I]),
      ...wrongShape('x', (bad) => dense.stream.step(bad, {}), [B, I]),
      ...badStates('step'),
      ...each('mask', (mask) => layer.stream.step(x, layerState, mask), [null, 1, 'ab', {}, [], [true], [1, 1, 1]]),
      ...each('mask[1]', (counts) => layer.stream.step(x, layerState, [true, counts]), [
        ...[undefined, null, 2, -1, 0.5, Number.NaN, 'true'],
      ]),
    ],
  },
  { of: 'Stream.copyState', calls: badStates('copyState') },
  {
    of: 'stateToBytes',
    calls: [...badStates('stateToBytes'), ...each('stream', (bad) => stateToBytes(bad, layerState), notStreams)],
  },
  {
    of: 'stateFromBytes',
    calls: [
      ...each('stream', (bad) => stateFromBytes(bad, new Uint8Array(9)), notStreams),
      ...each('bytes', (bytes) => stateFromBytes(whole.stream, bytes), [
        ...[undefined, null, 1, 'bytes', {}, [1], new ArrayBuffer(9), new Float32Array(9), new Uint8Array(9)],
        ...[stateToBytes(layer.stream, layerState), model.toBytes()],
      ]),
    ],
  },
];

export const streams: Table = {
  subjects,
  watch: () => [
    ...[model.parameters.arena.data, model.parameters.arena.pass, model.parameters.arena.version],
    ...[wholeState.lstm1!.h!.data, wholeState.lstm1!.c!.data, wholeState.gru1!.h!.data],
    ...[layerState.h.data, layerState.c.data],
  ],
  afterwards: () => {
    expectBits(whole.stream.step(x, wholeState).copy(), whole.stream.step(x, twins.whole));
    expectBits(layer.stream.step(x, layerState).copy(), layer.stream.step(x, twins.layer));
  },
};
