// Simulates a fleet: a parent, one Redis, a network, a store, and many workers. Events in order of time; one seed, one result.

/** A heap of [time, …] by time, and by arrival for equal times. */
class Events {
  #heap = [];
  #count = 0;

  push(time, stage, job) {
    const heap = this.#heap;
    const event = { time, order: this.#count++, stage, job };
    let at = heap.push(event) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (before(heap[up], event)) break;
      heap[at] = heap[up];
      at = up;
    }
    heap[at] = event;
  }

  pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && before(heap[down + 1], heap[down])) down++;
      if (before(last, heap[down])) break;
      heap[at] = heap[down];
      at = down;
    }
    heap[at] = last;
    return first;
  }

  get isEmpty() {
    return this.#heap.length === 0;
  }
}

const before = (a, b) => a.time < b.time || (a.time === b.time && a.order < b.order);

/** Servers that take jobs in the order in which they come. `work` counts their busy seconds. */
class Station {
  work = 0;
  #free;

  constructor(servers) {
    this.#free = new Float64Array(servers);
  }

  /** When work that comes now ends. */
  serve(now, seconds) {
    const free = this.#free;
    let first = 0;
    for (let k = 1; k < free.length; k++) if (free[k] < free[first]) first = k;
    const end = Math.max(now, free[first]) + seconds;
    free[first] = end;
    this.work += seconds;
    return end;
  }

  /** Share of its time until `end` that it works. */
  busy(end) {
    return this.work / (end * this.#free.length);
  }
}

/** Uniform numbers in (0, 1): the minimal standard generator of Park and Miller. */
function uniform(seed) {
  let state = seed + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Seconds of jobs: a log-normal distribution with this mean, and this standard deviation of the logarithm. */
function durations(mean, sigma, seed) {
  const next = uniform(seed);
  return () =>
    mean * Math.exp(sigma * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()) - sigma ** 2 / 2);
}

/** What a job passes, in this order. */
const STAGES = ['add', 'queue', 'take', 'send', 'run', 'return', 'finish', 'collect', 'store'];

/**
 * Simulates a fleet until all jobs are stored.
 *
 * @param plan - jobs, workers, window (jobs that are added and not stored yet, at most), seconds of a job (mean, sigma), seconds of each step of
 *   the parent, of Redis and of the store, bytes to the worker and back, bytes a second of Redis' network, writers of the store,
 *   renewals of a lock a second, seed
 * @returns seconds, jobs a second, busy shares of each part, and the largest number of jobs in Redis
 */
export function simulate(plan) {
  const { jobs, workers, window, job, parent, redis, bytes, bandwidth, store, renewals = 0, seed = 1 } = plan;
  const duration = durations(job.mean, job.sigma, seed);
  const stations = {
    parent: new Station(1),
    redis: new Station(1),
    network: new Station(1),
    store: new Station(store.writers),
  };
  // Renewals of locks take a share of Redis whatever else it does.
  const share = workers * renewals * redis.renew;
  if (share >= 1) return { seconds: Infinity, perSecond: 0, busy: { redis: 1 }, inRedis: 0, limit: 'redis' };
  const onRedis = (now, seconds) => stations.redis.serve(now, seconds / (1 - share));
  const events = new Events();
  const waiting = [];
  let [added, stored, idle, inRedis, most, end, ran] = [0, 0, workers, 0, 0, 0, 0];
  const add = (now) => {
    if (added < jobs) events.push(now, 'add', added++);
  };
  const steps = {
    add: (now) => {
      most = Math.max(most, ++inRedis);
      return onRedis(stations.parent.serve(now, parent.add), redis.add);
    },
    take: (now) => onRedis(now, redis.take),
    send: (now) => stations.network.serve(now, bytes.down / bandwidth),
    run: (now) => {
      const seconds = duration();
      ran += seconds;
      return now + seconds;
    },
    return: (now) => stations.network.serve(now, bytes.up / bandwidth),
    finish: (now) => onRedis(now, redis.finish),
    collect: (now) => {
      inRedis--;
      return onRedis(stations.parent.serve(now, parent.collect), redis.collect);
    },
    store: (now) => stations.store.serve(now, store.seconds),
  };
  for (let k = 0; k < window; k++) add(0);
  while (!events.isEmpty) {
    const { time, stage, job: number } = events.pop();
    if (stage === 'queue') {
      if (idle === 0) waiting.push(number);
      else {
        idle--;
        events.push(time, 'take', number);
      }
      continue;
    }
    if (stage === undefined) {
      stored++;
      end = time;
      add(time);
      continue;
    }
    if (stage === 'collect') {
      // The worker is free once its result is in Redis.
      const next = waiting.shift();
      if (next === undefined) idle++;
      else events.push(time, 'take', next);
    }
    events.push(steps[stage](time), STAGES[STAGES.indexOf(stage) + 1], number);
  }
  if (stored !== jobs) throw new Error(`${stored} of ${jobs} jobs were stored`);
  const busy = Object.fromEntries(Object.entries(stations).map(([name, station]) => [name, station.busy(end)]));
  const all = { workers: ran / (end * workers), ...busy };
  const [limit] = Object.entries(all).sort(([, a], [, b]) => b - a)[0];
  return { seconds: end, perSecond: jobs / end, busy: all, inRedis: most, limit };
}
