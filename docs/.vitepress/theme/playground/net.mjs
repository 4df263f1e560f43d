// A net of the playground: a worker that trains it, and what the page knows of it.
import { ref, shallowRef } from 'vue';

/** Points of a curve; older ones are thinned out. */
const MOST_POINTS = 400;
/** Milliseconds between two drawings of the curves. */
const PERIOD = 100;

const EMPTY = { step: [], loss: [], norm: [], clipped: [] };

/** Leaves every second point out until there are few enough; returns how many steps a point stands for. */
function thin(history, every) {
  let thinned = every;
  while (history.step.length > MOST_POINTS) {
    thinned *= 2;
    for (const name of Object.keys(history)) history[name] = history[name].filter((_, k) => k % 2 === 1);
  }
  return thinned;
}

/** Starts a worker. `start`, `play`, `pause`, `step` and `close` command it; the rest is to be shown. */
export function makeNet() {
  const net = {
    steps: ref(0),
    hash: ref(''),
    message: ref(''),
    history: shallowRef(EMPTY),
    seen: shallowRef(),
    detail: shallowRef(),
  };
  let [every, waiting, timer, runs] = [1, [], undefined, 0];

  function flush() {
    timer = undefined;
    const history = Object.fromEntries(Object.entries(net.history.value).map(([name, list]) => [name, [...list]]));
    for (const { step, loss, gradientNorm, clippedNorm } of waiting) {
      net.steps.value = step;
      if (step % every !== 0) continue;
      history.step.push(step);
      history.loss.push(loss);
      history.norm.push(gradientNorm);
      history.clipped.push(clippedNorm);
    }
    waiting = [];
    every = thin(history, every);
    net.history.value = history;
  }

  const RECEIVE = {
    steps({ steps }) {
      waiting.push(...steps);
      timer ??= setTimeout(flush, PERIOD);
    },
    seen(data) {
      net.seen.value = data;
      if (data.detail) net.detail.value = data;
    },
    paused({ hash }) {
      flush();
      net.hash.value = hash;
    },
    failed({ message }) {
      net.message.value = message;
    },
  };

  const worker = new Worker(new URL('../../../playground/worker.mjs', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => {
    if (data.run === runs) RECEIVE[data.type](data);
  };
  worker.onerror = ({ message }) => {
    net.message.value = `The worker has failed: ${message}`;
  };

  return {
    ...net,
    start(settings) {
      runs++;
      clearTimeout(timer);
      [every, waiting, timer] = [1, [], undefined];
      net.steps.value = 0;
      net.hash.value = '';
      net.message.value = '';
      net.history.value = EMPTY;
      net.seen.value = undefined;
      net.detail.value = undefined;
      worker.postMessage({ type: 'start', settings, run: runs });
    },
    play(pace) {
      net.hash.value = '';
      worker.postMessage({ type: 'play', pace });
    },
    pause: () => worker.postMessage({ type: 'pause' }),
    step: () => worker.postMessage({ type: 'step' }),
    close() {
      clearTimeout(timer);
      worker.terminate();
    },
  };
}
