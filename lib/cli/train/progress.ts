// How far a training is: a line that is written again on a terminal, a line for each epoch elsewhere.

import type { BatchLog, EpochLog } from '../../training/callbacks.ts';
import type { Io } from '../io.ts';

/** Milliseconds between two drawings of the line; elsewhere between lines of epochs, and between those within an epoch. */
const [REDRAW, EPOCH, EVERY] = [100, 2000, 30_000];

/** A time in words: 1:05 for 65 seconds. */
export function timeInWords(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const end = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${end}` : `${minutes}:${end}`;
}

/** Tells how far a training is. */
export class ProgressLine {
  readonly #io: Io;
  readonly #lossInWords: (loss: number) => string;
  readonly #began: number = performance.now();
  #first: number | undefined;
  #last: number;
  #sum = 0;
  #count = 0;
  #validation = '';
  /** The line of the last epoch, until it is written. */
  #left: string | undefined;
  #isOpen = false;

  constructor(io: Io, lossInWords: (loss: number) => string) {
    this.#io = io;
    this.#lossInWords = lossInWords;
    this.#last = this.#began;
  }

  /** Seconds so far. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Tells a step from time to time. */
  batch(log: BatchLog): void {
    this.#first ??= log.step;
    if (log.batch === 0) this.#sum = this.#count = 0;
    if (Number.isFinite(log.loss)) {
      this.#sum += log.loss;
      this.#count++;
    }
    const now = performance.now();
    if (now - this.#last < (this.#io.interactive ? REDRAW : EVERY)) return;
    this.#last = now;
    const loss = `loss ${this.#lossInWords(this.#sum / this.#count)}${this.#validation}`;
    this.#write(
      `epoch ${log.epoch + 1}/${log.epochs}  step ${log.batch + 1}/${log.batches}  ${loss}${this.#rate(log)}`,
    );
  }

  /** Tells an epoch, unless the last line is too young: then the next one or `end` does. */
  epoch({ epoch, epochs, loss, validationLoss }: EpochLog, batches: number): void {
    this.#validation = `  validation ${this.#lossInWords(validationLoss!)}`;
    const steps = (epoch + 1) * batches;
    const rate = this.#rate({ step: steps - 1, steps: epochs * batches });
    this.#left = `epoch ${epoch + 1}/${epochs}  loss ${this.#lossInWords(loss)}${this.#validation}${rate}`;
    const now = performance.now();
    if (now - this.#last < (this.#io.interactive ? REDRAW : EPOCH)) return;
    this.#last = now;
    this.#write(this.#left);
  }

  /** Ends the line. */
  end(): void {
    if (this.#left !== undefined) this.#write(this.#left);
    if (this.#isOpen) this.#io.err('\n');
    this.#isOpen = false;
  }

  /** Steps a second, and the time that is left at most. */
  #rate({ step, steps }: Pick<BatchLog, 'step' | 'steps'>): string {
    const rate = (step + 1 - (this.#first ?? step)) / this.seconds;
    const left = (steps! - step - 1) / rate;
    return `  ${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} steps/s  ${timeInWords(left)} left`;
  }

  #write(line: string): void {
    this.#left = undefined;
    if (!this.#io.interactive) {
      this.#io.err(`${line}\n`);
      return;
    }
    const { columns = 80 } = process.stderr;
    this.#io.err(`\r${line.slice(0, columns - 1)}\u001b[K`);
    this.#isOpen = true;
  }
}
