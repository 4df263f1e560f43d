// Zoneout, which changes predictions, and which no other library has in its layers.

import { refuse } from '../checks.ts';
import type { RNN } from '../layers/rnn.ts';

/** The zoneout of a recurrent layer; undefined if it has none. */
export function zoneoutOf({ zoneout }: Pick<RNN, 'zoneout'>): RNN['zoneout'] | undefined {
  const rates = typeof zoneout === 'number' ? [zoneout] : Object.values(zoneout ?? {});
  return rates.some((rate) => rate > 0) ? zoneout : undefined;
}

/** Refuses a layer with zoneout for weights of another library. */
export function requireNoZoneout(where: string, label: string, layer: Pick<RNN, 'zoneout'>): void {
  const zoneout = zoneoutOf(layer);
  if (zoneout !== undefined) refuse(where, label, 'have no zoneout, which also changes states in predictions', zoneout);
}
