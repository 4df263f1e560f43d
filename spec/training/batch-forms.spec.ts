import { describe, expect, it } from '@jest/globals';
import {
  BpttError,
  Dense,
  type GivenBatch,
  GRU,
  MAE,
  MeanSquaredError,
  Sequential,
  SGD,
  tensor,
} from '../../lib/index.ts';

const X = [[[1, 2]], [[3, 4]]];
const Y = [[1], [2]];

function model(): Sequential {
  const net = new Sequential([new GRU({ units: 2 }), new Dense({ units: 1 })], { inputSize: 2 });
  return net.build().compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
}

function* once(): Generator<GivenBatch> {
  yield [X, Y];
}

describe('an iterable without batches', () => {
  const reason = 'must yield at least one batch';

  it('is refused as validation data, also when a generator has run before', async () => {
    await expect(model().fit(X, Y, { validationData: [].values() })).rejects.toThrow(`"validationData" ${reason}`);
    const twice = model().fit(X, Y, { epochs: 2, validationData: once() });
    await expect(twice).rejects.toThrow(`"validationData" ${reason}`);
    const { epochs } = await model().fit(X, Y, { epochs: 2, validationData: once });
    expect(epochs[1]!.validationLoss).toBeGreaterThan(0);
  });

  it('is refused by evaluate, asynchronous or not', async () => {
    expect(() => model().evaluate([].values())).toThrow(`"batches" ${reason}`);
    const none = (async function* (): AsyncGenerator<GivenBatch> {})();
    await expect(model().evaluate(none)).rejects.toThrow(`"batches" ${reason}`);
  });
});

describe('a generator without annotations', () => {
  function* pairs() {
    for (let k = 1; k < 4; k++)
      yield [
        [[[k, 1]], [[2, 0]]],
        [[0], [k]],
      ];
  }
  function* weighted() {
    yield [tensor(X), tensor(Y), { sampleWeights: [1, 2] }];
  }
  async function* slow() {
    yield* pairs();
  }

  it('yields the batches of those with one', async () => {
    const annotated = (): Iterable<GivenBatch> => pairs() as unknown as Iterable<GivenBatch>;
    const expected = (await model().fit(annotated, { epochs: 2, validationData: annotated })).epochs;
    expect((await model().fit(pairs, { epochs: 2, validationData: pairs })).epochs).toEqual(expected);
    expect((await model().fit(slow, { epochs: 2, validationData: slow })).epochs).toEqual(expected);
    expect(model().evaluate(pairs()).loss).toBe(model().evaluate(annotated).loss);
    expect((await model().evaluate(slow())).loss).toBe(model().evaluate(pairs).loss);
    expect((await model().fit(weighted)).epochs[0]!.loss).toBeGreaterThan(0);
  });

  it('is refused by the compiler for anything else', async () => {
    function* words() {
      yield ['a', 'b'];
    }
    function* inputs() {
      yield tensor([[[1]]]);
    }
    function* misspelt() {
      yield [[[[1]]], [[1]], { sampleWeight: [1] }];
    }
    function* alone() {
      yield [[[[1]]]] as const;
    }
    const refused = [
      // @ts-expect-error: no numbers
      () => model().fit(words),
      // @ts-expect-error: no pairs
      () => model().fit(inputs),
      // @ts-expect-error: no such option
      () => model().fit(misspelt()),
      // @ts-expect-error: no targets
      () => model().fit(alone),
      // @ts-expect-error: no targets
      () => model().fit(() => [[[[[1]]]]]),
      // @ts-expect-error: an array of batches
      () => model().fit([[X, Y]]),
    ];
    for (const call of refused) await expect(call()).rejects.toThrow(BpttError);
  });
});

describe('data in a wrong form', () => {
  it('says how to pass a list of batches', async () => {
    const reason = '"y" must be the targets of an array of rows';
    const list: GivenBatch[] = [[X, Y]];
    // @ts-expect-error: an array
    await expect(model().fit(list)).rejects.toThrow(/pass \(\) => list/);
    // @ts-expect-error: an array
    await expect(model().fit(list, { epochs: 2 })).rejects.toThrow(reason);
    // @ts-expect-error: an array
    expect(() => model().evaluate(list)).toThrow(reason);
    expect(model().evaluate(() => list).loss).toBeGreaterThan(0);
  });

  it('says that metrics have names', () => {
    const metrics = new MAE() as never;
    expect(() => model().evaluate(X, Y, { metrics })).toThrow('"metrics" must be an object of metrics');
  });

  it('gives errors of the library for arrays that cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable([[1]], {});
    revoke();
    expect(() => model().trainStep(proxy as never, tensor(Y))).toThrow('Sequential.trainStep: "x"');
  });

  it('takes a function that returns batches in predict', () => {
    const outputs = [...model().predict(() => [X, tensor([[[1, 2]]])])];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });
});
