// The end of a training by Ctrl-C or SIGTERM, after its checkpoint was saved.

import type { BatchLog } from '../../training/callbacks.ts';
import { INTERRUPTED } from '../interrupt.ts';
import type { Io } from '../io.ts';

/** A word for a shell. */
const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** What a training throws that was interrupted. */
export class Stopped extends Error {
  readonly #place: BatchLog;

  constructor(place: BatchLog) {
    super('interrupted');
    this.#place = place;
  }

  /** Says how to go on; returns the exit code. */
  tell(io: Io, folder: string): number {
    const { epoch, epochs, batch, batches } = this.#place;
    const words = process.argv.slice(2).filter((word) => word !== '--fresh');
    io.err(
      `Stopped in epoch ${epoch + 1} of ${epochs} after step ${batch + 1} of ${batches}; the checkpoint is in ${folder}\n` +
        `To go on: npx bptt ${words.map(quoted).join(' ')}\n`,
    );
    return INTERRUPTED;
  }
}
