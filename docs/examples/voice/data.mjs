// Sounds to train on and held-out ones, as features and labels of frames.
import { Random, Tensor } from 'bptt';
import { BACKGROUNDS } from '../../voice/backgrounds.mjs';
import { scaled } from '../../voice/detector.mjs';
import { BANDS, featuresOf, labelsOf } from '../../voice/features.mjs';
import { exponential, log2 } from '../../voice/numbers.mjs';
import { makeSound } from '../../voice/sound.mjs';

/**
 * @typedef {object} Sound
 * @property {string} background
 * @property {number} decibels
 * @property {Float32Array[]} frames - features [T][BANDS]
 * @property {number[]} levels - log₂ of the energy of each frame, over all bands
 * @property {number[]} labels - 1 for each frame whose middle is within a phrase
 */

/** Numbers of sounds, and seeds: held-out sounds of a rehearsal are others. */
const SETS = {
  trained: { count: 192, seconds: 8, seed: 1 },
  heldOut: { count: 80, seconds: 10, seed: 2 },
  rehearsal: { count: 80, seconds: 10, seed: 3 },
};

/** Speech is so much stronger than the background of held-out sounds; sounds to train on lie between and beyond. */
export const LEVELS = [-5, 0, 5, 10, 20];
const [WEAKEST, STRONGEST] = [-8, 40];

const levelOf = (frame) => log2(frame.reduce((sum, band) => sum + exponential(Math.LN2 * band), 0));

function soundOf(settings) {
  const { samples, spoken } = makeSound(settings);
  const frames = featuresOf(samples);
  return { ...settings, frames, levels: frames.map(levelOf), labels: labelsOf(spoken) };
}

/** Sounds to train on, and held-out ones: each background equally often. `share` makes fewer. @returns lists of Sound */
export function makeSounds({ rehearse = false, share = 1 } = {}) {
  const names = Object.keys(BACKGROUNDS);
  const make = ({ count, seconds, seed }, levelOf) => {
    const random = new Random(seed);
    return Array.from({ length: Math.round(share * count) }, (_, n) => {
      const decibels = levelOf(Math.floor(n / names.length), random);
      return soundOf({ background: names[n % names.length], decibels, seconds, seed: random.integer(2 ** 32) });
    });
  };
  return {
    trained: make(SETS.trained, (_, random) => random.uniform(WEAKEST, STRONGEST)),
    heldOut: make(rehearse ? SETS.rehearsal : SETS.heldOut, (n) => LEVELS[n % LEVELS.length]),
  };
}

/** Inputs [N, T, BANDS] and targets [N, T, 1] of sounds of one length. */
export function arrays(sounds) {
  const T = sounds[0].frames.length;
  const x = Float32Array.from(sounds.flatMap(({ frames }) => frames.flatMap((frame) => Array.from(frame, scaled))));
  const y = Float32Array.from(sounds.flatMap(({ labels }) => labels));
  return {
    x: new Tensor({ data: x }, [sounds.length, T, BANDS]),
    y: new Tensor({ data: y }, [sounds.length, T, 1]),
  };
}
