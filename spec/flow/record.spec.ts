import { fc, test } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { timeSlice } from '../../lib/engine/signal.ts';
import { recordFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  type Batch,
  type Callbacks,
  type Chunk,
  type CompileOptions,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  type NetworkState,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const [B, I, O] = [2, 3, 2];

function compiled(kind: typeof LSTM | typeof GRU, options: Partial<CompileOptions> = {}): Sequential {
  const layers = [new kind({ units: 4, returnSequences: true }), new Dense({ units: O })];
  const model = new Sequential(layers, { inputSize: I, seed: 4 });
  return model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new MeanSquaredError(), ...options });
}

/** Chunks of one long sequence. */
function chunksOf(lengths: readonly number[]): { readonly x: Tensor; readonly chunks: readonly Chunk[] } {
  const T = lengths.reduce((a, b) => a + b);
  const [x, y] = [randomNormal([B, T, I], { seed: 1 }), randomNormal([B, T, O], { seed: 2 })];
  let to = 0;
  const chunks = lengths.map((length): Chunk => {
    to += length;
    return [timeSlice(x, to - length, to), timeSlice(y, to - length, to)];
  });
  return { x, chunks };
}

/** A state that differs from zeros. */
function stateOf(model: Sequential): NetworkState {
  const state = model.stream({ batchSize: B }).zeroState();
  for (const arrays of Object.values(state)) for (const array of Object.values(arrays)) array.data.fill(0.5);
  return state;
}

function expectSameState(state: NetworkState, expected: NetworkState): void {
  for (const [layer, arrays] of Object.entries(expected)) {
    for (const [name, array] of Object.entries(arrays)) expectBits(state[layer]![name]!, array, `${layer}.${name}: `);
  }
}

const kinds = fc.constantFrom(LSTM, GRU);
const size = fc.integer({ min: 1, max: 4 });

describe('a flow recorded in fitStream', () => {
  // Losses are summed segment by segment, so bits agree only if the segments of flow and step begin at the same steps.
  const drawn = fc.record({
    kind: kinds,
    segment: size,
    segments: size,
    more: fc.nat(6),
    chunks: size,
    divided: fc.boolean(),
    given: fc.boolean(),
  });

  test.prop([drawn])('has the loss of the step that follows, bit for bit', async (drawn) => {
    const { kind, segment, segments, more, chunks, divided, given } = drawn;
    const every = segment * segments;
    const options = { truncate: { every, back: every + segment * more }, ...(divided && { checkpoint: segment }) };
    const model = compiled(kind, options);
    const recorder = recordFlow(model, { every: 1 });
    const losses: number[] = [];
    await model.fitStream(chunksOf(new Array(chunks).fill(every)).chunks, {
      ...(given && { state: stateOf(model) }),
      callbacks: [recorder, { onBatchEnd: ({ loss }) => void losses.push(loss) }],
    });
    expect(recorder.records.map(({ flow }) => flow.loss)).toEqual(losses);
  });

  it('changes no bit of the training, and sees the parameters of the step', async () => {
    const options = () => ({ optimizer: new Adam({ learningRate: 0.01 }), truncate: { every: 3, back: 8 } });
    const { chunks } = chunksOf([3, 3, 3, 2, 3]);
    const [model, twin] = [compiled(LSTM, options()), compiled(LSTM, options())];
    const recorder = recordFlow(model, { every: 2 });
    const losses: number[] = [];
    const [state, expected] = [stateOf(model), stateOf(twin)];
    const look: Callbacks = { onBatchEnd: ({ loss }) => void losses.push(loss) };
    const history = await model.fitStream(chunks, { state, callbacks: [recorder, look] });
    expect(history).toEqual(await twin.fitStream(chunks, { state: expected }));
    for (const { name, value } of model.parameters) expectBits(value, twin.parameters.get(name).value, name);
    expectSameState(state, expected);
    expect(recorder.records.map(({ flow }) => flow.loss)).toEqual([0, 2, 4].map((step) => losses[step]));
  });
});

describe('the state of a batch', () => {
  const drawn = fc.record({
    kind: kinds,
    every: size,
    more: fc.nat(8),
    lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  });

  test.prop([drawn])('is that after all chunks before it, whenever it is read', async (drawn) => {
    const { kind, every, more, lengths } = drawn;
    const model = compiled(kind, { truncate: { every, back: every + more } });
    const { x, chunks } = chunksOf(lengths);
    const read: NetworkState[] = [];
    const batches: Batch[] = [];
    await model.fitStream(chunks, {
      state: stateOf(model),
      callbacks: [
        {
          onBatchBegin(batch) {
            batches.push(batch);
            read.push(batch.state!);
          },
        },
      ],
    });
    const later: Batch[] = [];
    await model.fitStream(chunks, {
      state: stateOf(model),
      callbacks: [{ onBatchBegin: (batch) => void later.push(batch) }],
    });
    const expected = stateOf(model);
    let from = 0;
    for (const [k, length] of lengths.entries()) {
      for (const state of [read[k]!, batches[k]!.state!, later[k]!.state!]) expectSameState(state, expected);
      model.trainer.states.advance('spec', timeSlice(x, from, from + length), expected);
      from += length;
    }
  });
});
