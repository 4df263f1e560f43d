// Makes sound with and without speech: phrases of syllables before a background. The same seed gives the same bits on every
// engine.
import { Random } from 'bptt';
import { BACKGROUNDS } from './backgrounds.mjs';
import { RATE } from './features.mjs';
import { amplitudeOf } from './numbers.mjs';
import { drawSpeaker, speak } from './speech.mjs';

/** Seconds of pauses, and syllables of phrases: least and most. */
const [PAUSES, SYLLABLES] = [
  [0.4, 2],
  [2, 9],
];

/** Root mean square of a sound over some of its samples. */
function strengthOf(samples, counts = () => true) {
  let [sum, count] = [0, 0];
  for (let n = 0; n < samples.length; n++) {
    if (!counts(n)) continue;
    sum += samples[n] * samples[n];
    count++;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

/** Phrases and pauses: samples, and for each of them whether it is within a phrase. */
function conversation(random, size) {
  const [samples, spoken] = [new Float32Array(size), new Uint8Array(size)];
  const speaker = drawSpeaker(random);
  for (let at = 0; ; ) {
    at += Math.round(RATE * random.uniform(...PAUSES));
    if (at >= size) return { samples, spoken };
    const [least, most] = SYLLABLES;
    const end = speak(samples, at, least + random.integer(most - least + 1), speaker, random);
    spoken.fill(1, at, end);
    at = end;
  }
}

/**
 * Makes a sound of speech before a background.
 *
 * @param {object} settings
 * @param {string} settings.background - a name of BACKGROUNDS
 * @param {number} settings.decibels - how much stronger speech is than the background
 * @param {number} settings.seed
 * @param {number} [settings.seconds]
 * @returns samples, from −1 to 1, and spoken, 1 for each sample within a phrase
 */
export function makeSound({ background, decibels, seed, seconds = 20 }) {
  const random = new Random(seed);
  const size = Math.round(seconds * RATE);
  const gain = amplitudeOf(random.uniform(-30, -12));
  const { samples, spoken } = conversation(random, size);
  const behind = BACKGROUNDS[background](random, size);
  const voice =
    gain /
    Math.max(
      1e-9,
      strengthOf(samples, (n) => spoken[n] === 1),
    );
  const rest = (gain * amplitudeOf(-decibels)) / strengthOf(behind);
  for (let n = 0; n < size; n++) samples[n] = Math.min(1, Math.max(-1, voice * samples[n] + rest * behind[n]));
  return { samples, spoken };
}
