// Turns samples into features: the logarithms of the energy in bands of frequencies, frame by frame.
import { makeFourier } from '../shared/fourier.mjs';
import { RATE } from './synthesis.mjs';

/** Samples of a frame, and from frame to frame: 32 ms and 16 ms. */
const SIZE = 256;
export const HOP = 128;

/** Number of bands. */
export const BANDS = 20;

const WINDOW = Float64Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE));
const COSINES = Float64Array.from({ length: SIZE }, (_, n) => Math.cos((2 * Math.PI * n) / SIZE));

const { reversed, transform } = makeFourier(COSINES);

/** Bands as triangles that overlap by half, equally wide on the mel scale. */
const FILTERS = (() => {
  const mel = (f) => 1127 * Math.log(1 + f / 700);
  const [low, high] = [mel(100), mel(RATE / 2)];
  const width = (high - low) / (BANDS + 1);
  return Array.from({ length: BANDS }, (_, band) => {
    const middle = low + width * (band + 1);
    return Array.from({ length: SIZE / 2 }, (_, k) =>
      Math.max(0, 1 - Math.abs(mel((k * RATE) / SIZE) - middle) / width),
    );
  });
})();

/** Number of frames of so many samples. */
const framesOf = (samples) => Math.max(1, Math.floor((samples - SIZE) / HOP) + 1);

/** Features [T][BANDS] of samples. */
export function features(samples) {
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  return Array.from({ length: framesOf(samples.length) }, (_, t) => {
    for (let n = 0; n < SIZE; n++) re[reversed[n]] = WINDOW[n] * (samples[t * HOP + n] ?? 0);
    im.fill(0);
    transform(re, im);
    const power = Array.from({ length: SIZE / 2 }, (_, k) => re[k] ** 2 + im[k] ** 2);
    return FILTERS.map((filter) => Math.log(1e-4 + filter.reduce((sum, w, k) => sum + w * power[k], 0)));
  });
}
