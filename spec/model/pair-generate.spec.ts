import { fc, test as ptest } from '@fast-check/jest';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  type PairGenerateOptions,
  Random,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';

const V = 7;
const STOP = 1;

/** A model with random weights, large enough for different results. */
function make(seed = 1, options: object = {}): EncoderDecoder {
  const look = () =>
    new Embedding({
      inputDim: V,
      outputDim: 5,
      embeddingsInitializer: (shape, random) =>
        Float64Array.from({ length: shape[0]! * shape[1]! }, () => random.normal()),
    });
  return new EncoderDecoder({
    encoder: [look(), new GRU({ units: 6 })],
    decoder: [
      look(),
      new GRU({ units: 6, returnSequences: true }),
      new Dense({
        units: V,
        kernelInitializer: (shape, random) =>
          Float64Array.from({ length: shape[0]! * shape[1]! }, () => 2 * random.normal()),
      }),
    ],
    seed,
    ...options,
  }).build(1);
}

function sources(B: number, seed: number): Tensor {
  const random = new Random(seed);
  return tensor(Array.from({ length: B }, () => Array.from({ length: 4 }, () => random.integer(V))));
}

/** log p of a sequence, from the outputs of a forward pass that is forced to it. */
function logProbability(model: EncoderDecoder, source: Tensor, tokens: readonly number[]): number {
  const logits = model.forward(source, tensor([[...tokens]]));
  return tokens.reduce((sum, token, t) => {
    const row = Array.from({ length: V }, (_, k) => logits.get(0, t, k));
    const largest = Math.max(...row);
    return sum + row[token]! - largest - Math.log(row.reduce((total, a) => total + Math.exp(a - largest), 0));
  }, 0);
}

const runs = fc.record({
  seed: fc.nat(),
  steps: fc.integer({ min: 1, max: 4 }),
  stop: fc.constantFrom(undefined, STOP),
});

describe('generate', () => {
  ptest.prop([runs], { numRuns: 25 })(
    'finds the most probable sequence if the beam is wide enough',
    ({ seed, steps, stop }) => {
      const model = make(seed, { dtype: 'float64' });
      const source = sources(1, seed);
      const length = Math.min(steps, 3);
      const given = { steps: length, ...(stop !== undefined && { stop }) };
      let best = -Infinity;
      const grow = (tokens: number[]): void => {
        if (tokens.length === length || (tokens.length > 0 && tokens.at(-1) === stop)) {
          best = Math.max(best, logProbability(model, source, tokens));
        } else for (let token = 0; token < V; token++) grow([...tokens, token]);
      };
      grow([]);
      const [found] = model.generate(source, { ...given, strategy: 'beam', beamWidth: V ** (length - 1) });
      expect(found![0]!.logProbability).toBeCloseTo(best, 9);
      expect(logProbability(model, source, found![0]!.tokens)).toBeCloseTo(best, 9);
    },
  );

  ptest.prop([runs], { numRuns: 25 })('by a beam of one is greedy', ({ seed, ...given }) => {
    const [model, source] = [make(seed), sources(3, seed)];
    const options = { steps: given.steps, ...(given.stop !== undefined && { stop: given.stop }) };
    const beams = model.generate(source, { ...options, strategy: 'beam', beamWidth: 1 });
    expect(beams).toEqual(model.generate(source, options));
    for (const [best] of beams) expect(best!.tokens.length === given.steps || best!.stopped).toBe(true);
  });

  ptest.prop([runs, fc.constantFrom<Partial<PairGenerateOptions>>({}, { strategy: 'beam', beamWidth: 3 })], {
    numRuns: 25,
  })('gives each source of a batch what it gives the source alone, to the bit', ({ seed, steps, stop }, strategy) => {
    const [model, source] = [make(seed), sources(4, seed)];
    const lengths = [4, 1, 3, 2];
    const options = { steps, ...(stop !== undefined && { stop }), ...strategy };
    const batch = model.generate(source, { ...options, source: { lengths } });
    const alone = lengths.map((length, row) => model.generate(source.lo(row).hi(1, length), options)[0]);
    expect(batch).toEqual(alone);
    expect(model.generate(source, { ...options, source: { lengths }, batchSize: 3 })).toEqual(batch);
  });

  it('draws tokens by their probabilities: the same for the same seed', () => {
    const [model, source] = [make(3), sources(1, 3)];
    const many = tensor(Array.from({ length: 2000 }, () => (source.toArray() as number[][])[0]!));
    const draw = (options: object) =>
      model.generate(many, { steps: 1, strategy: 'sample', ...options }).map(([one]) => one!.tokens[0]!);
    const tokens = draw({ seed: 5 });
    expect(draw({ seed: 5, batchSize: 7 })).toEqual(tokens);
    expect(draw({ seed: 6 })).not.toEqual(tokens);
    for (let token = 0; token < V; token++) {
      const p = Math.exp(logProbability(model, source, [token]));
      const share = tokens.filter((each) => each === token).length / 2000;
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 2000) + 1e-3);
    }
    const [greedy] = model.generate(source, { steps: 1 });
    expect(new Set(draw({ topK: 1 }))).toEqual(new Set(greedy![0]!.tokens));
    expect(new Set(draw({ topK: 2 })).size).toBe(2);
    expect(new Set(draw({ temperature: 1e-3 }))).toEqual(new Set(greedy![0]!.tokens));
    const [sampled] = model.generate(source, { steps: 1, strategy: 'sample', temperature: 5 });
    expect(sampled![0]!.logProbability).toBeCloseTo(logProbability(model, source, sampled![0]!.tokens), 5);
  });

  it('writes what it has learned: sequences in reverse, with a stop token', async () => {
    const random = new Random(1);
    const pairs = Array.from({ length: 256 }, () => {
      const tokens = Array.from({ length: 1 + random.integer(3) }, () => 2 + random.integer(V - 2));
      return { source: [...tokens, 0, 0].slice(0, 3), target: [...tokens.reverse(), STOP, 0, 0].slice(0, 4) };
    });
    const [x, y] = [tensor(pairs.map(({ source }) => source)), tensor(pairs.map(({ target }) => target))];
    const look = () => new Embedding({ inputDim: V, outputDim: 12, maskZero: true });
    const model = new EncoderDecoder({
      encoder: [look(), new GRU({ units: 32 })],
      decoder: [look(), new GRU({ units: 32, returnSequences: true }), new Dense({ units: V })],
    });
    model.compile({
      optimizer: new Adam({ learningRate: 0.02 }),
      loss: new SoftmaxCrossEntropy(),
      clip: { globalNorm: 1 },
    });
    await model.fit(x, y, { epochs: 40, batchSize: 32 });
    const written = model.generate(x, { steps: 4, stop: STOP });
    const right = written.filter(
      ([best], k) => best!.tokens.every((token, t) => token === pairs[k]!.target[t]) && best!.stopped,
    );
    expect(right.length).toBeGreaterThan(0.95 * 256);
    const copy = EncoderDecoder.fromBytes(model.toBytes(), { classes: [Embedding] });
    expect(copy.generate(x, { steps: 4, stop: STOP })).toEqual(written);
  });

  it('names the time step of a target that its decoder cannot read', () => {
    expect(() =>
      make().forward(
        sources(2, 3),
        tensor([
          [1, 2, 3],
          [4, V, 0],
        ]),
      ),
    ).toThrow(/"target" must be indices from 0 to 6; received 7 at row 1, step 1/);
  });

  it('refuses a decoder that cannot read what it writes, but for the token that stops it', () => {
    const model = (inputDim: number) =>
      new EncoderDecoder({
        encoder: [new Embedding({ inputDim: V, outputDim: 5 }), new GRU({ units: 6 })],
        decoder: [
          new Embedding({ inputDim, outputDim: 5 }),
          new GRU({ units: 6, returnSequences: true }),
          new Dense({ units: V }),
        ],
      });
    const write = (inputDim: number, stop?: number) =>
      model(inputDim).generate(sources(1, 1), { steps: 2, ...(stop !== undefined && { stop }) });
    expect(() => write(V - 1)).toThrow(/"decoder" must read the tokens from 0 to 6, .* Give its Embedding inputDim: 7/);
    expect(() => write(V - 1, 2)).toThrow(/"decoder" must read/);
    expect(() => write(V - 2, V - 1)).toThrow(/"decoder" must read the tokens from 0 to 5/);
    expect(write(V - 1, V - 1)).toHaveLength(1);
  });

  it('refuses a decoder whose outputs are no logits, or not finite', () => {
    const bounded = new EncoderDecoder({
      encoder: [new Embedding({ inputDim: V, outputDim: 5 }), new GRU({ units: 6 })],
      decoder: [
        new Embedding({ inputDim: V, outputDim: 5 }),
        new GRU({ units: 6, returnSequences: true }),
        new Dense({ units: V, activation: 'softmax' }),
      ],
    });
    expect(() => bounded.generate(sources(1, 1), { steps: 2 })).toThrow(/"decoder" must put out logits/);
    const model = make();
    model.parameters.get('decoder.dense1.bias').value.set(3, Number.NaN);
    expect(() => model.generate(sources(1, 1), { steps: 2 })).toThrow(/finite parameters/);
  });
});
