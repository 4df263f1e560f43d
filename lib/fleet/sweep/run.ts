// One run of a sweep: keeps `concurrency` calls of the objective going until the study has no more trials.

import { describe } from '../../describe.ts';
import type { AbortSignalLike } from '../../training/abort-signal.ts';
import type { StudyEvent } from './events.ts';
import { Replay } from './replay.ts';
import type { Space } from './space.ts';
import type { Study } from './study.ts';
import { type Trial, type TrialReportOptions, TrialStopped } from './trial.ts';

/** Checked options of a run. */
interface RunSettings<S extends Space> {
  readonly concurrency: number;
  readonly signal: AbortSignalLike | undefined;
  readonly save: ((study: Study<S>) => unknown) | undefined;
  readonly replay: readonly StudyEvent[] | undefined;
}

type Objective<S extends Space> = (trial: Trial<S>) => number | PromiseLike<number>;

/** Longest message of an error in the results. */
const LONGEST = 500;

/** A run of a study. */
export class Run<S extends Space> {
  readonly #study: Study<S>;
  readonly #objective: Objective<S>;
  readonly #concurrency: number;
  readonly #signal: AbortSignalLike | undefined;
  readonly #save: ((study: Study<S>) => unknown) | undefined;
  readonly #replay: Replay | undefined;
  /** Number of calls that compute. Those that wait for their turn in a replay do not. */
  #active = 0;
  #saved: Promise<unknown> = Promise.resolve();
  #over = false;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(study: Study<S>, objective: Objective<S>, { concurrency, signal, save, replay }: RunSettings<S>) {
    this.#study = study;
    this.#objective = objective;
    this.#concurrency = concurrency;
    this.#signal = signal;
    this.#save = save;
    this.#replay = replay && new Replay(replay);
  }

  /** Runs until the study has no trial that could run. */
  async finish(): Promise<void> {
    const signal = this.#signal;
    const abort = (): void => this.#fail(signal!.reason);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        if (signal?.aborted) abort();
        signal?.addEventListener('abort', abort);
        this.#pump();
      });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Lets happen whatever can. */
  #pump(): void {
    try {
      while (!this.#over && this.#advance());
      if (this.#over || this.#active > 0) return;
      if (this.#replay?.isOpen) this.#replay.stuck();
      this.#over = true;
      this.#resolve();
    } catch (error) {
      this.#fail(error);
    }
  }

  #advance(): boolean {
    if (this.#replay?.admit()) return true;
    if (this.#active >= this.#concurrency || this.#replay?.isForAsk === false) return false;
    const trial = this.#study.ask();
    if (trial === undefined) return false;
    this.#happened();
    this.#active++;
    void this.#call(trial);
    return true;
  }

  /** Ends the run. What runs can be asked for again. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#study.release();
    this.#reject(error);
  }

  async #call(trial: Trial<S>): Promise<void> {
    let ended = false;
    const report = async (step: number, value: number, options?: TrialReportOptions): Promise<void> => {
      if (this.#over) throw this.#signal?.aborted ? this.#signal.reason : stoppedBy(trial.number);
      const make = (): Promise<void> => trial.report(step, value, options);
      try {
        await (this.#study.isRepeated(trial.number, step) ? make() : this.#event(trial.number, make));
      } catch (error) {
        ended ||= error instanceof TrialStopped;
        throw error;
      }
    };
    const result = await this.#valueOf({ ...trial, report });
    try {
      if (this.#over) return;
      if (!ended) await this.#event(trial.number, () => this.#tell(trial.number, result));
      if (this.#save !== undefined) {
        this.#saved = this.#saved.then(() => this.#over || this.#save!(this.#study));
        await this.#saved;
      }
      this.#active--;
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The value of a trial, or why it has none. */
  async #valueOf(trial: Trial<S>): Promise<number | string> {
    try {
      const value: unknown = await this.#objective(trial);
      if (typeof value === 'number' && !Number.isNaN(value)) return value;
      return `The objective returned ${describe(value)}`;
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : describe(error);
      return text.slice(0, LONGEST);
    }
  }

  #tell(trial: number, result: number | string): void {
    if (typeof result === 'number') this.#study.tell(trial, result);
    else this.#study.tell(trial, 'failed', result);
  }

  /** Makes an event happen: at once, or in a replay when it is its turn. */
  async #event<T>(trial: number, make: () => T): Promise<T> {
    const act = (): T => {
      const before = this.#study.record.length;
      const made = make();
      if (this.#study.record.length > before) this.#happened();
      return made;
    };
    if (this.#replay === undefined) return make();
    this.#active--;
    const turn = this.#replay.turn(trial, () => {
      this.#active++;
      return act();
    });
    this.#pump();
    return turn;
  }

  /** Compares the last event with the record. */
  #happened(): void {
    if (this.#replay !== undefined) this.#replay.happened(this.#study.record.at(-1)!);
  }
}

function stoppedBy(trial: number): TrialStopped {
  const received = `trial ${trial} of a sweep that has ended`;
  return new TrialStopped({
    where: 'trial.report',
    expected: 'be for a sweep that runs',
    received,
    trial,
    waits: true,
  });
}
