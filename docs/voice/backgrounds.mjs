// Backgrounds without speech.
import { RATE } from './features.mjs';
import { cosine } from './numbers.mjs';
import { makeNoise, Resonator } from './speech.mjs';

/** Adds a decaying or swelling tone of harmonics. */
function addNote(samples, from, seconds, frequency, strength, decay) {
  const size = Math.round(seconds * RATE);
  for (let harmonic = 1; harmonic <= 5 && harmonic * frequency < 3700; harmonic++) {
    // cos(ω(n + 1)) = 2·cos(ω)·cos(ωn) − cos(ω(n − 1))
    const turns = (harmonic * frequency) / RATE;
    const twice = 2 * cosine(turns);
    let [before, now, loud] = [cosine(turns), 1, strength / harmonic];
    for (let n = from; n < from + size && n < samples.length; n++) {
      const ramp = Math.min(1, (n - from) / 80, (from + size - n) / 80); // no clicks
      samples[n] += ramp * loud * now;
      loud *= decay;
      [before, now] = [now, twice * now - before];
    }
  }
}

/** Noise of a spectrum that falls, as of wind or a fan: steady, or in slow swells. */
function hiss(random, size) {
  const [white, smooth] = [makeNoise(random), random.uniform(0, 0.9)];
  const [depth, period] = [random.uniform(0, 0.8), RATE * random.uniform(0.5, 4)];
  let [last, swell] = [0, 1];
  return Float32Array.from({ length: size }, (_, n) => {
    if (n % 80 === 0) swell = 1 + depth * cosine(n / period);
    last = smooth * last + white();
    return swell * last;
  });
}

/** The hum of a machine: many harmonics of a mains frequency, and some noise. */
function hum(random, size) {
  const samples = new Float32Array(size);
  const base = [50, 60, 100, 120][random.integer(4)];
  for (let harmonic = 1; harmonic <= 8; harmonic++) {
    addNote(samples, 0, size / RATE, base * harmonic, (random.uniform() * random.uniform()) / harmonic, 1);
  }
  const white = makeNoise(random);
  return samples.map((sample) => sample + 0.05 * white());
}

/** Clicks and knocks: bursts through resonators, regular or not. */
function clicks(random, size) {
  const samples = new Float32Array(size);
  const [white, resonator] = [makeNoise(random), new Resonator()];
  const [gap, regular] = [random.uniform(0.08, 0.6), random.uniform() < 0.5];
  for (let at = 0; at < size; at += Math.round(RATE * gap * (regular ? 1 : random.uniform(0.2, 1.8)))) {
    resonator.tune(random.uniform(300, 3000), random.uniform(100, 800));
    const strength = random.uniform(0.3, 1);
    for (let n = 0; n < 600 && at + n < size; n++) samples[at + n] += resonator.filter(n < 16 ? strength * white() : 0);
  }
  return samples.map((sample) => sample + 0.002 * white());
}

/** Notes of a scale, one after the other or together, as of an organ or of plucked strings. */
function notes(random, size) {
  const samples = new Float32Array(size);
  const base = random.uniform(110, 300);
  const [beat, decay] = [random.uniform(0.15, 0.5), random.uniform() < 0.5 ? 1 : 0.9996];
  const scale = [1, 9 / 8, 5 / 4, 4 / 3, 3 / 2, 5 / 3, 15 / 8, 2];
  for (let at = 0; at < size; at += Math.round(RATE * beat)) {
    for (let voices = 1 + random.integer(3); voices > 0; voices--) {
      const frequency = base * scale[random.integer(scale.length)];
      addNote(samples, at, beat * random.uniform(0.8, 2), frequency, random.uniform(0.3, 1), decay);
    }
  }
  const white = makeNoise(random);
  return samples.map((sample) => sample + 0.01 * white());
}

/** Functions of random numbers and a count of samples that return sound. */
export const BACKGROUNDS = { hiss, hum, clicks, notes };
