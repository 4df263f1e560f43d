// What of the options of `compile` decides the gradients.

import type { Compiled } from '../train-step.ts';

/** The options as texts, to be compared. Of a function, only that it is one. */
export function settingsOf({ loss, clip, through }: Compiled): Readonly<Record<string, string>> {
  return {
    loss: String(loss),
    clip: typeof clip === 'function' ? 'a function' : JSON.stringify(clip ?? 'none'),
    truncate: JSON.stringify(through.truncate ?? 'none'),
  };
}
