// Turns samples into features as they arrive: the logarithm of the energy in each band of frequencies, frame by frame.
import { makeFourier } from '../examples/shared/fourier.mjs';
import { cosine, log2 } from './numbers.mjs';

/** Samples per second. */
export const RATE = 8000;

/** Samples of a frame, and from frame to frame: 32 ms and 16 ms. */
const SIZE = 256;
export const HOP = 128;

/** Edges of the bands in Hz: critical bands of hearing (Zwicker 1961). */
export const EDGES = [100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700];

/** Number of bands. */
export const BANDS = EDGES.length - 1;

/** Energy that is added to each band: logarithms of silence stay finite. */
const LEAST = 1e-6;

const COSINES = Float64Array.from({ length: SIZE }, (_, n) => cosine(n / SIZE));
const WINDOW = Float64Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * COSINES[n]);
/** The first bin of the transform in each band, and the first after the last. */
const BINS = EDGES.map((edge) => Math.round((edge * SIZE) / RATE));

/** Features of one sound. It allocates nothing after its construction. */
export class Features {
  /** The features of the last frame: log₂ of the energy in each band. */
  bands = new Float32Array(BANDS);
  #recent = new Float32Array(SIZE); // a ring
  #count = 0;
  #re = new Float64Array(SIZE);
  #im = new Float64Array(SIZE);
  #fourier = makeFourier(COSINES);

  /** Takes a sample. Returns whether a frame has ended with it: every HOP samples; before the first one was silence. */
  push(sample) {
    this.#recent[this.#count % SIZE] = sample;
    this.#count++;
    if (this.#count % HOP !== 0) return false;
    this.#analyze();
    return true;
  }

  #analyze() {
    const re = this.#re;
    const im = this.#im;
    const { reversed, transform } = this.#fourier;
    for (let n = 0; n < SIZE; n++) re[reversed[n]] = WINDOW[n] * this.#recent[(this.#count + n) % SIZE];
    im.fill(0);
    transform(re, im);
    for (let band = 0; band < BANDS; band++) {
      let energy = LEAST;
      for (let k = BINS[band]; k < BINS[band + 1]; k++) energy += re[k] * re[k] + im[k] * im[k];
      this.bands[band] = log2(energy);
    }
  }
}

/** Features [T][BANDS] of a whole sound. */
export function featuresOf(samples) {
  const features = new Features();
  const frames = [];
  for (const sample of samples) if (features.push(sample)) frames.push(features.bands.slice());
  return frames;
}

/** The label of each frame, of those of the samples: that in its middle. */
export const labelsOf = (spoken) => Array.from({ length: Math.floor(spoken.length / HOP) }, (_, t) => spoken[t * HOP]); // frame t ends before (t + 1)·HOP
