// The training whose bits are compared on several threads, in plain ECMAScript.

const THREADS = [1, 2, 3, 5, 16];
const STEPS = 5;

/** Milliseconds in which workers have to start. */
const PATIENCE = 60_000;

/** The most parts of a call, and the threads of the team that was asked last. */
function watch({ prototype }) {
  const seen = { parts: 1, threads: 1 };
  const { write } = prototype;
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'threads');
  prototype.write = function (memory, kernel, of, parts) {
    seen.parts = Math.max(seen.parts, parts);
    return write.call(this, memory, kernel, of, parts);
  };
  Object.defineProperty(prototype, 'threads', {
    get() {
      seen.threads = get.call(this);
      return seen.threads;
    },
  });
  return seen;
}

/** Bytes of a model after trainings by single steps, and by `fit`. */
async function bytesOf(bptt, threads, seen) {
  const { Adam, Dense, Dropout, GRU, LSTM, MeanSquaredError, randomNormal, Sequential } = bptt;
  const make = () => {
    const recurrent = [
      new LSTM({ units: 64, returnSequences: true, recurrentDropout: 0.2 }),
      new Dropout({ rate: 0.2 }),
      new GRU({ units: 50, returnSequences: true }),
    ];
    const model = new Sequential([...recurrent, new Dense({ units: 3 })], {
      seed: 1,
      threads,
      threadTimeout: PATIENCE,
    });
    return model.compile({ optimizer: new Adam(), loss: new MeanSquaredError(), clip: { globalNorm: 1 } });
  };
  const [x, y] = [randomNormal([37, 9, 33], { seed: 2 }), randomNormal([37, 9, 3], { seed: 3 })];
  const first = make();
  const end = performance.now() + PATIENCE;
  do {
    await first.fit(x, y, { epochs: 1, batchSize: 37 }); // starts the workers
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (seen.threads < threads && bptt.backend().oneThread === undefined && performance.now() < end);
  const model = make();
  for (let step = 0; step < STEPS; step++) model.trainStep(x, y);
  await model.fit(x, y, { epochs: STEPS, batchSize: 36 }); // and a batch of one row
  return model.toBytes();
}

/**
 * Trains on 1, 2, 3, 5 and 16 threads. Returns one hash (SHA-256) if all models have the same bits, or all hashes, and the
 * number of threads of each.
 *
 * @param bptt - the library
 * @param Team - its class `WorkerTeam`
 */
export async function trainOnThreads(bptt, Team) {
  const seen = watch(Team);
  const [hashes, parts] = [new Set(), []];
  for (const threads of THREADS) {
    Object.assign(seen, { parts: 1, threads: 1 });
    const bytes = Uint8Array.from(await bytesOf(bptt, threads, seen));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    hashes.add([...hash].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
    parts.push(seen.parts);
  }
  const { oneThread } = bptt.backend();
  if (oneThread !== undefined) return `one thread: ${oneThread}`;
  return `${[...hashes].join(' and ')} on ${parts.join(', ')} threads`;
}
