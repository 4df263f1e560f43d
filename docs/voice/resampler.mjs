// Changes the sampling rate of sound as it arrives, from that of the audio device to that of the features.
import { RATE } from './features.mjs';
import { cosine } from './numbers.mjs';

/** Phases of the filter between two samples, and its zero crossings to each side. */
const [PHASES, CROSSINGS] = [64, 8];

/** sin(πx)/(πx), without what a window of so many crossings to each side cuts off. */
function tap(x) {
  if (Math.abs(x) >= CROSSINGS) return 0;
  const window = 0.5 + 0.5 * cosine(x / (2 * CROSSINGS));
  return x === 0 ? 1 : (window * cosine(x / 2 - 0.25)) / (Math.PI * x); // sin(πx) = cos(πx − π/2)
}

/** Changes one sound to RATE. A sound of this rate stays as it is. It allocates nothing after its construction. */
export class Resampler {
  #step;
  #taps;
  #filters;
  #recent;
  #count = 0;
  #next = 0;
  #out;

  /**
   * @param {number} rate - samples per second of the sound
   * @param {(sample: number) => void} out - receives the samples
   */
  constructor(rate, out) {
    this.#step = rate / RATE;
    this.#out = out;
    const width = Math.max(1, this.#step); // a cutoff at the lower of the two rates
    this.#taps = 2 * Math.ceil(CROSSINGS * width);
    this.#filters = Array.from({ length: PHASES }, (_, phase) =>
      Float64Array.from(
        { length: this.#taps },
        (_, k) => tap((k + 1 - this.#taps / 2 - phase / PHASES) / width) / width,
      ),
    );
    this.#recent = new Float64Array(this.#taps);
  }

  /** Takes a sample, after which none, one or several samples of RATE may be complete. */
  push(sample) {
    if (this.#step === 1) {
      this.#out(sample);
      return;
    }
    this.#recent[this.#count % this.#taps] = sample;
    this.#count++;
    while (this.#next < this.#count) {
      const whole = Math.floor(this.#next);
      this.#out(this.#at(this.#filters[Math.floor(PHASES * (this.#next - whole))]));
      this.#next += this.#step;
    }
  }

  #at(filter) {
    let sum = 0;
    for (let k = 0; k < this.#taps; k++) sum += filter[k] * this.#recent[(this.#count + k) % this.#taps];
    return sum;
  }
}
