import { describe, expect, it } from '@jest/globals';
import { gradientFlow, recordFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  type Batch,
  Dense,
  GRU,
  LSTM,
  MeanSquaredError,
  RNN,
  randomNormal,
  Sequential,
  SimpleRNN,
  StateError,
} from '../../lib/index.ts';
import type { ParameterRun } from '../../lib/parameters/parameter-run.ts';
import { expectBits } from '../support/bits.ts';
import { PlainCell } from '../support/flow.ts';

const x = randomNormal([10, 6, 3], { seed: 1 });
const y = randomNormal([10, 2], { seed: 2 });

function compiled() {
  const optimizer = new Adam({ learningRate: 0.01, amsgrad: true });
  const layers = [
    new GRU({ units: 4, returnSequences: true }),
    new RNN({ cell: new PlainCell({ units: 3 }), returnSequences: true }),
    new SimpleRNN({ units: 5, returnSequences: true }),
    new LSTM({ units: 4 }),
    new Dense({ units: 2 }),
  ];
  const model = new Sequential(layers);
  model.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 0.5 } });
  return { model, optimizer };
}

const everything = { jacobians: 'triangle', rows: [0, 1], keepJacobians: true } as const;

describe('measuring', () => {
  it('leaves parameters, gradients, the optimizer and the count of steps as they were, at any time', () => {
    const { model, optimizer } = compiled();
    gradientFlow(model, x, y, everything); // before the optimizer has any state
    expect(optimizer.iterations).toBe(0);
    const twin = compiled();
    for (let k = 0; k < 4; k++) {
      expect(model.trainStep(x, y)).toEqual(twin.model.trainStep(x, y));
      const { arena, runs } = model.parameters;
      const [{ at, gradientsAt, size }] = runs as [ParameterRun];
      const before = [arena.data.slice(at, at + size), arena.data.slice(gradientsAt, gradientsAt + size)];
      gradientFlow(model, x, y, everything);
      const after = [arena.data.slice(at, at + size), arena.data.slice(gradientsAt, gradientsAt + size)];
      expect(after.map((a) => Buffer.from(a.buffer))).toEqual(before.map((b) => Buffer.from(b.buffer)));
      expect(optimizer.iterations).toBe(k + 1);
    }
    for (const { name, value } of model.parameters) expectBits(value, twin.model.parameters.get(name).value, name);
  });

  it('during fit changes no bit of it', async () => {
    const options = { epochs: 3, batchSize: 4, seed: 5 };
    const { model } = compiled();
    const recorder = recordFlow(model, { every: 2, keep: 3, jacobians: 'last', rows: [0, 3] });
    const history = await model.fit(x, y, { ...options, callbacks: [recorder] });
    const twin = compiled();
    expect(history).toEqual(await twin.model.fit(x, y, options));
    for (const { name, value } of model.parameters) expectBits(value, twin.model.parameters.get(name).value, name);
    expect(recorder.records.map(({ step }) => step)).toEqual([4, 6, 8]);
    const norms = recorder.records.map(({ flow }) => flow.layers[0]!.jacobians.h!.length);
    expect(norms).toEqual([14, 14, 7]); // step 8 is a batch of two rows
  });

  it('ends the pass that was pending, and leaves streams as they are', () => {
    const { model } = compiled();
    const out = model.forward(x);
    const stream = model.stream({ batchSize: 10 });
    const state = stream.zeroState();
    const first = stream.step(x.pick(null, 0), state).copy();
    gradientFlow(model, x, y, everything);
    expect(() => model.backward(out)).toThrow(StateError);
    expectBits(stream.step(x.pick(null, 0), stream.zeroState()).copy(), first, 'stream');
  });

  it('sees the loss and the norm of the step that follows', async () => {
    const { model } = compiled();
    const recorder = recordFlow(model, { every: 1 });
    const seen: [number, number][] = [];
    const batches: Batch[] = [];
    const look = {
      onBatchBegin: (batch: Batch) => void batches.push(batch),
      onBatchEnd: ({ loss, gradientNorm }: { loss: number; gradientNorm: number }) =>
        void seen.push([loss, gradientNorm]),
    };
    await model.fit(x, y, { epochs: 2, batchSize: 4, callbacks: [recorder, look] });
    expect(recorder.records.map(({ flow }) => [flow.loss, flow.gradientNorm])).toEqual(seen);
    expect(batches.map(({ step, steps, epoch, batch, x }) => [step, steps, epoch, batch, x.shape[0]])).toEqual([
      [0, 6, 0, 0, 4],
      [1, 6, 0, 1, 4],
      [2, 6, 0, 2, 2],
      [3, 6, 1, 0, 4],
      [4, 6, 1, 1, 4],
      [5, 6, 1, 2, 2],
    ]);
  });
});
