import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  Adam,
  backend,
  Dense,
  LSTM,
  MeanSquaredError,
  randomNormal,
  Sequential,
  SGD,
  StateError,
  zeros,
} from '../../lib/index.ts';
import { expectBits } from '../support/bits.ts';
import { stacked, stepThrough } from '../support/streams.ts';

const [B, T, I] = [2, 6, 3];
const x = randomNormal([B, T, I], { seed: 1 });
const y = randomNormal([B, 2], { seed: 2 });

describe('a stream and the passes of its model', () => {
  it('do not disturb each other: a stream steps between forward and backward', () => {
    const [model, twin] = [stacked(I), stacked(I)];
    const stream = model.stream({ batchSize: B });
    for (const each of [model, twin]) {
      each.parameters.zeroGradients();
      each.forward(x);
    }
    stepThrough(stream, randomNormal([B, T, I], { seed: 9 }), stream.zeroState());
    expectBits(model.backward(y).dx, twin.backward(y).dx);
    for (const { name, gradient } of model.parameters) expectBits(gradient, twin.parameters.get(name).gradient, name);
  });

  it('invalidate the current pass only when a stream is opened, each time', () => {
    const model = stacked(I);
    for (let time = 0; time < 2; time++) {
      model.forward(x);
      model.stream({ batchSize: B });
      expect(() => model.backward(y)).toThrow(StateError);
    }
  });

  it('let a stream continue after passes of other sizes, in memory that has grown', () => {
    const model = stacked(I);
    const open = model.stream({ batchSize: B });
    const state = open.zeroState();
    const expected = stepThrough(open, x, open.zeroState());
    stepThrough(open, x.hi(B, 3, I), state);
    const { data } = model.parameters.arena;
    model.forward(randomNormal([50, 90, I], { seed: 3 }));
    expect(model.parameters.arena.data).not.toBe(data);
    expectBits(stepThrough(open, x.lo(0, 3, 0), state).at(-1)!, expected.at(-1)!);
  });

  it('leave the output of a step alone until the next step', () => {
    const model = stacked(I);
    const stream = model.stream({ batchSize: B });
    const state = stream.zeroState();
    const output = stream.step(x.pick(null, 0), state);
    const copy = output.copy();
    model.forward(randomNormal([50, 90, I], { seed: 3 }));
    expectBits(output, copy);
    expect(stream.step(x.pick(null, 1), state)).toBe(output);
    expect(output.toArray()).not.toEqual(copy.toArray());
  });
});

describe('an open stream and new weights', () => {
  const last = (model: Sequential): void => {
    const stream = model.stream({ batchSize: B });
    expectBits(stepThrough(stream, x, stream.zeroState()).at(-1)!, model.forward(x));
  };

  it('uses those of a training step', () => {
    const model = stacked(I).compile({ optimizer: new Adam({ learningRate: 0.1 }), loss: new MeanSquaredError() });
    const streams = [model.stream({ batchSize: B }), model.stream(), model.stream({ batchSize: B })];
    for (let time = 0; time < 3; time++) {
      model.trainStep(x, y);
      const expected = model.forward(x);
      expectBits(stepThrough(streams[0]!, x, streams[0]!.zeroState()).at(-1)!, expected);
      const first = x.hi(1, T, I);
      expectBits(stepThrough(streams[1]!, first, streams[1]!.zeroState()).at(-1)!.pick(0), expected.pick(0));
    }
  });

  it('uses those of an optimizer or of parameter.assign, in a recurrent and in a dense layer', () => {
    const model = stacked(I);
    const stream = model.stream({ batchSize: B });
    const same = (): void => expectBits(stepThrough(stream, x, stream.zeroState()).at(-1)!, model.forward(x));
    same();
    for (const name of ['lstm1.kernel', 'lstm1.recurrentKernel', 'dense1.kernel', 'dense2.bias']) {
      model.parameters.get(name).assign(randomNormal(model.parameters.get(name).value.shape, { seed: 7 }));
      same();
    }
    model.backward(y);
    new SGD({ learningRate: 0.5 }).step(model.parameters);
    same();
  });

  it('uses what was written through live views once a stream is opened again', () => {
    const model = stacked(I);
    const stream = model.stream({ batchSize: B });
    const before = stepThrough(stream, x, stream.zeroState()).at(-1)!;
    model.parameters.get('lstm1.kernel').value.set(0, 0, 3);
    expectBits(stepThrough(stream, x, stream.zeroState()).at(-1)!, before);
    last(model);
    expect(stepThrough(stream, x, stream.zeroState()).at(-1)!.toArray()).not.toEqual(before.toArray());
  });
});

describe('the memory of streams', () => {
  it('is taken once for each batch size', () => {
    const model = stacked(I);
    const end = (): number => model.parameters.arena.layOut((take) => take(0));
    const sizes = Array.from({ length: 1000 }, (_, k) => {
      const stream = model.stream({ batchSize: 1 + (k % 3) });
      stream.step(zeros([1 + (k % 3), I]), stream.zeroState());
      return end();
    });
    expect(new Set(sizes.slice(2)).size).toBe(1);
    expect(sizes[2]).toBeGreaterThan(sizes[1]!);
  });

  it('is not taken if the engine has not enough', () => {
    const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })], { inputSize: I }).build();
    const { arena } = model.parameters;
    const end = arena.layOut((take) => take(0));
    const y = model.forward(zeros([2, 3, I]));
    expect(() => model.stream({ batchSize: 2 ** 45 })).toThrow('Sequential.stream: the call must fit into memory');
    model.backward(y); // the pass goes on
    expect(arena.layOut((take) => take(0))).toBe(end);
  });
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const built = existsSync(`${ROOT}/dist/index.js`);

/**
 * Prints the bytes that a step leaves on the heap, and those of one that keeps an object. Until the engine has compiled
 * all of it some windows hold its own garbage, so that there are several.
 */
const MEASURE = `
  import { Dense, GRU, LSTM, Sequential, SimpleRNN, randomNormal, unstack } from './dist/index.js';
  const STEPS = 200_000;
  const every = (options) => ({ ...options, returnSequences: true });
  const layers = {
    LSTM: new LSTM({ units: 5, inputSize: 3 }),
    Dense: new Dense({ units: 5, inputSize: 3, activation: 'softmax' }),
    stack: new Sequential(
      [
        new SimpleRNN(every({ units: 5 })),
        new GRU(every({ units: 4 })),
        new GRU(every({ units: 3, resetAfter: true })),
        new LSTM({ units: 2 }),
        new Dense({ units: 2, activation: 'sigmoid' }),
      ],
      { inputSize: 3 },
    ),
  };
  const inputs = unstack(randomNormal([2, 4, 3], { seed: 1 }), 1);
  let kept;
  const grown = (run) => {
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let k = 0; k < STEPS; k++) run(k);
    return (process.memoryUsage().heapUsed - before) / STEPS;
  };
  const results = {};
  for (const [name, layer] of Object.entries(layers)) {
    const stream = layer.stream({ batchSize: 2 });
    const state = stream.zeroState();
    const step = (k) => { kept = stream.step(inputs[k & 3], state); };
    for (let window = 0; window < 30 && !(results[name] < 1); window++) results[name] = grown(step);
    results.leak ??= grown((k) => { kept = { y: stream.step(inputs[k & 3], state) }; });
  }
  console.log(JSON.stringify(results));
`;

// The plain kernels pass floats from function to function, which engines box: only those of WebAssembly are measured.
const measured = built && backend().name === 'simd';
(measured ? describe : describe.skip)(`a step${built ? '' : ', skipped: npm run build makes dist/'}`, () => {
  it('allocates nothing', () => {
    const room = 64; // MiB: no collection in a window; compiling in one thread happens at the same step every time
    const flags = [
      '--expose-gc',
      '--single-threaded',
      `--min-semi-space-size=${room}`,
      `--max-semi-space-size=${room}`,
    ];
    const printed = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', MEASURE], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const { leak, ...steps } = JSON.parse(printed) as Record<string, number>;
    expect(leak).toBeGreaterThan(8); // the measure sees one small object a step
    expect(Object.entries(steps).filter(([, bytes]) => bytes >= 1)).toEqual([]);
    expect(Object.keys(steps)).toHaveLength(3);
  });
});
