import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Bidirectional,
  BinaryCrossEntropy,
  Dense,
  Dropout,
  GRU,
  Graph,
  type GraphNode,
  type Layer,
  LSTM,
  Masking,
  MeanSquaredError,
  Network,
  Parallel,
  Residual,
  randomNormal,
  Sequential,
  SGD,
  SimpleRNN,
  SplitLoss,
  type Tensor,
  unstack,
} from '../../lib/index.ts';
import { assertGradients } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';

/** A random layer that returns sequences of `units` features. Branches nest up to `depth` times. */
function layerOf(units: number, depth: number, draw: (n: number) => number): Layer {
  const kinds = depth > 0 ? 6 : 4;
  const kind = draw(kinds);
  const common = { units, returnSequences: true };
  if (kind === 0) return new Dense({ units, activation: 'tanh' });
  if (kind === 1) return new SimpleRNN(common);
  if (kind === 2) return new LSTM(common);
  if (kind === 3) return new GRU({ ...common, resetAfter: draw(2) === 0 });
  if (kind === 4) {
    const first = layerOf(units, 0, draw);
    return new Graph({
      nodes: {
        before: { layer: first },
        residual: { layer: new Residual({ layers: [layerOf(units, depth - 1, draw)] }) },
      },
    });
  }
  return new Parallel({
    branches: [[layerOf(units, depth - 1, draw)], [new Dense({ units: 2 }), layerOf(units, 0, draw)]],
    merge: 'sum',
  });
}

/** A random graph, its input and what its forward pass is given. */
const graphs = fc
  .record({
    seed: fc.nat(),
    nodes: fc.integer({ min: 1, max: 4 }),
    T: fc.integer({ min: 1, max: 5 }),
    B: fc.integer({ min: 1, max: 3 }),
    masked: fc.boolean(),
    checkpoint: fc.constantFrom(undefined, 'sqrt' as const, 2),
  })
  .map(({ seed, nodes: count, T, B, masked, checkpoint }) => {
    let state = seed + 1;
    const draw = (n: number): number => {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    const nodes: Record<string, GraphNode> = {};
    const names = ['input'];
    for (let k = 0; k < count; k++) {
      const from = names.filter((name) => name === names.at(-1) || draw(2) === 0);
      const merge = draw(2) === 0 && !from.includes('input') ? 'sum' : 'concat';
      nodes[`node${k}`] = { layer: layerOf(3, 2, draw), from, merge };
      names.push(`node${k}`);
    }
    const read = new Set(Object.values(nodes).flatMap(({ from }) => from as string[]));
    const outputs = names.filter((name) => name !== 'input' && (!read.has(name) || draw(2) === 0));
    const lengths = Array.from({ length: B }, () => 1 + draw(T));
    const forwardOptions = { ...(masked && { lengths }), ...(checkpoint && { checkpoint }) };
    return {
      graph: new Graph({ nodes, outputs, dtype, seed }),
      x: randomNormal([B, T, 2], { seed, dtype }),
      forwardOptions,
    };
  });

describe('graphs', () => {
  ptest.prop([graphs], { numRuns: 40 })('have the gradients of finite differences', ({ graph, x, forwardOptions }) => {
    assertGradients(graph, { x, forwardOptions, cotangents: 1, maxEntries: 8 });
  });

  ptest.prop([graphs], { numRuns: 20 })('stream with the bits of the whole sequence', ({ graph, x }) => {
    const whole = graph.forward(x, { inference: true });
    const stream = graph.stream({ batchSize: x.shape[0]! });
    const states = stream.zeroState();
    for (const [t, xt] of unstack(x, 1).entries()) expectBits(stream.step(xt, states), whole.pick(null, t, null));
  });

  it('that end with layers without states carry the states of all recurrent nodes', () => {
    const gru = () => new GRU({ units: 3, returnSequences: true, stateful: true });
    const graph = new Graph({
      nodes: { a: { layer: gru() }, b: { layer: gru(), from: 'a' }, c: { layer: new Dense({ units: 1 }) } },
    });
    const x = randomNormal([2, 8, 3], { seed: 1 });
    const parts = [graph.forward(x.hi(null, 3)), graph.forward(x.lo(null, 3))];
    graph.resetState();
    const whole = graph.forward(x);
    expectBits(parts[0]!, whole.hi(null, 3).copy());
    expectBits(parts[1]!, whole.lo(null, 3).copy());
  });

  it('compute the states alone, where no output is needed', () => {
    const model = (truncate?: object) => {
      const gru = () => new GRU({ units: 3, returnSequences: true });
      const nodes = { a: { layer: gru() }, b: { layer: gru(), from: 'a' }, c: { layer: new Dense({ units: 1 }) } };
      const of = new Sequential([new Graph({ nodes }), new GRU({ units: 2 })], { seed: 1 });
      return of.compile({ optimizer: new SGD(), loss: new MeanSquaredError(), ...truncate });
    };
    const [x, y] = [randomNormal([2, 9, 3], { seed: 1 }), randomNormal([2, 2], { seed: 2 })];
    const [whole, saving] = [model(), model({ checkpoint: 2 })];
    expect(saving.trainStep(x, y)).toEqual(whole.trainStep(x, y));
    expect(saving.toBytes()).toEqual(whole.toBytes());
  });

  it('that are chains have the bits of a network', () => {
    const layers = () => [
      new LSTM({ units: 4, returnSequences: true }),
      new GRU({ units: 3 }),
      new Dense({ units: 2 }),
    ];
    const [a, b, c] = layers() as unknown as [Layer, Layer, Layer];
    const chain = new Graph({ nodes: { a: { layer: a }, b: { layer: b }, c: { layer: c } }, seed: 4 });
    const network = new Network(layers(), { seed: 4 });
    const [x, dy] = [randomNormal([3, 6, 2], { seed: 1 }), randomNormal([3, 2], { seed: 2 })];
    expectBits(chain.forward(x), network.forward(x));
    expectBits(chain.backward(dy).dx, network.backward(dy).dx);
    const gradients = ({ parameters }: Graph | Network) => [...parameters].map(({ gradient }) => gradient.copy());
    gradients(network).forEach((gradient, k) => {
      expectBits(gradients(chain)[k]!, gradient);
    });
  });

  it('of one branch have the bits of the branch', () => {
    const x = randomNormal([3, 6, 2], { seed: 1 });
    const branch = () => [new Dense({ units: 2 }), new GRU({ units: 3 })];
    const parallel = new Parallel({ branches: [branch()], seed: 4 });
    expectBits(parallel.forward(x), new Network(branch(), { seed: 4 }).forward(x));
  });

  it('divide their output by name', () => {
    const graph = new Graph({
      nodes: { a: { layer: new Dense({ units: 2 }) }, b: { layer: new Dense({ units: 3 }), from: 'input' } },
      outputs: ['b', 'input', 'a'],
    });
    const x = randomNormal([2, 4, 5], { seed: 1 });
    const y = graph.forward(x);
    const parts = graph.separate(y);
    expect(Object.entries(parts).map(([name, { shape }]) => [name, shape])).toEqual([
      ['b', [2, 4, 3]],
      ['input', [2, 4, 5]],
      ['a', [2, 4, 2]],
    ]);
    expectBits(parts.input!.copy(), x);
    expectBits(parts.a!.copy(), y.lo(null, null, 8).copy());
    expect(() => graph.separate(y.lo(null, null, 1))).toThrow(/^Graph.separate: "output"/);
  });

  it('draw other masks in each node', () => {
    const node = (): GraphNode => ({ layer: new Dropout({ rate: 0.5 }), from: 'input' });
    const graph = new Graph({ nodes: { a: node(), b: node() }, outputs: ['a', 'b'] });
    const { a, b } = graph.separate(graph.forward(randomNormal([1, 1, 40], { seed: 1 })));
    const dropped = (x: Tensor) => Array.from(x.copy().data, (v) => v === 0);
    expect(dropped(a!)).not.toEqual(dropped(b!));
  });

  it('are saved, loaded and trained on, to the bit', () => {
    const gru = () => new GRU({ units: 3, returnSequences: true });
    const model = new Sequential([
      new Residual({ layers: [gru(), new Dropout({ rate: 0.2 })] }),
      new Parallel({ branches: [[gru()], [], [new Dense({ units: 2 }), gru()]] }),
      new Graph({ nodes: { a: { layer: gru() }, b: { layer: gru(), from: ['a', 'input'] } }, outputs: ['a', 'b'] }),
      new Residual({ layers: [gru()], merge: 'concat' }),
    ]);
    const classes = [Residual, Parallel, Graph];
    const [x, y] = [randomNormal([3, 5, 3], { seed: 1 }), randomNormal([3, 5, 9], { seed: 2 })];
    const compiled = (of: Sequential) => of.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    compiled(model).trainStep(x, y);
    const copy = compiled(Sequential.fromBytes(model.toBytes(), { classes }));
    expect([copy.trainStep(x, y), copy.toBytes()]).toEqual([model.trainStep(x, y), model.toBytes()]);
    expect(() => Sequential.fromBytes(model.toBytes())).toThrow(/classes: \[Residual\]/);
    const { names } = model.parameters;
    expect(names).toEqual(
      expect.arrayContaining(['residual1.gru1.kernel', 'parallel1.branch3.gru1.bias', 'graph1.b.recurrentKernel']),
    );
  });

  it('refuse what does not fit, by the name of the node', () => {
    const gru = (options: object = {}) => new GRU({ units: 3, returnSequences: true, ...options });
    const used = gru();
    const graph = (nodes: Record<string, GraphNode>, outputs?: string[]) => () =>
      new Graph({ nodes, ...(outputs && { outputs }) });
    const a = (): GraphNode => ({ layer: gru() });
    const refused: readonly [() => unknown, RegExp][] = [
      [graph({ a: { ...a(), from: 'b' }, b: a() }), /"nodes.a.from" must be 'input' or a node before it/],
      [graph({ a: { ...a(), from: ['input', 'a'] } }), /"nodes.a.from\[1\]"/],
      [graph({ a: { ...a(), from: ['input', 'input'] } }), /name each node once/],
      [graph({ a: a(), b: { ...a(), from: 'input' } }), /"nodes" must all be read.*"a"/],
      [graph({ input: a() }), /named 'input'/],
      [graph({ 'a.b': a() }), /letters, digits/],
      [graph({ a: a() }, ['c']), /"outputs\[0\]"/],
      [graph({ a: { layer: used }, b: { layer: used } }), /"nodes.b" must be new/],
      [graph({ a: a(), b: { layer: gru({ inputSize: 5 }) } }), /"nodes.b" must take the 3 features/],
      [graph({ a: { layer: new GRU({ units: 3 }) }, b: a() }), /"nodes.b" must read a layer that gives sequences/],
      [graph({ a: { layer: new GRU({ units: 3 }) }, b: { ...a(), from: 'input' } }, ['a', 'b']), /only sequences/],
      [
        graph({ a: a(), b: { layer: new Dense({ units: 2 }) }, c: { ...a(), from: ['a', 'b'], merge: 'sum' } }),
        /"nodes.c" must sum outputs of equal size; received "3 and 2/,
      ],
      [graph({ a: { layer: gru({ goBackwards: true }) } }), /read forwards/],
      [graph({ a: { layer: new Masking() } }), /not mask inputs/],
      [() => new Residual({ layers: [gru({ inputSize: 2 })] }).build(2), /sum|equal/],
      [() => new Residual({ layers: [] }), /"layers" must be an array of at least one layer/],
      [() => new Parallel({ branches: [[], []] }), /Give one of them a layer/],
      [() => new Parallel({ branches: [[gru({ inputSize: 2 })], [gru({ inputSize: 3 })]] }), /features of the input/],
    ];
    for (const [call, message] of refused) expect(call).toThrow(message);
  });

  it('refuses a sum whose size is known only with the input', () => {
    const residual = new Residual({ layers: [new GRU({ units: 3, returnSequences: true })] });
    expect(() => residual.forward(randomNormal([2, 4, 2]))).toThrow(
      /^Residual.* must sum outputs of equal size; received "2 and 3/,
    );
    expect(residual.built).toBe(false);
  });
});

/** One layer in float64, as plain loops: sequences are lists of rows. */
const plain = {
  dense: (x: number[][], W: Tensor, b: Tensor, f: (a: number) => number): number[][] =>
    x.map((row) =>
      Array.from({ length: b.size }, (_, j) => f(row.reduce((sum, v, i) => sum + v * W.get(i, j), b.get(j)))),
    ),
  gru(x: number[][], W: Tensor, U: Tensor, b: Tensor): number[][] {
    const H = b.size / 3;
    let h = new Array<number>(H).fill(0);
    const affine = (row: number[], state: number[], j: number) =>
      b.get(j) +
      row.reduce((sum, v, i) => sum + v * W.get(i, j), 0) +
      state.reduce((sum, v, i) => sum + v * U.get(i, j), 0);
    return x.map((row) => {
      const r = h.map((_, j) => sigmoid(affine(row, h, j)));
      const z = h.map((_, j) => sigmoid(affine(row, h, H + j)));
      const reset = h.map((v, j) => v * r[j]!);
      const candidate = h.map((_, j) => Math.tanh(affine(row, reset, 2 * H + j)));
      h = h.map((v, j) => (1 - z[j]!) * v + z[j]! * candidate[j]!);
      return h;
    });
  },
};
const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));
const beside = (...parts: number[][][]) => parts[0]!.map((_, t) => parts.flatMap((part) => part[t]!));

describe('a net of the shape of RNNoise (Valin 2018)', () => {
  const gru = (units: number) => new GRU({ units, returnSequences: true });
  const make = () =>
    new Sequential(
      [
        new Graph({
          nodes: {
            dense: { layer: new Dense({ units: 24, activation: 'tanh' }) },
            vad: { layer: gru(24) },
            voice: { layer: new Dense({ units: 1, activation: 'sigmoid' }) },
            noise: { layer: gru(48), from: ['dense', 'vad', 'input'] },
            denoise: { layer: gru(96), from: ['vad', 'noise', 'input'] },
            gains: { layer: new Dense({ units: 22, activation: 'sigmoid' }) },
          },
          outputs: ['gains', 'voice'],
        }),
      ],
      { inputSize: 42, seed: 7 },
    ).build();
  const x = randomNormal([1, 12, 42], { seed: 1 });

  it('computes what a plain calculation computes, also as a stream', () => {
    const model = make();
    const of = (name: string) => (part: string) => model.parameters.get(`graph1.${name}.${part}`).value;
    const run = {
      dense: (name: string, input: number[][], f: (a: number) => number) =>
        plain.dense(input, of(name)('kernel'), of(name)('bias'), f),
      gru: (name: string, input: number[][]) =>
        plain.gru(input, of(name)('kernel'), of(name)('recurrentKernel'), of(name)('bias')),
    };
    const input = x.pick(0, null, null).toArray() as number[][];
    const dense = run.dense('dense', input, Math.tanh);
    const vad = run.gru('vad', dense);
    const noise = run.gru('noise', beside(dense, vad, input));
    const denoise = run.gru('denoise', beside(vad, noise, input));
    const expected = beside(run.dense('gains', denoise, sigmoid), run.dense('voice', vad, sigmoid)).flat();
    const output = model.predict(x);
    for (const [k, value] of expected.entries()) expect(output.data[k]).toBeCloseTo(value, 5);
    const stream = model.stream();
    const state = stream.zeroState();
    for (const [t, xt] of unstack(x, 1).entries()) expectBits(stream.step(xt, state), output.pick(null, t, null));
  });

  it('learns both outputs', () => {
    const model = make();
    const loss = new SplitLoss({
      gains: { loss: new MeanSquaredError(), size: 22 },
      voice: { loss: new MeanSquaredError(), size: 1, weight: 0.5 },
    });
    model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss });
    const target = randomNormal([1, 12, 23], { seed: 2 });
    for (const [k, v] of target.data.entries()) target.data[k] = v > 0 ? 1 : 0;
    const before = loss.evaluateParts(model.predict(x), target);
    for (let k = 0; k < 30; k++) model.trainStep(x, target);
    const after = loss.evaluateParts(model.predict(x), target);
    expect(after.gains).toBeLessThan(0.5 * before.gains!);
    expect(after.voice).toBeLessThan(0.5 * before.voice!);
  });
});

it('the net of the LSTM paper has weights from the input to the output', () => {
  const model = new Sequential([
    new Residual({ layers: [new LSTM({ units: 4, returnSequences: true })], merge: 'concat' }),
    new Dense({ units: 2 }),
  ]).build(3);
  expect(model.parameters.get('dense1.kernel').value.shape).toEqual([7, 2]);
  const x = randomNormal([1, 5, 3], { seed: 1 });
  model.parameters.get('dense1.kernel').assign(randomNormal([7, 2], { seed: 2 }));
  const y = model.predict(x);
  const W = model.parameters.get('dense1.kernel').value;
  const h = (model.layers[0] as Residual).layers[0]!.kind;
  expect(h).toBe('LSTM');
  const direct = x.toArray() as number[][][];
  const moved = x.copy();
  moved.set(0, 4, 1, x.get(0, 4, 1) + 1); // the last step: it reaches its own output by the LSTM and by three weights
  const change = model.predict(moved).get(0, 4, 0) - y.get(0, 4, 0);
  const lstm = new LSTM({ units: 4, returnSequences: true, inputSize: 3 }).build();
  for (const { name, value } of model.parameters.within('residual1.lstm1.')) lstm.parameters.get(name).assign(value);
  const through = (given: Tensor) =>
    (lstm.forward(given).pick(0, 4, null).toArray() as number[]).reduce((sum, v, i) => sum + v * W.get(3 + i, 0), 0);
  expect(change).toBeCloseTo(W.get(1, 0) + through(moved) - through(x), 5);
  expect(direct).toHaveLength(1);
});

it('Bidirectional goes into branches', () => {
  const directions = () =>
    [new GRU({ units: 2, returnSequences: true }), new GRU({ units: 2, returnSequences: true })] as const;
  const graph = new Graph({
    nodes: {
      both: { layer: new Bidirectional({ layers: directions() as never }) },
      dense: { layer: new Dense({ units: 1 }), from: ['both', 'input'] },
    },
    dtype,
  });
  assertGradients(graph, {
    x: randomNormal([2, 4, 3], { seed: 1, dtype }),
    forwardOptions: { lengths: [4, 2] },
    cotangents: 1,
  });
  expect(() => graph.stream()).toThrow(/whole|order/);
});

describe('SplitLoss', () => {
  const parts = {
    a: { loss: new MeanSquaredError(), size: 2 },
    b: { loss: new BinaryCrossEntropy(), size: 3, weight: 0.25 },
  };
  const loss = new SplitLoss(parts);
  const y = randomNormal([4, 5], { seed: 1 });
  const target = randomNormal([4, 5], { seed: 2 });
  for (const [k, v] of target.data.entries()) if (k % 5 > 1) target.data[k] = v > 0 ? 1 : 0;
  const columns = (x: Tensor) => [x.hi(null, 2), x.lo(null, 2)] as const;

  it.each(['mean', 'sum'] as const)('is the weighted sum of its parts, reduction %s', (reduction) => {
    const [a, b] = [new MeanSquaredError({ reduction }), new BinaryCrossEntropy({ reduction })];
    const split = new SplitLoss({ a: { loss: a, size: 2 }, b: { loss: b, size: 3, weight: 0.25 } });
    const [ya, yb] = columns(y);
    const [ta, tb] = columns(target);
    const [ofA, ofB] = [a.evaluate(ya, ta), b.evaluate(yb, tb)];
    const result = split.evaluate(y, target);
    expect(result.loss).toBeCloseTo(ofA.loss + 0.25 * ofB.loss, 6);
    expect(split.evaluateParts(y, target)).toEqual({ a: ofA.loss, b: ofB.loss });
    for (let row = 0; row < 4; row++) {
      for (let f = 0; f < 2; f++) expect(result.gradient.get(row, f)).toBeCloseTo(ofA.gradient.get(row, f), 6);
      for (let f = 0; f < 3; f++)
        expect(result.gradient.get(row, 2 + f)).toBeCloseTo(0.25 * ofB.gradient.get(row, f), 6);
    }
    const total = Array.from(result.each.data).reduce((sum, v) => sum + v, 0);
    expect(reduction === 'mean' ? total / 4 : total).toBeCloseTo(result.loss, 5);
  });

  it('names the part, the shape or the value that does not fit', () => {
    const { a, b } = parts;
    const bad = [
      [() => loss.evaluate(y.lo(null, 1), target), /parts of 4 features/],
      [() => loss.evaluate(y, target.lo(null, 1)), /"target"/],
      [() => loss.evaluate(y, y), /"target".* at most 1/],
      [
        () => new SplitLoss({ a, b: { ...b, loss: new BinaryCrossEntropy({ reduction: 'sum' }) } }),
        /"parts.b.loss" must have the reduction 'mean'/,
      ],
      [() => new SplitLoss({}), /at least one part/],
    ] as const;
    for (const [call, message] of bad) expect(call).toThrow(message);
  });

  it('prints its parts', () => {
    expect(`${loss}`).toBe(
      'SplitLoss, reduction mean\n  a [2]: 1 · MeanSquaredError, reduction mean\n  b [3]: 0.25 · BinaryCrossEntropy, reduction mean',
    );
  });
});
