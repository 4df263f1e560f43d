// Makes utterances, and arrays of them.
import { pad, Random } from 'bptt';
import { features, HOP } from './features.mjs';
import { PHONES } from './phones.mjs';
import { drawSpeaker, schedule, synthesize } from './synthesis.mjs';

/**
 * @typedef {object} Utterance
 * @property {number[]} labels - class numbers of its phones, from 1
 * @property {number[][]} frames - features [T][BANDS]
 * @property {number[]} times - the label of each frame, 0 for silence; only the baselines learn from them
 */

/** Says some phones, each utterance by a speaker of its own. @returns {Utterance} */
function utter(random, { shortest = 3, longest = 8 } = {}) {
  const labels = Array.from({ length: shortest + random.integer(longest - shortest + 1) }, () => {
    return 1 + random.integer(PHONES.length);
  });
  const speaker = drawSpeaker(random);
  const { samples, labels: spoken } = synthesize(schedule(labels, speaker, random), speaker, random);
  const frames = features(samples);
  return { labels, frames, times: frames.map((_, t) => spoken[t * HOP + HOP]) };
}

/** Numbers of utterances, and seeds: held-out utterances of a rehearsal are others. */
const SETS = {
  trained: { count: 3200, seed: 1 },
  heldOut: { count: 400, seed: 2 },
  rehearsal: { count: 400, seed: 3 },
};

/** Utterances to train on, and held-out ones. `share` makes fewer. */
export function makeUtterances({ rehearse = false, share = 1 } = {}) {
  const make = ({ count, seed }) => {
    const random = new Random(seed);
    return Array.from({ length: Math.round(share * count) }, () => utter(random));
  };
  return { trained: make(SETS.trained), heldOut: make(rehearse ? SETS.rehearsal : SETS.heldOut) };
}

/** Whether two equal phones follow each other. */
export const repeats = ({ labels }) => labels.some((label, k) => label === labels[k - 1]);

/** Mean and standard deviation of each band, over all frames. */
export function scaleOf(utterances) {
  const frames = utterances.flatMap((each) => each.frames);
  return frames[0].map((_, band) => {
    const mean = frames.reduce((sum, frame) => sum + frame[band], 0) / frames.length;
    const variance = frames.reduce((sum, frame) => sum + (frame[band] - mean) ** 2, 0) / frames.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
}

const scaled = (frames, scale) =>
  frames.map((frame) => frame.map((value, band) => (value - scale[band].mean) / scale[band].deviation));

/** Inputs x [N, T, BANDS] and their lengths, and labels y [N, S], followed by −1. */
export function arrays(utterances, scale) {
  const { x, lengths } = pad(utterances.map(({ frames }) => scaled(frames, scale)));
  const y = pad(
    utterances.map(({ labels }) => labels),
    { value: -1 },
  ).x;
  return { x, lengths, y };
}
