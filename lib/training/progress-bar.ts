// A progress bar for `fit` and `fitStream`, as callbacks.

import { requireBoolean, requireFunction } from '../checks.ts';
import { integer, optional, readOptions, type Schema } from '../options.ts';
import type { BatchLog, Callbacks } from './callbacks.ts';

/** Options of `progressBar`. */
export interface ProgressBarOptions {
  /** Writes text; default: to the standard error stream if there is one, else to the console. */
  readonly write?: (text: string) => void;
  /**
   * Whether the output can overwrite its last line. If false, the bar prints one line per epoch. Default: true for a
   * terminal.
   */
  readonly interactive?: boolean;
  /** Width of the bar in characters, from 1 to 1000; default 24. */
  readonly width?: number;
}

const OPTIONS: Schema<ProgressBarOptions, 'write' | 'interactive'> = {
  write: optional(requireFunction<(text: string) => void>),
  interactive: optional(requireBoolean),
  width: optional(integer(1, 1000), 24),
};

/** A standard error stream like that of Node. */
interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Globals that some run times have. */
interface Host {
  readonly process?: { readonly stderr?: Terminal };
  readonly console?: { info(text: string): void };
}

/** Milliseconds between two redraws. */
const REDRAW = 100;

/**
 * Creates callbacks for `fit` and `fitStream` that print a progress bar: epoch, loss, gradient norm before and after
 * clipping, learning rate.
 *
 * @param options - see ProgressBarOptions
 * @throws ArgumentError
 *
 * @example
 * ```ts
 * const lines = [];
 * const bar = progressBar({ interactive: false, write: (text) => lines.push(text) });
 * // await model.fit(x, y, { epochs: 20, callbacks: [bar] });
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): Callbacks {
  const { process, console } = globalThis as Host;
  const terminal = process?.stderr;
  const {
    write = defaultWrite(terminal, console),
    interactive = terminal?.isTTY ?? false,
    width,
  } = readOptions('progressBar', options, OPTIONS);
  let last = -Infinity;
  let open = false; // whether the last line lacks its end
  const overwrite = (line: string): void => {
    write(`\r${line}\u001b[K`);
    open = true;
  };
  return {
    onBatchEnd(log) {
      const now = Date.now();
      if (!interactive || Math.abs(now - last) < REDRAW) return;
      last = now;
      overwrite(`${bar(log, width)} ${numbers(log)}`);
    },
    onEpochEnd(log) {
      const validation = log.validationLoss === undefined ? '' : `  validation ${figure(log.validationLoss)}`;
      const skipped = log.skipped === 0 ? '' : `  skipped ${log.skipped}`;
      const line = `epoch ${log.epoch + 1}/${log.epochs} ${numbers(log)}${validation}${skipped}`;
      if (interactive) overwrite(line);
      else write(`${line}\n`);
    },
    onTrainEnd() {
      if (open) write('\n');
      open = false;
    },
  };
}

function defaultWrite(terminal: Terminal | undefined, console: Host['console']): (text: string) => void {
  if (terminal !== undefined) return (text) => void terminal.write(text);
  return (text) => console?.info(text.trimEnd());
}

function bar({ epoch, epochs, batch, batches }: BatchLog, width: number): string {
  if (batches === undefined) return `batch ${batch + 1}`;
  const share = (epoch + (batch + 1) / batches) / epochs;
  const full = Math.round(share * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${epoch + 1}/${epochs}`;
}

type Numbers = Pick<BatchLog, 'loss' | 'gradientNorm' | 'clippedNorm' | 'learningRate'>;

function numbers({ loss, gradientNorm, clippedNorm, learningRate }: Numbers): string {
  const clipped = clippedNorm === gradientNorm ? '' : ` -> ${figure(clippedNorm)}`;
  return `loss ${figure(loss)}  gradient ${figure(gradientNorm)}${clipped}  rate ${figure(learningRate)}`;
}

function figure(value: number): string {
  return value.toPrecision(3);
}
