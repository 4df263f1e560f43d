// The processor of the page: detects speech in the audio thread, and sends what it finds to the page.
import { Detector } from './detector.mjs';
import { BANDS, HOP } from './features.mjs';
import { Resampler } from './resampler.mjs';

/** Frames in a message. */
const BATCH = 5;

/** Milliseconds of a measurement. An AudioWorklet has no performance.now, and Date.now counts whole milliseconds. */
const LONG = 20;

/** Measurements; the first ones also wait until the engine has compiled the program, and the fastest one counts. */
const TIMES = 6;

/** Mean microseconds of a frame, over as many as take LONG milliseconds. */
function measure(bytes) {
  const detector = new Detector(bytes);
  let fastest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < TIMES; k++) {
    const begun = Date.now();
    let frames = 0;
    for (; Date.now() - begun < LONG; frames += 10) {
      for (let n = 0; n < 10 * HOP; n++) detector.push(((n * 7919) % 1000) / 5000 - 0.1);
    }
    fastest = Math.min(fastest, (1000 * (Date.now() - begun)) / frames);
  }
  return fastest;
}

class Voice extends AudioWorkletProcessor {
  #detector;
  #resampler;
  #batch = new Float32Array(BATCH * (BANDS + 1));
  #filled = 0;

  constructor({ processorOptions: { bytes } }) {
    super();
    this.#detector = new Detector(bytes);
    this.#resampler = new Resampler(sampleRate, (sample) => this.#take(sample));
    this.port.postMessage({ type: 'ready', microseconds: measure(bytes) });
  }

  #take(sample) {
    if (!this.#detector.push(sample)) return;
    this.#batch.set(this.#detector.bands, this.#filled);
    this.#batch[this.#filled + BANDS] = this.#detector.probability;
    this.#filled += BANDS + 1;
    if (this.#filled < this.#batch.length) return;
    this.port.postMessage({ type: 'frames', frames: this.#batch });
    this.#filled = 0;
  }

  process([[samples]]) {
    if (samples !== undefined) for (let n = 0; n < samples.length; n++) this.#resampler.push(samples[n]);
    return true;
  }
}

registerProcessor('voice', Voice);
