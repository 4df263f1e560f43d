// The worker of the playground: trains one run, and tells the page what happens.
import { observe } from './observe.mjs';
import { Run } from './run.mjs';

/** Milliseconds of training between two messages, and between two observations. */
const [TURN, LOOK] = [30, 400];

let run;
let playing = false;
/** Steps in a second; 0: as many as possible. */
let pace = 0;
let lookedAt = 0;

/** One training step, as the page draws it. */
function step() {
  const { loss, gradientNorm, clippedNorm, skipped } = run.step();
  return { step: run.steps, loss, gradientNorm, clippedNorm, skipped };
}

function look() {
  lookedAt = performance.now();
  self.postMessage({
    type: 'seen',
    step: run.steps,
    score: run.score(),
    goal: run.task.goal,
    ...observe(run),
  });
}

function turn() {
  if (!playing) return;
  const end = performance.now() + TURN;
  const steps = [];
  do steps.push(step());
  while (pace === 0 && performance.now() < end);
  self.postMessage({ type: 'steps', steps });
  if (performance.now() - lookedAt > LOOK) look();
  setTimeout(turn, pace === 0 ? 0 : 1000 / pace);
}

const COMMANDS = {
  start({ settings }) {
    playing = false;
    run = new Run(settings);
    look();
  },
  play(data) {
    pace = data.pace;
    if (playing) return;
    playing = true;
    turn();
  },
  pause() {
    playing = false;
    look();
    self.postMessage({ type: 'paused', step: run.steps, hash: run.hash() });
  },
  step() {
    playing = false;
    self.postMessage({ type: 'steps', steps: [step()] });
    look();
    self.postMessage({ type: 'paused', step: run.steps, hash: run.hash() });
  },
};

self.onmessage = ({ data }) => {
  try {
    COMMANDS[data.type](data);
  } catch (error) {
    playing = false;
    self.postMessage({ type: 'failed', message: error.message });
  }
};
