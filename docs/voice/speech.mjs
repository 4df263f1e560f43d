// Speech-like sound: pulses and noise through resonators whose frequencies glide from phone to phone.
import { PHONES } from '../examples/speech/phones.mjs';
import { RATE } from './features.mjs';
import { cosine, exponential } from './numbers.mjs';

/** Samples after which frequencies and amplitudes move on, and their share of the way to the next phone. */
const [BLOCK, GLIDE] = [40, 0.25];

/** Amplitudes of the resonators, in parallel, and bandwidths in Hz. */
const [STRENGTHS, WIDTHS] = [
  [1, 0.7, 0.4],
  [90, 130, 180],
];
const HIGHEST = 3850;

const [VOWELS, CONSONANTS] = [PHONES.slice(0, 5), PHONES.slice(5)];

/** A resonator: y(n) = g·x(n) + a·y(n − 1) + b·y(n − 2), at a frequency and a bandwidth in Hz. */
export class Resonator {
  #before = 0;
  #last = 0;

  tune(frequency, bandwidth) {
    const r = exponential((-Math.PI * bandwidth) / RATE);
    this.a = 2 * r * cosine(Math.min(frequency, HIGHEST) / RATE);
    this.b = -r * r;
    this.gain = 1 - r;
  }

  filter(x) {
    const y = this.gain * x + this.a * this.#last + this.b * this.#before;
    this.#before = this.#last;
    this.#last = y;
    return y;
  }
}

/** Noise from −1 to 1 (a linear congruential generator), faster than the library's numbers. */
export function makeNoise(random) {
  let state = random.integer(2 ** 32);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

/** Pitch in Hz, length of the vocal tract, seconds of a syllable, and how much the pitch moves. */
export function drawSpeaker(random) {
  return {
    pitch: random.uniform(85, 260),
    tract: random.uniform(0.85, 1.2),
    syllable: random.uniform(0.14, 0.28),
    melody: random.uniform(0.05, 0.25),
  };
}

/** The phones of some syllables, with a pause between some of them: `{ phone, size }`, in samples. */
function phonesOf(syllables, { syllable }, random) {
  const size = (share) => BLOCK * Math.round((RATE * syllable * share * random.uniform(0.7, 1.3)) / BLOCK);
  const draw = (list) => list[random.integer(list.length)];
  const silence = { formants: [500, 1500, 2500], voice: 0, noise: 0 };
  return Array.from({ length: syllables }, () => [
    ...(random.uniform() < 0.8 ? [{ phone: draw(CONSONANTS), size: size(0.35) }] : []),
    { phone: draw(VOWELS), size: size(0.65) },
    ...(random.uniform() < 0.3 ? [{ phone: silence, size: size(0.3) }] : []),
  ]).flat();
}

/** Adds a phrase to samples, from one of them on. Returns the sample at which it ends. */
export function speak(samples, from, syllables, speaker, random) {
  const phones = phonesOf(syllables, speaker, random);
  const end = from + phones.reduce((sum, { size }) => sum + size, 0);
  const noise = makeNoise(random);
  const resonators = STRENGTHS.map(() => new Resonator());
  const formants = [500, 1500, 2500];
  const rise = random.uniform(-1, 1);
  let [n, phase, voice, hiss, pitch] = [from, 0, 0, 0, speaker.pitch];
  for (const { phone, size } of phones) {
    const loud = random.uniform(0.5, 1.5);
    for (const stop = n + size; n < stop && n < samples.length; n++) {
      if ((n - from) % BLOCK === 0) {
        voice += GLIDE * (phone.voice * loud - voice);
        hiss += GLIDE * (phone.noise - hiss);
        const along = (n - from) / (end - from);
        pitch = speaker.pitch * (1 + speaker.melody * (rise * (along - 0.5) + 0.5 * cosine(3 * along) - 0.5 * along));
        for (let k = 0; k < resonators.length; k++) {
          formants[k] += GLIDE * (phone.formants[k] * speaker.tract - formants[k]);
          resonators[k].tune(formants[k], WIDTHS[k] * (hiss > voice ? 3 : 1));
        }
      }
      phase += (pitch * (1 + 0.02 * noise())) / RATE;
      const source = (phase >= 1 ? 12 * voice : 0) + hiss * noise();
      if (phase >= 1) phase -= 1;
      for (let k = 0; k < resonators.length; k++) samples[n] += STRENGTHS[k] * resonators[k].filter(source);
    }
  }
  return Math.min(end, samples.length);
}
