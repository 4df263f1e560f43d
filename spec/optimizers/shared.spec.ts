// One optimizer of several compiled models: each has the bits of an optimizer of its own.

import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adam,
  type BatchLog,
  BinaryCrossEntropy,
  Checkpoint,
  cosineDecay,
  Dense,
  EncoderDecoder,
  GRU,
  Lion,
  MeanSquaredError,
  NAdam,
  type Optimizer,
  RMSprop,
  randomNormal,
  randomUniform,
  rateRangeTest,
  Sequential,
  SGD,
  StateError,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';

const loss = new MeanSquaredError();
const [x, y] = [randomNormal([6, 3, 2], { seed: 1 }), randomNormal([6, 1], { seed: 2 })];
const newModel = (k: number): Sequential =>
  new Sequential([new GRU({ units: 2 + k }), new Dense({ units: 1 })], { seed: k });
const weights = (model: Sequential): Tensor[] => [...model.parameters].map(({ value }) => value.copy());

function expectSame(models: readonly Sequential[], twins: readonly Sequential[]): void {
  for (const [k, model] of models.entries()) {
    if (!twins[k]!.built) continue;
    for (const [i, value] of weights(twins[k]!).entries()) expectBits(weights(model)[i]!, value);
  }
}

const groups = [
  { parameters: /recurrentKernel$/, frozen: true },
  { parameters: 'dense1', learningRate: cosineDecay(0.1, { steps: 9, end: 0.01 }) },
];
const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  SGD: () => new SGD({ momentum: 0.9, learningRate: 0.05, dampening: 0.1 }),
  Adam: () => new Adam({ learningRate: 0.02, l2: 0.01 }),
  'Adam with a schedule': () => new Adam({ learningRate: (k) => 0.05 / (1 + k) }),
  'Adam with groups': () => new Adam({ learningRate: 0.02, groups }),
  NAdam: () => new NAdam({ learningRate: 0.02 }),
  RMSprop: () => new RMSprop({ learningRate: 0.02, centered: true }),
  Lion: () => new Lion({ learningRate: 0.01 }),
};

const OPERATIONS = ['trainStep', 'by hand', 'another optimizer', 'preview', 'rate range test', 'fit'] as const;
type Operation = (typeof OPERATIONS)[number];

function byHand(model: Sequential, optimizer: Optimizer): void {
  model.build(2);
  model.parameters.zeroGradients();
  model.backward(loss.evaluate(model.forward(x), y).gradient);
  optimizer.step(model.parameters);
}

async function operate(operation: Operation, model: Sequential, optimizer: Optimizer): Promise<void> {
  if (operation === 'trainStep') model.trainStep(x, y);
  // A model that was not built when it was compiled is known to its optimizer after a step of its own.
  else if (operation === 'by hand') model.built ? byHand(model, optimizer) : model.trainStep(x, y);
  else if (operation === 'preview') gradientFlow(model, x, y);
  else if (operation === 'fit') await model.fit(x, y, { epochs: 1, batchSize: 4, seed: 3 });
  else if (operation === 'another optimizer') {
    model.compile({ optimizer: new SGD({ momentum: 0.5 }), loss }).trainStep(x, y);
    model.compile({ optimizer, loss });
  } else if (optimizer.schedule === undefined) await rateRangeTest(model.build(2), x, y, { steps: 3, batchSize: 4 });
}

describe('an optimizer that several models share', () => {
  const drawn = fc.record({
    kind: fc.constantFrom(...Object.keys(OPTIMIZERS)),
    built: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    operations: fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...OPERATIONS)), { maxLength: 12 }),
  });

  ptest.prop([drawn], { numRuns: 30 })(
    'has the bits of one optimizer for each',
    async ({ kind, built, operations }) => {
      const make = OPTIMIZERS[kind]!;
      const shared = make();
      const [models, twins] = [[0, 1, 2].map(newModel), [0, 1, 2].map(newModel)];
      const own = twins.map(make);
      for (const k of [0, 1, 2]) {
        if (built[k]) for (const each of [models[k]!, twins[k]!]) each.build(2);
        models[k]!.compile({ optimizer: shared, loss });
        twins[k]!.compile({ optimizer: own[k]!, loss });
      }
      for (const [k, operation] of operations) {
        await operate(operation, models[k]!, shared);
        await operate(operation, twins[k]!, own[k]!);
        if (operation === 'trainStep' || operation === 'fit') {
          expect([shared.iterations, shared.learningRate]).toEqual([own[k]!.iterations, own[k]!.learningRate]);
        }
        expectSame(models, twins);
      }
    },
  );

  it('trains a generator and a discriminator', () => {
    const [noise, real] = [randomUniform([8, 3], { seed: 1 }), randomNormal([8, 2], { seed: 2 })];
    const entropy = new BinaryCrossEntropy();
    const run = (optimizers: readonly [Optimizer, Optimizer]): Sequential[] => {
      const G = new Sequential([new Dense({ units: 4, activation: 'tanh' }), new Dense({ units: 2 })], { seed: 1 });
      const D = new Sequential([new Dense({ units: 4, activation: 'tanh' }), new Dense({ units: 1 })], { seed: 2 });
      G.build(3).compile({ optimizer: optimizers[0], loss: new MeanSquaredError() });
      D.build(2).compile({ optimizer: optimizers[1], loss: entropy });
      for (let step = 0; step < 20; step++) {
        D.trainStep(real, tensor(Array.from({ length: 8 }, () => [1])));
        D.trainStep(G.predict(noise), zeros([8, 1]));
        const fake = G.forward(noise);
        for (const { parameters } of [G, D]) parameters.zeroGradients();
        const { gradient } = entropy.evaluate(D.forward(fake), tensor(Array.from({ length: 8 }, () => [1])));
        G.backward(D.backward(gradient).dx!);
        optimizers[0].step(G.parameters);
      }
      return [G, D];
    };
    const one = new Adam({ learningRate: 0.01 });
    const models = run([one, one]);
    const own = [new Adam({ learningRate: 0.01 }), new Adam({ learningRate: 0.01 })] as const;
    expectSame(models, run(own));
    expect(own.map(({ iterations }) => iterations)).toEqual([20, 40]);
  });

  it('tells the rate of the model that is trained, also between steps of another', async () => {
    const schedule = (k: number): number => 0.1 / (1 + k);
    const optimizer = new Adam({ learningRate: schedule });
    const [a, b] = [newModel(0), newModel(1)];
    for (const each of [a, b]) each.compile({ optimizer, loss });
    for (let k = 0; k < 3; k++) a.trainStep(x, y);
    const rates: number[] = [];
    const onBatchEnd = ({ learningRate }: BatchLog): void => {
      rates.push(learningRate, optimizer.learningRate);
      a.trainStep(x, y);
    };
    const { epochs } = await b.fit(x, y, { epochs: 2, batchSize: 3, callbacks: [{ onBatchEnd }] });
    expect(rates).toEqual([0, 1, 2, 3].flatMap((k) => [schedule(k), schedule(k + 1)]));
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([schedule(1), schedule(3)]);
    expect(optimizer.iterations).toBe(7); // of a
  });

  it('shares the rate, also when it is set', () => {
    const optimizer = new SGD({ learningRate: 0.1 });
    const [a, b] = [newModel(0), newModel(1)];
    for (const each of [a, b]) each.compile({ optimizer, loss }).trainStep(x, y);
    optimizer.learningRate = 0;
    const before = [a, b].map(weights);
    for (const each of [a, b]) each.trainStep(x, y);
    for (const [k, each] of [a, b].entries()) {
      for (const [i, value] of weights(each).entries()) expectBits(value, before[k]![i]!);
    }
  });

  it.each([0, 1])('goes on from a checkpoint of each model, and leaves the other as it is: %i', async (cut) => {
    const run = async (resume: Uint8Array | undefined, save: (bytes: Uint8Array) => void): Promise<Sequential[]> => {
      const optimizer = new Adam({ learningRate: (k) => 0.05 / (1 + k) });
      const models = [newModel(0), newModel(1)].map((each) => each.compile({ optimizer, loss }));
      await models[1]!.fit(x, y, { epochs: 2, batchSize: 2 });
      const fit = models[0]!.fit(x, y, { epochs: 4, batchSize: 4, callbacks: [new Checkpoint({ save, resume })] });
      await fit;
      models[1]!.trainStep(x, y);
      models[0]!.trainStep(x, y);
      return models;
    };
    const saved: Uint8Array[] = [];
    const whole = await run(undefined, (bytes) => saved.push(bytes));
    expectSame(await run(saved[cut]!, () => {}), whole);
  });

  it('moves out for one model and stays for the other', () => {
    const [one, own] = [new Adam(), [new Adam(), new Adam()] as const];
    const [models, twins] = [
      [newModel(0), newModel(1)],
      [newModel(0), newModel(1)],
    ];
    models.forEach((each) => void each.compile({ optimizer: one, loss }).trainStep(x, y));
    twins.forEach((each, k) => void each.compile({ optimizer: own[k]!, loss }).trainStep(x, y));
    for (const list of [models, twins]) list[0]!.compile({ optimizer: new SGD(), loss });
    const rooms = [models, twins].map((list) => list.map(({ parameters }) => parameters.arena.usage.optimizer));
    expect(rooms[0]).toEqual(rooms[1]);
    expect(rooms[0]![0]).toBeLessThan(rooms[0]![1]!);
  });

  it('trains an encoder and decoder beside a model', () => {
    const pair = (): EncoderDecoder =>
      new EncoderDecoder({
        encoder: [new GRU({ units: 3 })],
        decoder: [new GRU({ units: 3, returnSequences: true }), new Dense({ units: 2 })],
        seed: 4,
      });
    const [source, target] = [randomNormal([2, 4, 2], { seed: 1 }), randomNormal([2, 3, 2], { seed: 2 })];
    const run = (a: Optimizer, b: Optimizer): unknown[] => {
      const [first, second] = [pair().compile({ optimizer: a, loss }), newModel(1).compile({ optimizer: b, loss })];
      const losses = [0, 1, 2].flatMap(() => [first.trainStep(source, target).loss, second.trainStep(x, y).loss]);
      return [...losses, ...[...first.parameters].map(({ value }) => value.toArray())];
    };
    const one = new Adam();
    expect(run(one, one)).toEqual(run(new Adam(), new Adam()));
  });

  it('refuses parameters that no compiled model has, and models after steps by hand', () => {
    const optimizer = new Adam();
    const [a, b, c] = [newModel(0).build(2), newModel(1).build(2), newModel(2).build(2)];
    for (const each of [a, b]) each.compile({ optimizer, loss });
    for (const list of [c.parameters, a.parameters.within('gru1.'), [a.parameters, b.parameters]]) {
      expect(() => optimizer.step(list)).toThrow('"parameters" must be those of the first step');
    }
    expect(optimizer.iterations).toBe(0);
    const joint = new Adam();
    joint.step([a.parameters, b.parameters]);
    expect(() => a.compile({ optimizer: joint, loss })).toThrow(StateError);
    const alone = new Adam();
    alone.step(c.parameters);
    expect(() => a.compile({ optimizer: alone, loss })).toThrow('"optimizer" must be new, or belong to this model');
    c.compile({ optimizer: alone, loss }).trainStep(x, y); // its own
    a.compile({ optimizer: alone, loss }).trainStep(x, y); // now it is an optimizer of compiled models
    expect(alone.iterations).toBe(1);
    c.trainStep(x, y);
    expect(alone.iterations).toBe(3);
  });
});
