// A study: trials by ask and tell, with their results.

import { reading, refuse, requireInteger, requireNumber, requireRecord } from '../../checks.ts';
import { Inspectable } from '../../tensor/inspectable.ts';
import { requireCheckpoint } from './checkpoints.ts';
import { csvOf } from './csv.ts';
import type { StudyEvent } from './events.ts';
import type { SweepPruner } from './pruners.ts';
import type { TrialVerdict } from './referee.ts';
import { resultOf, stopped } from './results.ts';
import type { SweepSampler } from './samplers.ts';
import { type ParametersOf, requireSpace, type Space } from './space.ts';
import { readStudy, writeStudy } from './study-json.ts';
import { readStudyOptions, type StudyOptions } from './study-options.ts';
import { StudyState } from './study-state.ts';
import type { Trial, TrialReportOptions, TrialResult } from './trial.ts';
import { compareValues, type TrialState } from './trial-state.ts';

const { freeze } = Object;

/**
 * Trials of values from a space, by ask and tell. `ask` gives a trial to run, `tell` takes its result. Several trials may run at
 * once, anywhere. `sweep` does this for an objective.
 *
 * Unless the pruner is `asha`, the trials and their results depend only on space, options and objective: not on how many
 * trials run at once, nor on the order in which they end. They are the same on every engine.
 *
 * @example
 * ```ts
 * const study = new Study({ x: uniform(-1, 1), sign: choice(['+', '-']) }, { trials: 30, seed: 1 });
 * for (let trial = study.ask(); trial !== undefined; trial = study.ask()) {
 *   const { x, sign } = trial.parameters;
 *   study.tell(trial, sign === '+' ? x * x : 1 - x * x);
 * }
 * study.done;                      // true
 * study.trials.length;             // 30
 * study.best!.value! < 0.05;       // true
 * const json = JSON.stringify(study);
 * Study.fromJSON(JSON.parse(json)).toCsv() === study.toCsv(); // true
 * ```
 */
export class Study<S extends Space = Space> extends Inspectable {
  /** The distribution of each parameter. */
  readonly space: S;
  /** What chooses the values of trials. */
  readonly sampler: SweepSampler;
  /** What ends trials early. */
  readonly pruner: SweepPruner | undefined;
  /** Whether smaller or larger values are better. */
  readonly direction: 'minimize' | 'maximize';
  /** Number of trials that the study will have. */
  readonly size: number;
  /** Seed of all random numbers. */
  readonly seed: number;
  /** Trial n learns from trials up to n − lag. */
  readonly lag: number;
  readonly #state: StudyState;
  /** Trials that ran when the study was saved: the next to be asked for. */
  readonly #lost: TrialState[] = [];
  /** How often each trial was asked for: only the last call of the objective may report. */
  readonly #calls: number[] = [];

  /**
   * @param space - a distribution for each parameter: `uniform`, `integer` or `choice`
   * @param options - see StudyOptions
   * @throws ArgumentError
   */
  constructor(space: S, options: StudyOptions = {}) {
    super();
    const where = 'Study';
    this.space = freeze(requireSpace(where, space));
    const settings = readStudyOptions(where, this.space, options);
    this.sampler = settings.sampler;
    this.pruner = settings.pruner;
    this.direction = settings.direction;
    this.size = settings.size;
    this.seed = settings.seed;
    this.lag = settings.lag;
    this.#state = new StudyState(this.space, settings);
  }

  /** Results of all trials so far, by number: plain objects, which do not change later. */
  get trials(): readonly TrialResult<S>[] {
    return this.#state.trials.map((trial) => resultOf<S>(trial));
  }

  /** The complete trial with the best value, the first of equal ones; undefined before one is complete. */
  get best(): TrialResult<S> | undefined {
    const complete = this.#state.trials.filter(({ state }) => state === 'complete');
    const best = complete.reduce<TrialState | undefined>(
      (a, b) => (a === undefined || compareValues(b.score, a.score) < 0 ? b : a),
      undefined,
    );
    return best && resultOf<S>(best);
  }

  /** Whether all trials have ended. */
  get done(): boolean {
    return this.#state.done;
  }

  /** What happened, in order: with `asha`, the decisions depend on it, and the option `replay` of `sweep` repeats it. */
  get record(): readonly StudyEvent[] {
    return [...this.#state.events];
  }

  /** @internal Whether at most `lag` trials run at once. */
  get looksBack(): boolean {
    return this.#state.looksBack;
  }

  /** @internal Whether a trial reported this step before its objective was called again. */
  isRepeated(trial: number, step: number): boolean {
    return step <= this.#state.trials[trial]!.madeUpTo;
  }

  /** @internal Whatever runs has to be asked for again: its calls of the objective are over. */
  release(): void {
    this.#lost.length = 0;
    for (const trial of this.#state.running) {
      trial.madeUpTo = this.#state.lastStep(trial);
      this.#calls[trial.number] = (this.#calls[trial.number] ?? 0) + 1;
      this.#lost.push(trial);
    }
  }

  /**
   * The next trial to run: one that ran when the study was saved, one that goes on, or a new one.
   *
   * @returns undefined if none can run now: all have ended, or the next has to wait until others report or end
   */
  ask(): Trial<S> | undefined {
    const lost = this.#lost.shift();
    if (lost !== undefined) return this.#handle(lost);
    const next = this.#state.next();
    if (next === undefined) return undefined;
    return this.#handle('resumes' in next ? this.#state.resume(next.resumes) : this.#state.begin(freeze(next.begins)));
  }

  /**
   * Reports the value of a step of a trial, as `trial.report` does, but returns what the trial has to do: `'continue'`;
   * `'wait'`: end this call of the objective, since a later `ask` may give the trial again; or `'stop'`: it is pruned.
   *
   * @param trial - the trial, or its number
   * @param step - at least 0, above the last one of the trial
   * @param value - a number, NaN and infinities included
   * @param options - see TrialReportOptions
   * @throws ArgumentError; StateError if the trial does not run
   */
  report(trial: Trial<S> | number, step: number, value: number, options: TrialReportOptions = {}): TrialVerdict {
    const where = 'Study.report';
    const found = this.#running(where, trial);
    requireNumber(where, 'step', step, { min: 0 });
    if (typeof value !== 'number') refuse(where, 'value', 'be a number', value);
    const checkpoint = requireCheckpoint(where, options);
    const last = this.#state.lastStep(found);
    if (step <= last && step > found.madeUpTo) refuse(where, 'step', `be above the last step, ${last}`, step);
    if (checkpoint !== undefined && step >= (found.checkpointStep ?? 0)) {
      Object.assign(found, { checkpoint, checkpointStep: step });
    }
    return step <= last ? 'continue' : this.#state.report(found, step, value);
  }

  /**
   * Ends a trial.
   *
   * @param trial - the trial, or its number
   * @param value - its value; infinities too, but not NaN; or `'failed'`
   * @param reason - why it failed, for the results
   * @throws ArgumentError; StateError if the trial does not run
   */
  tell(trial: Trial<S> | number, value: number | 'failed', reason = 'failed'): void {
    const where = 'Study.tell';
    const found = this.#running(where, trial);
    if (typeof reason !== 'string') refuse(where, 'reason', 'be a string', reason);
    if (value !== 'failed' && (typeof value !== 'number' || Number.isNaN(value)))
      refuse(where, 'value', "be a number or 'failed'", value, "If a trial has no value, tell 'failed'");
    this.#state.end(found, value === 'failed' ? reason : value);
  }

  /**
   * Results as comma-separated values: `number`, `state`, `value`, `step` (the last), `parameters.` and the name for each
   * parameter, `error`. Numbers have all digits.
   */
  toCsv(): string {
    return csvOf(Object.keys(this.space), this.trials as readonly TrialResult[]);
  }

  /** Space, options, record, and the checkpoints of trials that have not ended, for `JSON.stringify`. */
  toJSON(): object {
    return writeStudy(this.space, this.#state.settings, this.#state);
  }

  /**
   * Makes a study of what `toJSON` returned. Trials that ran are the next that `ask` gives, with their last checkpoint.
   *
   * @param json - from `toJSON`, after `JSON.parse`
   * @throws ArgumentError
   */
  static fromJSON<S extends Space = Space>(json: object): Study<S> {
    const where = 'Study.fromJSON';
    const known = ['kind', 'space', 'options', 'record', 'checkpoints'];
    const given = requireRecord(where, 'json', json, known) as Readonly<Record<string, never>>;
    if (given.kind !== 'Study') refuse(where, 'json.kind', 'be "Study"', given.kind);
    const study = new Study(given.space as unknown as S, given.options);
    readStudy(where, given, study.#state);
    study.release();
    return study;
  }

  /** Numbers of trials. */
  override toString(): string {
    const count = (wanted: string): number => this.#state.trials.filter(({ state }) => state === wanted).length;
    const counts = ['complete', 'pruned', 'failed', 'running', 'waiting'].map((each) => `${count(each)} ${each}`);
    return `Study of ${this.size} trials: ${counts.join(', ')}`;
  }

  /** @internal */
  protected override compared(): object {
    return { trials: this.trials };
  }

  #running(where: string, trial: Trial<S> | number): TrialState {
    const number = reading(where, 'trial', () => (typeof trial === 'object' ? trial?.number : trial));
    return this.#state.runningTrial(where, requireInteger(where, 'trial', number, 0));
  }

  /** A call of the objective. */
  #handle(state: TrialState): Trial<S> {
    const { number, parameters, checkpoint, checkpointStep } = state;
    const call = (this.#calls[number] ?? 0) + 1;
    this.#calls[number] = call;
    const report: Trial<S>['report'] = async (step, value, options) => {
      const isLast = state.state === 'running' && this.#calls[number] === call;
      const verdict = isLast ? this.report(number, step, value, options) : 'stop';
      if (verdict !== 'continue') throw stopped(number, state.state === 'waiting');
    };
    return {
      number,
      parameters: parameters as ParametersOf<S>,
      checkpoint: checkpoint?.slice(),
      resumedAt: checkpoint === undefined ? undefined : checkpointStep,
      report,
    };
  }
}
