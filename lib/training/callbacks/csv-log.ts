// `CsvLog`: the figures of each epoch or batch as rows of comma-separated values.

import { refuse, requireBoolean, requireEntries, requireFunction } from '../../checks.ts';
import { optional, readOptions, required, type Schema } from '../../options.ts';
import type { BatchLog, CallbackState, Callbacks, EpochLog } from '../callbacks.ts';
import { figuresOf } from './monitor.ts';

/** Options of `CsvLog`. */
export interface CsvLogOptions {
  /** Receives the text of each row with its line end, the header first. The training waits for its promise. */
  readonly write: (text: string) => unknown;
  /** Whether each batch makes a row, instead of each epoch; default false. */
  readonly batches?: boolean;
}

const OPTIONS: Schema<CsvLogOptions> = {
  write: /* @__PURE__ */ required(requireFunction<(text: string) => unknown>),
  batches: /* @__PURE__ */ optional(requireBoolean, false),
};

const STATE: Schema<{ readonly columns?: readonly string[] }, 'columns'> = {
  columns: /* @__PURE__ */ optional((where, argument, value) => {
    const names = requireEntries(where, argument, value as readonly string[], 'be an array of names');
    return names.every((name) => typeof name === 'string') ? names : refuse(where, argument, 'hold strings', names);
  }),
};

/**
 * Writes the figures of each epoch as a row of comma-separated values (RFC 4180), under a header with their names:
 * `epoch`, `epochs`, `loss`, `metrics.accuracy`. Numbers read back exactly, as JavaScript writes them: `Number(field)`,
 * also for NaN and infinities. A figure that the first row does not have is left out; one that a later row lacks is an
 * empty field. In a training that continues from a checkpoint, the rows continue without a second header; rows that were
 * written after the checkpoint was made come again.
 *
 * @example
 * ```ts
 * const rows = [];
 * const log = new CsvLog({ write: (row) => rows.push(row) });
 * const model = new Sequential([new Dense({ units: 1 })]).compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
 * await model.fit(zeros([4, 2]), zeros([4, 1]), { epochs: 2, callbacks: [log] });
 * rows[0]; // 'epoch,epochs,loss,gradientNorm,clippedNorm,clippedShare,skipped,learningRate\r\n'
 * rows[2]; // '1,2,0,0,0,0,0,0.01\r\n'
 * ```
 */
export class CsvLog implements Callbacks {
  readonly #write: CsvLogOptions['write'];
  readonly #batches: boolean;
  #columns: readonly string[] | undefined;

  /**
   * @param options - see CsvLogOptions
   * @throws ArgumentError
   */
  constructor(options: CsvLogOptions) {
    ({ write: this.#write, batches: this.#batches } = readOptions('CsvLog', options, OPTIONS));
  }

  /** What it remembers: the names of the columns, once the header was written. */
  get state(): CallbackState {
    return this.#columns === undefined ? {} : { columns: [...this.#columns] };
  }

  /** @throws ArgumentError for anything else than such a state; then it keeps its own */
  set state(state: CallbackState) {
    this.#columns = readOptions('CsvLog', state as never, STATE, 'state').columns;
  }

  /** @internal */
  onTrainBegin(): void {
    this.#columns = undefined;
  }

  /** @internal */
  async onBatchEnd(log: BatchLog): Promise<void> {
    if (this.#batches) await this.#row(log);
  }

  /** @internal */
  async onEpochEnd(log: EpochLog): Promise<void> {
    if (!this.#batches) await this.#row(log);
  }

  async #row(log: object): Promise<void> {
    const figures = new Map(figuresOf(log));
    const write = this.#write;
    if (this.#columns === undefined) {
      this.#columns = [...figures.keys()];
      await write(lineOf(this.#columns.map(quoted)));
    }
    await write(lineOf(this.#columns.map((name) => textOf(figures.get(name)))));
  }
}

function lineOf(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}

/** A field in quotation marks if it has a comma, a quotation mark or a line end. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(value: number | undefined): string {
  if (value === undefined) return '';
  return Object.is(value, -0) ? '-0' : String(value);
}
