// Programs for browsers, in Node: a simulated navigator takes the place of the global one.

import { SimulatedOrigin } from './simulated-origin.ts';

/** Replaces the global navigator; the result restores it. */
export function simulateBrowser(): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const { storage, locks } = new SimulatedOrigin().tab({ streams: true }).navigator;
  const value = { locks, storage: { ...storage, persist: () => Promise.resolve(true) } };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  };
}

/** Runs a program with files of a browser of its own. */
export async function inBrowser<R>(program: () => Promise<R>): Promise<R> {
  const end = simulateBrowser();
  try {
    return await program();
  } finally {
    end();
  }
}
