import { fc, it as ptest } from '@fast-check/jest';
import { describe, expect, it, jest } from '@jest/globals';
import {
  Dense,
  Embedding,
  type GenerateOptions,
  GRU,
  generate,
  LSTM,
  Masking,
  oneHot,
  Sequential,
  StateError,
  sample,
  tensor,
} from '../../lib/index.ts';

const V = 6;
const models = {
  'one-hot rows': () =>
    new Sequential([new LSTM({ units: 9, returnSequences: true }), new GRU({ units: 5 }), new Dense({ units: V })], {
      inputSize: V,
      seed: 3,
    }),
  indices: () =>
    new Sequential(
      [
        new Embedding({ inputDim: V, outputDim: 3 }),
        new GRU({ units: 7, trainInitialState: true }),
        new Dense({ units: V }),
      ],
      { seed: 4 },
    ),
};
type Reads = keyof typeof models;
const made = Object.fromEntries(Object.entries(models).map(([name, make]) => [name, strong(make())]));

/** A model whose distributions differ much from each other. */
function strong(model: Sequential): Sequential {
  model.build(model.inputSize ?? 1);
  for (const { value } of model.parameters) for (let k = 0; k < value.size; k++) value.data[value.offset + k]! *= 4;
  const { parameters } = model;
  for (const { name, value } of parameters)
    if (name.endsWith('initialH')) value.data.fill(0.7, value.offset, value.offset + value.size);
  return model;
}

/** Class numbers as the model reads them, [1, T] or [1, T, V]. */
const inputOf = (model: Sequential, classes: readonly number[]) =>
  model.indexCount > 0 ? tensor([classes]) : oneHot([classes], V);

/** Generates by whole predictions of the growing sequence. */
function byPredictions(
  model: Sequential,
  prompt: readonly number[],
  { steps, seed = 0, firstRow = 0, stop = [], ...sampling }: GenerateOptions,
): number[] {
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const logits = model.predict(inputOf(model, [...prompt, ...found]));
    const next = sample(logits, { ...sampling, seed, firstRow, step }).toArray() as number[];
    found.push(next[0]!);
    if ([stop].flat().includes(next[0]!)) break;
  }
  return found;
}

const classes = fc.array(fc.nat({ max: V - 1 }), { minLength: 1, maxLength: 5 });
const options = fc.record({
  steps: fc.integer({ min: 1, max: 12 }),
  temperature: fc.constantFrom(0.5, 1, 2),
  topK: fc.constantFrom(1, 3, V),
  topP: fc.constantFrom(0.5, 1),
  seed: fc.nat({ max: 99 }),
  stop: fc.constantFrom<number | number[]>([], 2, [0, 5]),
});
const reads = fc.constantFrom<Reads>('one-hot rows', 'indices');

describe('generate', () => {
  ptest.prop([reads, classes, options], { numRuns: 40 })(
    'samples the predictions for the sequence so far, to the bit',
    (kind, prompt, given) => {
      const model = made[kind]!;
      expect([...generate(model, prompt, given)]).toEqual(byPredictions(model, prompt, given));
    },
  );

  ptest.prop([reads, fc.array(classes, { minLength: 1, maxLength: 4 }), options, fc.nat({ max: 9 })], { numRuns: 40 })(
    'generates several sequences at once as one at a time, to the bit',
    (kind, prompts, given, firstRow) => {
      const model = made[kind]!;
      const together = [...generate(model, prompts, { ...given, firstRow })];
      const alone = prompts.map((prompt, b) => [...generate(model, prompt, { ...given, firstRow: firstRow + b })]);
      expect(together.length).toBe(Math.max(...alone.map(({ length }) => length)));
      for (const [b, each] of alone.entries()) {
        expect(together.map((drawn) => drawn[b])).toEqual(Array.from(together, (_, t) => each[t] ?? -1));
      }
    },
  );

  it.each(['one-hot rows', 'indices'] as const)('takes arrays, typed arrays and tensors: %s', (kind) => {
    const model = made[kind]!;
    const given = { steps: 6, seed: 1 };
    const expected = [
      ...generate(
        model,
        [
          [1, 2],
          [3, 4],
        ],
        given,
      ),
    ];
    expect([
      ...generate(
        model,
        tensor([
          [1, 2],
          [3, 4],
        ]),
        given,
      ),
    ]).toEqual(expected);
    expect([
      ...generate(
        model,
        tensor([
          [1, 3],
          [2, 4],
        ]).T,
        given,
      ),
    ]).toEqual(expected);
    expect([...generate(model, Uint8Array.of(1, 2), given)]).toEqual(expected.map(([first]) => first));
  });

  it('takes rows of features for a model that reads rows', () => {
    const model = made['one-hot rows']!;
    const given = { steps: 6, seed: 1 };
    const expected = [...generate(model, [[1, 2, 5], [3]], given)];
    expect([...generate(model, [oneHot([1, 2, 5], V), oneHot([3], V)], given)]).toEqual(expected);
    const equal = [
      [1, 2],
      [0, 3],
    ];
    expect([...generate(model, oneHot(equal, V), given)]).toEqual([...generate(model, equal, given)]);
    const soft = tensor([[[0.5, 0.5, 0, 0, 0, 0]]]);
    expect([...generate(model, soft, { steps: 1, topK: 1 })]).toEqual([
      [sample(model.predict(soft), { topK: 1 }).get(0)],
    ]);
  });

  it('iterates again from the prompt, in one go or with pauses', async () => {
    const generation = generate(made.indices!, [1], { steps: 30, seed: 2, temperature: 2 });
    const first = [...generation];
    expect(first).toHaveLength(30);
    for (const c of generation) {
      expect(c).toBe(first[0]);
      break;
    }
    const again: number[] = [];
    for await (const c of generation) again.push(c);
    expect(again).toEqual(first);
    const iterator = generation[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: first[0] });
    expect(await iterator.return!()).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('gives the same classes while another iteration of the model runs', () => {
    const model = made.indices!;
    const alone = [...generate(model, [1], { steps: 8, seed: 5, temperature: 2 })];
    const [a, b] = [5, 6].map((seed) => generate(model, [1], { steps: 8, seed, temperature: 2 })[Symbol.iterator]());
    const found = alone.map(() => [a!.next().value, b!.next().value][0]);
    expect(found).toEqual(alone);
  });

  it('lets other tasks run in for await, and ends by a signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 5);
    let count = 0;
    const endless = async () => {
      for await (const _ of generate(made.indices!, [1], { steps: 20_000, signal: controller.signal })) count++;
    };
    await expect(endless()).rejects.toBe(reason);
    expect(count).toBeGreaterThan(0);
    expect(() => [...generate(made.indices!, [1], { steps: 2, signal: controller.signal })]).toThrow(reason);
  });

  it('lets other tasks run while it reads a long prompt', async () => {
    let [now, turns] = [1e6, 0];
    jest.spyOn(Date, 'now').mockImplementation(() => now++);
    jest.spyOn(globalThis, 'setImmediate').mockImplementation(((task: () => void) => {
      turns++;
      queueMicrotask(task);
    }) as never);
    const prompt = Array.from({ length: 200 }, (_, t) => t % V);
    const iterator = generate(made.indices!, prompt, { steps: 1 })[Symbol.asyncIterator]();
    await iterator.next();
    jest.restoreAllMocks();
    expect(turns).toBe(6); // of 29 time steps each, where the clock advances by 1 ms for each
  });

  it('pads prompts of differing lengths with index 0 for an Embedding that masks it', () => {
    const layers = [
      new Embedding({ inputDim: V, outputDim: 3, maskZero: true }),
      new GRU({ units: 7 }),
      new Dense({ units: V }),
    ];
    const model = strong(new Sequential(layers));
    const given = { steps: 5, topK: 1 };
    const together = [...generate(model, [[1, 2, 3], [4]], given)];
    expect(together.map(([first]) => first)).toEqual([...generate(model, [1, 2, 3], given)]);
    expect(together.map(([, second]) => second)).toEqual([...generate(model, [4], given)]);
  });

  it('takes equal lengths for a model that begins with Masking', () => {
    const model = new Sequential([new Masking({ maskValue: -1 }), new GRU({ units: 7 }), new Dense({ units: V })], {
      inputSize: V,
    }).build();
    expect([
      ...generate(
        model,
        [
          [1, 2],
          [3, 4],
        ],
        { steps: 2 },
      ),
    ]).toHaveLength(2);
    expect(() => generate(model, [[1, 2], [3]], { steps: 2 })).toThrow('sequences of one length');
  });

  it('throws for outputs that are not numbers', () => {
    const model = models.indices().build(1);
    model.parameters.get('dense1.bias').value.set(2, Number.NaN);
    const iterator = generate(model, [1], { steps: 2 })[Symbol.iterator]();
    expect(() => iterator.next()).toThrow(StateError);
  });
});
