// Speaks a sequence of phones: glottal pulses and noise through resonators whose frequencies glide from phone to phone.
import { PHONES } from './phones.mjs';

/** Samples per second. */
export const RATE = 8000;

/** Samples after which frequencies and amplitudes move on. */
const BLOCK = 40;

/** Share of the way to the next phone in each block: a glide of about 20 ms. */
const GLIDE = 0.25;

/** Standard deviation of the frequencies of a phone, as a share of them. */
const DEVIATION = 0.08;

const SILENCE = { formants: [500, 1500, 2500], voice: 0, noise: 0 };
const HIGHEST = 3850;

/** A speaker: pitch in Hz, length of the vocal tract, tempo, and the noise around. */
export function drawSpeaker(random) {
  return {
    pitch: random.uniform(90, 220),
    tract: random.uniform(0.85, 1.18),
    tempo: random.uniform(0.9, 1.6),
    hiss: 10 ** random.uniform(-1.8, -0.6),
  };
}

/**
 * Lists what is spoken when: silence, phones with pauses between some of them, silence. Equal phones have a pause between
 * them, as nobody could tell them from a long one.
 *
 * @returns {{ label: number, seconds: number }[]} label 0 is silence, the others are numbers of phones from 1
 */
export function schedule(labels, { tempo }, random) {
  const pause = (low, high) => ({ label: 0, seconds: random.uniform(low, high) });
  const parts = labels.flatMap((label, k) => {
    const [shortest, longest] = PHONES[label - 1].seconds;
    const phone = { label, seconds: random.uniform(shortest, longest) / tempo };
    const pauses = k > 0 && (label === labels[k - 1] || random.uniform() < 0.15);
    return pauses ? [pause(0.05, 0.12), phone] : [phone];
  });
  return [pause(0.04, 0.12), ...parts, pause(0.04, 0.12)];
}

/** A resonator: y(n) = g·x(n) + a·y(n − 1) + b·y(n − 2), at a frequency and a bandwidth in Hz. */
class Resonator {
  #before = 0;
  #last = 0;

  tune(frequency, bandwidth) {
    const r = Math.exp((-Math.PI * bandwidth) / RATE);
    this.a = 2 * r * Math.cos((2 * Math.PI * Math.min(frequency, HIGHEST)) / RATE);
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

/** Amplitudes of the resonators, in parallel. */
const STRENGTHS = [1, 0.7, 0.4];

/** Moves each number of `state` towards those of the phone. */
function glide(state, { formants, voice, noise }, tract) {
  const towards = (from, to) => from + GLIDE * (to - from);
  state.formants = state.formants.map((f, k) => towards(f, formants[k] * tract));
  state.voice = towards(state.voice, voice);
  state.noise = towards(state.noise, noise);
}

/** A phone as it is said once: no two are alike. */
function spoken(label, random) {
  const phone = PHONES[label - 1];
  const voice = phone.voice * random.uniform(0.5, 1.5);
  return { ...phone, voice, formants: phone.formants.map((f) => f * random.normal(1, DEVIATION)) };
}

/** Synthesizes a schedule. Returns the samples, and the label of each of them, 0 for silence. */
export function synthesize(parts, speaker, random) {
  const counts = parts.map(({ seconds }) => Math.round((seconds * RATE) / BLOCK) * BLOCK);
  const size = counts.reduce((sum, count) => sum + count, 0);
  const [samples, labels] = [new Float32Array(size), new Uint8Array(size)];
  const noises = new Float32Array(2 * size);
  random.fillNormal(noises, 0, 1);
  const resonators = STRENGTHS.map(() => new Resonator());
  const state = { formants: SILENCE.formants.map((f) => f * speaker.tract), voice: 0, noise: 0 };
  let [n, phase] = [0, 0];
  for (const [p, { label }] of parts.entries()) {
    const phone =
      label === 0 ? { ...SILENCE, formants: state.formants.map((f) => f / speaker.tract) } : spoken(label, random);
    const [begin, end] = [n, n + counts[p]];
    for (; n < end; n++) {
      if (n % BLOCK === 0) {
        glide(state, phone, speaker.tract);
        const width = state.noise > state.voice ? 300 : 90;
        for (const [k, resonator] of resonators.entries()) resonator.tune(state.formants[k], width * (1 + k / 2));
      }
      phase += (speaker.pitch * (1.1 - (0.3 * n) / size)) / RATE; // the pitch falls
      const pulse = phase >= 1 ? 12 * state.voice : 0;
      phase %= 1;
      const source = pulse + state.noise * noises[2 * n];
      const sound = resonators.reduce((sum, resonator, k) => sum + STRENGTHS[k] * resonator.filter(source), 0);
      samples[n] = sound + speaker.hiss * noises[2 * n + 1];
    }
    labels.fill(label, begin, end);
  }
  return { samples, labels };
}
