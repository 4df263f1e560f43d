// The worker of the playground: trains one run, and tells the page what happens.
import { observe } from './observe.mjs';
import { Run } from './run.mjs';

/** Milliseconds of training between two messages. */
const TURN = 30;
/** Milliseconds between two looks, and between two in detail, at least. */
const [LOOK, DETAIL] = [400, 3000];
/** Share of the time that looks in detail may take. */
const SHARE = 0.15;

let run;
/** Number of the run, which each message has. */
let number = 0;
let playing = false;
let timer;
/** Steps in a second; 0: as many as possible. */
let pace = 0;
/** When the next look is due, and the next one in detail. */
let [lookAt, detailAt] = [0, 0];

const tell = (message) => self.postMessage({ ...message, run: number });

/** One training step, as the page draws it. */
function step() {
  const { loss, gradientNorm, clippedNorm, skipped } = run.step();
  return { step: run.steps, loss, gradientNorm, clippedNorm, skipped };
}

function look(detail = true) {
  const start = performance.now();
  tell({ type: 'seen', step: run.steps, detail, ...observe(run, { detail }) });
  const end = performance.now();
  lookAt = end + LOOK;
  if (detail) detailAt = end + Math.max(DETAIL, (end - start) / SHARE);
}

function stop() {
  playing = false;
  clearTimeout(timer);
}

/** Pauses, and tells the hash. */
function rest() {
  stop();
  look();
  tell({ type: 'paused', step: run.steps, hash: run.hash() });
}

function turn() {
  const end = performance.now() + TURN;
  const steps = [];
  do steps.push(step());
  while (pace === 0 && performance.now() < end);
  tell({ type: 'steps', steps });
  const now = performance.now();
  if (now > lookAt) look(now > detailAt);
  timer = setTimeout(turn, pace === 0 ? 0 : 1000 / pace);
}

const COMMANDS = {
  start(data) {
    stop();
    number = data.run;
    run = new Run(data.settings);
    look();
  },
  play(data) {
    pace = data.pace;
    if (playing) return;
    playing = true;
    turn();
  },
  pause: rest,
  step() {
    tell({ type: 'steps', steps: [step()] });
    rest();
  },
};

self.onmessage = ({ data }) => {
  try {
    COMMANDS[data.type](data);
  } catch (error) {
    stop();
    tell({ type: 'failed', message: error.message });
  }
};
