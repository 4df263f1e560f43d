// The settings of the sound of the page, and their address.
import { BACKGROUNDS } from './backgrounds.mjs';

/** The settings that the page has at first. */
export const BUILT_IN = { background: 'notes', decibels: 5, seed: 1 };

/** Decibels from which the page lets choose. */
export const DECIBELS = [20, 10, 5, 0, -5];

const CHECKS = {
  background: (text) => (Object.hasOwn(BACKGROUNDS, text) ? text : undefined),
  decibels: (text) => DECIBELS.find((decibels) => String(decibels) === text),
  seed: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
};

/** Settings of 'background=hum&seed=7'; what it does not say, or not rightly, is as at first. */
export function readSettings(text) {
  const given = new URLSearchParams(text);
  return Object.fromEntries(
    Object.entries(BUILT_IN).map(([name, usual]) => [name, CHECKS[name](given.get(name) ?? '') ?? usual]),
  );
}

/** The address of settings: those that are not as at first. */
export function writeSettings(settings) {
  const changed = Object.entries(BUILT_IN).filter(([name, usual]) => settings[name] !== usual);
  return new URLSearchParams(changed.map(([name]) => [name, String(settings[name])])).toString();
}
