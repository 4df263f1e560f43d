// The phones of the example: formants of vowels and nasals, bands of noise, silences.

/**
 * @typedef {object} Phone
 * @property {string} name
 * @property {number[]} formants - frequencies of the resonances in Hz
 * @property {number} voice - amplitude of the glottal pulses
 * @property {number} noise - amplitude of the noise
 * @property {number[]} seconds - shortest and longest duration
 */

const vowel = (name, ...formants) => ({ name, formants, voice: 1, noise: 0.01, seconds: [0.07, 0.18] });
const nasal = (name, ...formants) => ({ name, formants, voice: 0.35, noise: 0.005, seconds: [0.05, 0.12] });
const fricative = (name, voice, ...formants) => ({ name, formants, voice, noise: 0.5, seconds: [0.06, 0.14] });

/** Formants of vowels after Peterson and Barney 1952 (men), rounded; those of the other phones are made up. */
export const PHONES = [
  vowel('i', 270, 2290, 3010),
  vowel('e', 530, 1840, 2480),
  vowel('a', 730, 1090, 2440),
  vowel('o', 570, 840, 2410),
  vowel('u', 300, 870, 2240),
  nasal('m', 250, 1000, 2200),
  nasal('n', 250, 1700, 2600),
  fricative('s', 0, 3400, 3700, 3800),
  fricative('sh', 0, 2000, 2500, 3000),
  fricative('z', 0.3, 300, 3400, 3700),
];

/** Class numbers: 0 is the blank of CTC, 1 to 10 are the phones. */
export const CLASSES = PHONES.length + 1;

/** Names by class number. */
export const nameOf = (label) => (label === 0 ? 'blank' : PHONES[label - 1].name);
