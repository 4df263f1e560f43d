// The trials of a study, and what may happen to them next. Every change is an event, and a study is a function of its events.

import { refuse } from '../../checks.ts';
import { StateError } from '../../errors.ts';
import type { StudyEvent } from './events.ts';
import type { Referee, TrialVerdict } from './referee.ts';
import { contains, type Space, type Values } from './space.ts';
import { refereeOf, type StudySettings } from './study-options.ts';
import { type Suggest, suggestionsOf } from './suggest.ts';
import { hasEnded, type TrialState } from './trial-state.ts';

const { max } = Math;

/** What is asked for next: a trial that begins or goes on. */
export type Next = { readonly begins: Values } | { readonly resumes: TrialState };

/** The state of a study. */
export class StudyState {
  readonly trials: TrialState[] = [];
  readonly events: StudyEvent[] = [];
  readonly #space: Space;
  readonly settings: StudySettings;
  readonly #referee: Referee;
  readonly #suggest: Suggest;
  readonly #running = new Set<TrialState>();
  /** Whether a trial has to wait for those `lag` before it. */
  readonly #looksBack: boolean;
  /** All trials below have ended. */
  #endedBelow = 0;

  constructor(space: Space, settings: StudySettings) {
    this.#space = space;
    this.settings = settings;
    this.#referee = refereeOf(settings.pruner, settings.size);
    this.#suggest = suggestionsOf(space, settings.sampler, settings.seed);
    this.#looksBack = looksBack(settings, this.#referee);
  }

  /** Whether at most `lag` trials run at once. */
  get looksBack(): boolean {
    return this.#looksBack;
  }

  /** The trials that run, by number. */
  get running(): TrialState[] {
    return [...this.#running].sort((a, b) => a.number - b.number);
  }

  /** Whether all trials have ended. */
  get done(): boolean {
    return this.#running.size === 0 && this.trials.length === this.settings.size && this.trials.every(hasEnded);
  }

  /** What can run now; undefined if nothing can before other trials report or end. */
  next(): Next | undefined {
    const waiting = this.#referee.next();
    if (waiting !== undefined) return { resumes: waiting };
    const n = this.trials.length;
    if (n === this.settings.size || !this.#isReady(n)) return undefined;
    return { begins: this.#suggest(n, () => this.#knownTo(n)) };
  }

  /** Begins the next trial. */
  begin(parameters: Values): TrialState {
    const trial: TrialState = {
      number: this.trials.length,
      parameters,
      reports: [],
      state: 'running',
      value: undefined,
      score: Number.NaN,
      error: undefined,
      checkpoint: undefined,
      checkpointStep: undefined,
      madeUpTo: -1,
    };
    this.trials.push(trial);
    this.#running.add(trial);
    this.events.push(['begin', trial.number, parameters]);
    return trial;
  }

  /** Lets a waiting trial go on. */
  resume(trial: TrialState): TrialState {
    this.#referee.resumed(trial);
    trial.state = 'running';
    trial.madeUpTo = trial.reports.at(-1)!.step;
    this.#running.add(trial);
    this.events.push(['resume', trial.number]);
    return trial;
  }

  /** Takes the value of a step that is above the last one. */
  report(trial: TrialState, step: number, value: number): TrialVerdict {
    this.events.push(['report', trial.number, step, value]);
    trial.reports.push({ step, value, score: this.#score(value) });
    const verdict = this.#referee.report(trial, () => this.#knownTo(trial.number));
    if (verdict !== 'continue') this.#leave(trial);
    return verdict;
  }

  /** Ends a trial with a value, or with a message. */
  end(trial: TrialState, result: number | string): void {
    if (typeof result === 'number') {
      this.events.push(['complete', trial.number, result]);
      Object.assign(trial, { state: 'complete', value: result, score: this.#score(result) });
    } else {
      this.events.push(['fail', trial.number, result]);
      Object.assign(trial, { state: 'failed', error: result });
    }
    this.#referee.ended(trial);
    this.#leave(trial);
  }

  /** Repeats an event of a record. */
  apply(where: string, argument: string, event: StudyEvent): void {
    const [kind, number] = event;
    if (kind === 'begin') {
      const wrong = Object.entries(this.#space).find(([name, of]) => !contains(of, event[2][name]));
      const known = Object.keys(event[2]).length === Object.keys(this.#space).length;
      if (wrong !== undefined || !known || number !== this.trials.length || number >= this.settings.size)
        refuse(where, argument, `begin trial ${this.trials.length} with values of the space`, event);
      this.begin(Object.fromEntries(Object.keys(this.#space).map((name) => [name, event[2][name]!])));
      return;
    }
    const trial = this.trials[number];
    if (kind === 'resume') {
      const next = this.#referee.next();
      if (next === undefined || next !== trial) refuse(where, argument, 'resume the trial that goes on', event);
      this.resume(next);
      return;
    }
    if (trial?.state !== 'running') refuse(where, argument, 'be about a trial that runs', event);
    if (kind !== 'report') this.end(trial, event[2]);
    else if (event[2] > this.lastStep(trial)) this.report(trial, event[2], event[3]);
    else refuse(where, argument, `be a step above ${this.lastStep(trial)}`, event);
  }

  /** The last step that a trial has reported; −1 without one. */
  lastStep({ reports }: TrialState): number {
    return reports.at(-1)?.step ?? -1;
  }

  /** The trial of this number, which has to run. */
  runningTrial(where: string, number: number): TrialState {
    const trial = this.trials[number];
    if (trial?.state === 'running') return trial;
    const received =
      trial === undefined ? `trial ${number} of ${this.trials.length}` : `a trial that is ${trial.state}`;
    throw new StateError({ where, argument: 'trial', expected: 'be a trial that runs', received });
  }

  #score(value: number): number {
    return this.settings.direction === 'maximize' ? -value : value;
  }

  /** Trials that trial n may know. */
  #knownTo(n: number): readonly TrialState[] {
    return this.#referee.byArrival ? this.trials : this.trials.slice(0, max(0, n - this.settings.lag + 1));
  }

  #isReady(n: number): boolean {
    if (!this.#looksBack) return true;
    const end = n - this.settings.lag + 1;
    while (this.#endedBelow < this.trials.length && hasEnded(this.trials[this.#endedBelow]!)) this.#endedBelow++;
    for (let k = this.#endedBelow; k < end; k++) if (!this.#referee.settled(this.trials[k]!, n)) return false;
    return true;
  }

  /** A trial has ended, or waits. What has ended needs no checkpoint. */
  #leave(trial: TrialState): void {
    this.#running.delete(trial);
    const over = this.#running.size === 0 && this.trials.length === this.settings.size;
    if (over && this.#referee.next() === undefined) this.#referee.close();
    if (hasEnded(trial)) trial.checkpoint = undefined;
  }
}

/** Whether trials learn from fixed earlier ones. */
function looksBack({ sampler }: StudySettings, referee: Referee): boolean {
  return !referee.byArrival && (referee.looksBack || sampler.kind === 'tpe');
}
