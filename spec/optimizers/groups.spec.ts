import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  Adagrad,
  Adam,
  Dense,
  Embedding,
  GRU,
  gradientNorm,
  Lion,
  LSTM,
  MeanSquaredError,
  maxNorm,
  NAdam,
  type Optimizer,
  type OptimizerOptions,
  Parameters,
  RMSprop,
  randomNormal,
  Sequential,
  SGD,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.ts';
import type { ParameterSelector } from '../../lib/parameters/selector.ts';
import { expectBits } from '../support/bits.ts';

type Make = (options: OptimizerOptions & { weightDecay?: number; l2?: number }) => Optimizer;

const KINDS: Readonly<Record<string, Make>> = {
  SGD: (o) => new SGD(o),
  'SGD, momentum': (o) => new SGD({ ...o, momentum: 0.9 }),
  'SGD, dampening': (o) => new SGD({ ...o, momentum: 0.9, dampening: 0.5 }),
  Adam: (o) => new Adam(o),
  'Adam, l2': ({ weightDecay = 0, ...o }) => new Adam({ ...o, l2: weightDecay }),
  RMSprop: (o) => new RMSprop({ ...o, centered: true }),
  Adagrad: (o) => new Adagrad(o),
  NAdam: (o) => new NAdam(o),
  'NAdam, l2': ({ weightDecay = 0, ...o }) => new NAdam({ ...o, l2: weightDecay }),
  Lion: (o) => new Lion(o),
};

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const start = (names: readonly string[]): Parameters =>
  Parameters.of(
    Object.fromEntries(names.map((name, k) => [name, randomNormal([3 + NAMES.indexOf(name)], { seed: k })])),
  );

/** Gradients that depend on the name and the step alone. */
function fill(parameters: Parameters, step: number): void {
  for (const { name, gradient, size } of parameters) {
    gradient.data.set(randomNormal([size], { seed: 10 * step + NAMES.indexOf(name) }).data, gradient.offset);
  }
}

/** Three groups: what they do to the rate and the decay. */
const TREATMENTS = [{ rateFactor: 0.25, decayFactor: 0 }, { rateFactor: 1, decayFactor: 3 }, { frozen: true }] as const;

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const make = KINDS[kind]!;

  /** The group of each name; 3 is none. */
  const groupings = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 });
  ptest.prop([groupings], { numRuns: 30 })('trains each group as an optimizer of its own does', (of) => {
    const all = start(NAMES);
    const rest = { rateFactor: 1, decayFactor: 1 };
    const present = [0, 1, 2].filter((group) => of.includes(group));
    const groups = present.map((group) => ({
      parameters: NAMES.filter((_, k) => of[k] === group),
      ...TREATMENTS[group]!,
    }));
    const optimizer = make({ learningRate: (step) => 0.1 / (step + 1), weightDecay: 0.01, groups });
    const alone = [...TREATMENTS, rest].map((treatment, group) => {
      const { rateFactor: rate, decayFactor: decay } = { ...rest, ...treatment };
      const frozen = 'frozen' in treatment;
      const own = make({ learningRate: (step) => (0.1 / (step + 1)) * rate, weightDecay: 0.01 * decay });
      return { own, frozen, parameters: all.names.filter((_, k) => of[k] === group) };
    });
    const twin = start(NAMES);
    const sets = alone.map(({ parameters }) => twin.filter(({ name }) => parameters.includes(name)));
    for (let step = 0; step < 4; step++) {
      fill(all, step);
      fill(twin, step);
      optimizer.step(all);
      for (const [k, { own, frozen }] of alone.entries()) if (!frozen && sets[k]!.size > 0) own.step(sets[k]!);
    }
    for (const { name, value } of all) expectBits(value, twin.get(name).value);
  });

  it('keeps the bits of what is frozen, and no state for it', () => {
    const model = new Sequential([new LSTM({ units: 5 }), new Dense({ units: 3 })], { inputSize: 2 }).build();
    const optimizer = make({ groups: [{ parameters: 'lstm1', frozen: true }] });
    const plain = make({});
    model.compile({ optimizer, loss: new MeanSquaredError() });
    const before = model.parameters.get('lstm1.kernel').value.copy();
    const recurrent = model.parameters.get('lstm1.recurrentKernel').value.copy();
    for (let k = 0; k < 3; k++) model.trainStep(randomNormal([4, 3, 2], { seed: k }), zeros([4, 3]));
    expectBits(model.parameters.get('lstm1.kernel').value, before);
    expectBits(model.parameters.get('lstm1.recurrentKernel').value, recurrent);
    const { optimizer: bytes } = model.memory({ B: 4, T: 3 });
    expect(bytes).toBe((plain.slotsToClaim() ?? 0) * 20 * 4); // 5·3 + 3, rounded up
  });
});

const model = (): Sequential =>
  new Sequential([new LSTM({ units: 2, returnSequences: true }), new GRU({ units: 2 }), new Dense({ units: 1 })], {
    inputSize: 3,
  }).build();

/** Which parameters a selector freezes. */
function frozenBy(parameters: ParameterSelector): string[] {
  const { parameters: all } = model();
  const optimizer = new SGD({ groups: [{ parameters, frozen: true }] });
  const trained = optimizer.trained(all).names;
  return all.names.filter((name) => !trained.includes(name));
}

describe('a group chooses', () => {
  it.each<[string, ParameterSelector, string[]]>([
    ['a name', 'dense1.bias', ['dense1.bias']],
    ['a layer', 'dense1', ['dense1.kernel', 'dense1.bias']],
    ['a pattern', /bias$/, ['lstm1.bias', 'gru1.bias', 'dense1.bias']],
    ['a pattern that keeps a position', /lstm1\.[kr]/g, ['lstm1.recurrentKernel', 'lstm1.kernel']],
    ['several', ['gru1', /^dense1\.k/], ['gru1.recurrentKernel', 'gru1.kernel', 'gru1.bias', 'dense1.kernel']],
    ['a condition', ({ shape }) => shape[1] === 8, ['lstm1.recurrentKernel', 'lstm1.kernel']],
  ])('%s', (_, selector, expected) => expect(frozenBy(selector)).toEqual(expected));

  it.each<[ParameterSelector, string]>([
    ['lstm2', 'groups[0].parameters'],
    ['lstm', 'groups[0].parameters'],
    [['gru1', 'kernel'], 'groups[0].parameters[1]'],
    [/^kernel/, 'groups[0].parameters'],
    [() => false, 'groups[0].parameters'],
  ])('nothing by %s, which compile refuses', (parameters, argument) => {
    const net = model();
    const optimizer = new Adam({ groups: [{ parameters }] });
    let error: unknown;
    try {
      net.compile({ optimizer, loss: new MeanSquaredError() });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name: 'ArgumentError', where: 'Adam', argument });
    expect((error as Error).message).toContain('lstm1.recurrentKernel, lstm1.kernel, lstm1.bias, gru1.');
  });

  it('nothing, which the first step of an unbuilt model refuses', () => {
    const net = new Sequential([new Dense({ units: 1 })]);
    net.compile({ optimizer: new SGD({ groups: [{ parameters: 'lstm1' }] }), loss: new MeanSquaredError() });
    expect(() => net.trainStep(zeros([1, 2]), zeros([1, 1]))).toThrow(
      '"groups[0].parameters" must choose at least one',
    );
  });

  it('first: the first group of a parameter counts', () => {
    const parameters = Parameters.of({ a: tensor([0]), b: tensor([0]) });
    const groups = [
      { parameters: 'a', rateFactor: 2 },
      { parameters: /./, frozen: true },
    ];
    parameters.get('a').gradient.set(0, 1);
    parameters.get('b').gradient.set(0, 1);
    new SGD({ learningRate: 0.5, groups }).step(parameters);
    expect([parameters.get('a').value.get(0), parameters.get('b').value.get(0)]).toEqual([-1, 0]);
  });
});

it('refuses an update that overflows in any group', () => {
  const parameters = Parameters.of({ a: tensor([1]), b: tensor([3e38]) });
  const groups = [
    { parameters: 'a', rateFactor: 1e-9 },
    { parameters: 'b', rateFactor: 1e9 },
  ];
  parameters.get('b').gradient.set(0, -1e30);
  const optimizer = new SGD({ learningRate: 1, groups });
  expect(optimizer.stepWithin(parameters, 1e30)).toEqual({
    slot: undefined,
    parameter: 'b',
    index: [0],
    value: Infinity,
  });
  expect([parameters.get('b').value.get(0), optimizer.iterations]).toEqual([Math.fround(3e38), 0]);
});

describe('what is frozen', () => {
  const layers = () => [
    new Embedding({ inputDim: 9, outputDim: 3 }),
    new GRU({ units: 3, kernelConstraint: maxNorm(0.1) }),
    new Dense({ units: 1 }),
  ];
  const x: Tensor = tensor([
    [1, 2, 3],
    [4, 2, 8],
  ]);
  const made = (frozen: string[]) => {
    const optimizer = new Adam({ groups: [{ parameters: frozen, frozen: true }] });
    const net = new Sequential(layers(), { seed: 4, inputSize: 1 });
    return net.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 1e-3 } });
  };

  it('keeps its bits also under constraints, and counts in no norm', () => {
    const net = made(['embedding1', 'gru1']);
    const before = [...net.build(1).parameters].map(({ value }) => value.copy());
    net.trainStep(x, tensor([[1], [2]]));
    const { gradientNorm: norm, clippedNorm } = net.trainStep(x, tensor([[1], [2]]));
    for (const [k, { name, value }] of [...net.parameters].entries()) {
      if (!name.startsWith('dense1')) expectBits(value, before[k]!);
      else expect(value.toArray()).not.toEqual(before[k]!.toArray());
    }
    expect(clippedNorm).toBeCloseTo(1e-3, 9);
    expect(gradientNorm(net.parameters.within('dense1.'))).toBeCloseTo(1e-3, 9);
    expect(norm).toBeGreaterThan(1e-3);
  });

  it('shows in a gradient flow as it trains', () => {
    const net = new Sequential(layers().slice(1), { seed: 4 });
    const optimizer = new Adam({ groups: [{ parameters: 'gru1', frozen: true }] });
    net.compile({ optimizer, loss: new MeanSquaredError(), clip: { globalNorm: 0.01 } });
    const [input, target] = [randomNormal([2, 3, 2], { seed: 1 }), tensor([[1], [2]])];
    for (const _ of [1, 2]) {
      const flow = gradientFlow(net, input, target);
      const ratios = flow.parameters.map(({ updateRatio = 0 }) => updateRatio > 0);
      expect(ratios).toEqual([false, false, false, true, true]);
      expect(net.trainStep(input, target).gradientNorm).toBe(flow.gradientNorm);
    }
  });

  it('may be the rows of a table in use, whose neighbours are trained', () => {
    const net = made(['gru1', 'dense1']);
    const before = net.build(1).parameters.get('embedding1.embeddings').value.copy();
    net.trainStep(x, tensor([[1], [2]]));
    const after = net.parameters.get('embedding1.embeddings').value;
    const moved = Array.from({ length: 9 }, (_, row) =>
      [0, 1, 2].some((k) => after.get(row, k) !== before.get(row, k)),
    );
    expect(moved.flatMap((each, row) => (each ? row : []))).toEqual([1, 2, 3, 4, 8]);
  });
});

describe('one optimizer over several models', () => {
  const two = () => [start(['a', 'b']), start(['c', 'd', 'e'])] as const;

  it.each(Object.keys(KINDS))('%s makes the same updates as one for each', (kind) => {
    const make = KINDS[kind]!;
    const [joint, apart] = [two(), two()];
    const optimizer = make({ weightDecay: 0.1 });
    const each = apart.map(() => make({ weightDecay: 0.1 }));
    for (let step = 0; step < 3; step++) {
      for (const parameters of [...joint, ...apart]) fill(parameters, step);
      optimizer.step(joint);
      for (const [k, parameters] of apart.entries()) each[k]!.step(parameters);
    }
    expect(optimizer.iterations).toBe(3);
    joint.forEach((parameters, k) => {
      for (const { name, value } of parameters) expectBits(value, apart[k]!.get(name).value);
    });
  });

  it('has groups over all of them', () => {
    const [a, b] = two();
    for (const parameters of [a, b]) fill(parameters, 1);
    const before = b.get('d').value.copy();
    new SGD({ groups: [{ parameters: ['a', 'd'], frozen: true }] }).step([a, b]);
    expectBits(b.get('d').value, before);
    expect(() => new SGD({ groups: [{ parameters: 'f' }] }).step([a, b])).toThrow(
      'choose at least one of a, b, c, d, e',
    );
  });

  it('changes nothing if memory runs out for one of them', () => {
    const [a, b] = two();
    const { arena } = b;
    const { keepAll } = arena;
    const usage = a.arena.usage.optimizer;
    const optimizer = new Adam();
    arena.keepAll = () => {
      throw new RangeError('out of memory');
    };
    expect(() => optimizer.step([a, b])).toThrow();
    expect([optimizer.iterations, a.arena.usage.optimizer]).toEqual([0, usage]);
    arena.keepAll = keepAll;
    optimizer.step([a, b]);
    expect(optimizer.iterations).toBe(1);
  });

  it('refuses other parameters, another order, and elements twice', () => {
    const [a, b] = two();
    const optimizer = new SGD();
    optimizer.step([a, b]);
    for (const other of [a, [a], [b, a], [a, b, start(['e'])]]) {
      expect(() => optimizer.step(other)).toThrow('"parameters" must be those of the first step');
    }
    expect(() => new SGD().step([a, b, a])).toThrow('"parameters[2]" must share nothing with parameters[0]');
    expect(() => new SGD().step([])).toThrow('"parameters" must have at least one entry');
    const net = model();
    const { parameters } = net;
    expect(() => new SGD().step([parameters.within('gru1.'), parameters])).toThrow('parameters[1]');
    const parts = new SGD();
    parts.step([parameters.within('gru1.'), parameters.within('dense1.')]);
    expect(() => net.compile({ optimizer: parts, loss: new MeanSquaredError() })).toThrow('belong to this model');
    expect(optimizer.iterations).toBe(1);
  });
});
