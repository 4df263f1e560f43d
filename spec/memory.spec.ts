import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Makes `count` models of one training step each, or steps of one model, and prints bytes in use at six moments. */
const RUN = `
  import { setImmediate as turn } from 'node:timers/promises';
  import { Adam, initializers, LSTM, MeanSquaredError, randomNormal, Sequential } from './dist/index.js';

  const [what, count, keep] = process.argv.slice(1);
  const yields = keep !== 'never yield';
  const [x, y] = [randomNormal([2, 3, 2], { seed: 1 }), randomNormal([2, 3], { seed: 2 })];
  const recurrentInitializer = initializers.zeros; // an orthogonal one costs more time than all the rest
  const make = () => new Sequential([new LSTM({ units: 3, recurrentInitializer })])
    .compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
  const model = make();
  const run = {
    models: () => { const short = make(); short.trainStep(x, y); return short; },
    steps: () => { model.trainStep(x, y); return model.forward(x); },
  }[what];
  const kept = [];
  function measured() {
    gc();
    const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
    return { heapUsed, external, arrayBuffers, rss };
  }
  async function measure() {
    for (let i = 0; i < 2; i++) { gc(); await turn(); }
    return measured();
  }
  const moments = [];
  for (let i = 0; i <= count; i++) {
    const result = run();
    if (keep === 'keep' || (keep === 'one in fifty' && i % 50 === 0)) kept.push(result);
    if (yields && i % 500 === 0) await turn();
    if (i > 0 && (i % Math.ceil(count / 6) === 0 || i === Number(count))) moments.push(yields ? await measure() : measured());
  }
  console.log(JSON.stringify(moments));
`;

/** Makes 100 models that train a step on two threads, and prints by how many MB the process grew after the first 20. */
const THREADED = `
  import { initializers, GRU, MeanSquaredError, randomNormal, Sequential, SGD } from './dist/index.js';
  import { WorkerTeam } from './dist/kernels/threads/team.js';

  const { write } = WorkerTeam.prototype;
  let parts = 0;
  WorkerTeam.prototype.write = function (memory, kernel, of, count) {
    parts = Math.max(parts, count);
    return write.call(this, memory, kernel, of, count);
  };
  const [x, y] = [randomNormal([8, 2, 4], { seed: 1 }), randomNormal([8, 512], { seed: 2 })];
  const recurrentInitializer = initializers.zeros;
  let from = 0;
  const train = () => {
    const model = new Sequential([new GRU({ units: 512, recurrentInitializer })], { threads: 2 });
    model.compile({ optimizer: new SGD({ learningRate: 0.01 }), loss: new MeanSquaredError() }).trainStep(x, y);
  };
  for (let i = 0; i < 100; i++) {
    train();
    if (i < 20) await new Promise((resolve) => setTimeout(resolve, 10)); // the worker starts
    if (i === 20) from = process.memoryUsage().rss;
  }
  let grown = Infinity;
  for (let i = 0; i < 200 && grown >= 400; i++) { // the worker collects its garbage by itself, on a busy machine later
    if (i % 10 === 0) train();
    await new Promise((resolve) => setTimeout(resolve, 100));
    gc();
    grown = (process.memoryUsage().rss - from) / 1e6;
  }
  console.log(JSON.stringify({ parts, grown }));
`;

type Moment = Readonly<Record<'heapUsed' | 'external' | 'arrayBuffers' | 'rss', number>>;

/** Growth from the second moment on, in MB: the first has code that was still being compiled. */
function growth(what: 'models' | 'steps', count: number, keep = ''): Moment {
  const args = ['--expose-gc', '--input-type=module', '--eval', RUN, what, String(count), keep];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const moments = JSON.parse(stdout) as Moment[];
  expect(moments).toHaveLength(6);
  const [, from, ...others] = moments;
  const most = (name: keyof Moment): number => (Math.max(...others.map((each) => each[name])) - from![name]) / 1e6;
  return {
    heapUsed: most('heapUsed'),
    external: most('external'),
    arrayBuffers: most('arrayBuffers'),
    rss: most('rss'),
  };
}

/** What is flat: noise of the collector and the allocator, far below what 20,000 of anything take. */
const FLAT: Moment = { heapUsed: 1, external: 1, arrayBuffers: 0.5, rss: 40 };

/** The same without a turn of the event loop, in which the engine would sweep: 20,000 small models have 160 MB. */
const FLAT_WITHOUT_TURNS: Moment = { heapUsed: 1, external: 40, arrayBuffers: 0.5, rss: 80 };

function grown(found: Moment, flat = FLAT): string[] {
  return (Object.keys(flat) as (keyof Moment)[]).filter((name) => !(found[name] < flat[name]));
}

const built = existsSync(`${ROOT}/dist/index.js`);

(built ? describe : describe.skip)(`memory in use${built ? '' : ', skipped: npm run build makes dist/'}`, () => {
  it.each(['models', 'steps'] as const)('stays flat over 20,000 %s', (what) => {
    expect(grown(growth(what, 20_000))).toEqual([]);
  });

  it('stays flat over 20,000 models in a program that never yields', () => {
    expect(grown(growth('models', 20_000, 'never yield'), FLAT_WITHOUT_TURNS)).toEqual([]);
  });

  it('grows only by what is kept where one model in fifty is: 270 of them, each with a memory of 64 KiB', () => {
    expect(
      grown(growth('models', 20_000, 'one in fifty'), { heapUsed: 12, external: 22, arrayBuffers: 0.5, rss: 60 }),
    ).toEqual([]);
  });

  it('stays flat over models that train on threads, each with 13 MB of shared memory', () => {
    const args = ['--expose-gc', '--input-type=module', '--eval', THREADED];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
    const { parts, grown } = JSON.parse(stdout) as { parts: number; grown: number };
    expect(parts).toBe(2);
    expect(grown).toBeLessThan(400);
  }, 60_000);

  it.each([
    ['models', 2000],
    ['steps', 10_000],
  ] as const)('is seen to grow where %s are kept', (what, count) => {
    expect(grown(growth(what, count, 'keep'))).toContain('heapUsed');
  });
});
