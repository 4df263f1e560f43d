import { describe, expect, it } from '@jest/globals';
import { Dense, type GivenBatch, GRU, MAE, MeanSquaredError, Sequential, SGD, tensor } from '../../lib/index.ts';

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

describe('data in a wrong form', () => {
  it('says how to pass a list of batches', async () => {
    const reason = '"y" must be the targets of an array of rows';
    const list: GivenBatch[] = [[X, Y]];
    await expect(model().fit(list)).rejects.toThrow(/pass \(\) => list/);
    await expect(model().fit(list, { epochs: 2 })).rejects.toThrow(reason);
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
