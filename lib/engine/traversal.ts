import type { Arena, Take } from '../memory/arena.ts';
import { copyInto, type NdArrayLike } from '../tensor/ndarray-like.ts';
import { type Action, reversal, type Schedule } from './checkpoint.ts';
import { batchFirst, type Pass, type Signal, signalSize, timeSlice } from './pass.ts';
import { StateRooms } from './state-rooms.ts';
import type { Window, Windows } from './truncate.ts';
import { later, type Visit } from './visit.ts';

/** A sequence [B, T, F], or rows [B, F] where T is undefined. */
export type SequenceShape = Omit<Signal, 'at'>;

/** How a sequence is gone through: see lib/engine/truncate.ts and lib/engine/checkpoint.ts. */
export interface Route {
  /** First to last. */
  readonly windows: Windows;
  readonly schedule: Schedule;
}

/** What is done on the way. Steps count from the beginning of the sequence. */
export interface Work {
  /** The pass holds the outputs of steps [from, to), computed for the first time. */
  readonly onOutput?: (from: number, to: number) => void;
  /** Writes the gradient of the outputs of steps [from, to) that the window counts; false when there is none. */
  readonly writeGradient?: (from: number, to: number, window: Window) => boolean;
  /** The pass holds the gradient of the inputs of steps [from, to), that of one window. */
  readonly onInputGradient?: (from: number, to: number) => void;
  /** The pass holds the gradient of the states after the last step, zeros, to be written to. */
  readonly onFinalGradient?: () => void;
  /** The pass holds the gradient of the states before the first step, that of one window. */
  readonly onInitialGradient?: () => void;
  /** See everything, forwards and back; on the way forwards what is computed once more is seen once more. */
  readonly visit?: { readonly forward: Visit; readonly backward: Visit };
}

/** What lays out a pass: a layer. */
interface Planner<P extends Pass> {
  plan(arena: Arena, take: Take, input: Signal): P;
}

/**
 * One pass over a sequence, a segment at a time: only one segment is on the tape, beside the states that are kept. Where
 * nothing is truncated or checkpointed the one segment is the whole sequence. Gradients have the same bits either way:
 * every sum over time runs from the last step to the first, and goes on from memory where a segment ends.
 */
export class Traversal<P extends Pass = Pass> {
  /** Laid out for one segment. */
  readonly pass: P;
  /** Of the segment that the pass is over. */
  input: Signal;
  /** Room for the gradient of its output. */
  readonly dOutput: number;
  /** Steps of the whole sequence; 1 where there is no time. */
  readonly T: number;
  /** Whether the whole sequence is on the tape at once. */
  readonly whole: boolean;
  readonly #arena: Arena;
  readonly #route: Route;
  /** One for each snapshot of the schedule and two more; none where the whole sequence is on the tape. */
  readonly #rooms: StateRooms;
  /** The step whose states are kept when it is reached. */
  #awaited = 0;
  /** The step whose states the caller wants in the end. */
  #until = 0;
  #source: NdArrayLike | undefined;
  /** Slot of the tape that holds the states of the step that the pass stands at. */
  #slot = 0;
  /** Steps computed so far. */
  #reached = 0;
  /** What a finished forward pass leaves to be done. */
  #rest: { readonly back: Action; readonly actions: Iterable<Action> } | undefined;

  /** Takes room for a pass of `layer`. */
  constructor(layer: Planner<P>, arena: Arena, take: Take, shape: SequenceShape, { windows, schedule }: Route) {
    const T = shape.T === undefined ? undefined : schedule.length;
    this.#arena = arena;
    this.#route = { windows, schedule };
    this.T = shape.T ?? 1;
    this.input = { ...shape, T, at: take(signalSize({ ...shape, T }), 'tape') };
    this.pass = layer.plan(arena, take, this.input);
    this.dOutput = take(signalSize(this.pass.output), 'tape');
    this.whole = T === shape.T;
    this.#rooms = new StateRooms(arena, take, this.pass.states, this.whole ? 0 : schedule.snapshots + 2);
  }

  /** The room of the states before the first step. */
  get #initial(): number {
    return this.#route.schedule.snapshots;
  }

  /** The room of the states of the step `#awaited`. */
  get #later(): number {
    return this.#route.schedule.snapshots + 1;
  }

  /** Windows of gradients. */
  get windows(): number {
    return this.#route.windows.count;
  }

  /** Begins over `source` with states of zeros; the caller may write others to slot 0 of the tape. */
  start(source: NdArrayLike): void {
    const { pass } = this;
    this.#source = source;
    this.#slot = 0;
    this.#reached = 0;
    this.#rest = undefined;
    pass.pack();
    for (const { at, size } of pass.states) for (const place of at) this.#arena.data.fill(0, place, place + size);
  }

  /** Forwards, then back over every window in turn; keeps the states after `until` steps. */
  run(work: Work, until: number = this.T): void {
    this.#until = until;
    this.#save(this.#initial);
    this.pass.packTransposed();
    this.#runWindows(work);
    this.#source = undefined; // the caller's
  }

  /** Forwards alone. The tape is left as the way back wants it first. */
  forward(work: Work): void {
    const { windows } = this.#route;
    const window = windows.at(0);
    this.#save(this.#initial);
    this.#until = this.T;
    this.#awaited = this.T;
    if (windows.count > 1 || window.from > 0) this.#advance(0, this.T, work);
    else this.#recordLast(window, work);
    if (this.whole) this.#source = undefined; // nothing is computed again
  }

  #recordLast(window: Window, work: Work): void {
    this.#save(0);
    const actions = reversal(0, this.T, this.#route.schedule);
    for (let next = actions.next(); !next.done; next = actions.next()) {
      if (next.value.do === 'back') {
        this.#rest = { back: next.value, actions };
        return;
      }
      this.#do(next.value, window, work);
    }
  }

  /** Back over the last forward pass; may be called again. */
  backward(work: Work): void {
    this.pass.packTransposed();
    const rest = this.#rest;
    if (!this.whole) this.#rest = undefined; // from now on another segment is on the tape, even if a cell should throw
    if (rest === undefined) {
      this.#load(this.#initial);
      this.#runWindows(work);
    } else {
      const window = this.#route.windows.at(0);
      this.#do(rest.back, window, work);
      for (const action of rest.actions) this.#do(action, window, work);
    }
  }

  /** Where the states after `until` steps lie for each recurrent layer, once the whole way has been gone. */
  statesAfter(until: number): number[][] {
    if (!this.whole) return this.#rooms.places(this.#later);
    return this.pass.states.map(({ at, size }) => at.map((place) => place + until * size));
  }

  #runWindows(work: Work): void {
    const { windows, schedule } = this.#route;
    const { from } = windows.at(0);
    if (from > 0) this.#advance(0, from, work);
    for (let i = 0; i < windows.count; i++) {
      const window = windows.at(i);
      const next = i + 1 < windows.count ? windows.at(i + 1).from : undefined;
      this.#save(0);
      this.#awaited = next ?? this.#until;
      if (this.#awaited === window.from) this.#save(this.#later);
      for (const action of reversal(window.from, window.to, schedule)) this.#do(action, window, work);
      if (next !== undefined) this.#load(this.#later);
    }
  }

  #do(action: Action, window: Window, work: Work): void {
    if (action.do === 'load') this.#load(action.snapshot);
    else if (action.do === 'save') this.#save(action.snapshot);
    else if (action.do === 'back') this.#back(action.from, action.to, window, work);
    else this.#segment(action.from, action.to, work, action.do === 'record' && action.to > window.lossFrom);
  }

  #advance(from: number, to: number, work: Work): void {
    const { length } = this.#route.schedule;
    for (let t = from; t < to; t += length) this.#segment(t, Math.min(to, t + length), work, false);
  }

  /** Forwards over steps [from, to), which the pass stands before. */
  #segment(from: number, to: number, { onOutput, visit }: Work, recorded: boolean): void {
    const { pass } = this;
    const first = to > this.#reached;
    this.#enter(from, to);
    const output = (recorded || (first && onOutput !== undefined)) && (pass.output.T !== undefined || to === this.T);
    if (output) pass.forward();
    else pass.advance();
    this.#slot = to - from;
    if (from < this.#awaited && this.#awaited <= to) this.#save(this.#later, this.#awaited - from);
    if (visit !== undefined && (first || recorded)) pass.visitForward(later(visit.forward, from), !output);
    if (!first) return;
    this.#reached = to;
    if (output) onOutput?.(from, to);
  }

  #enter(from: number, to: number): void {
    const { pass, input } = this;
    const { data } = this.#arena;
    if (this.#slot > 0) {
      for (const { at, size } of pass.states) {
        for (const place of at) data.copyWithin(place, place + this.#slot * size, place + (this.#slot + 1) * size);
      }
    }
    if (input.T !== undefined) {
      this.input = { ...input, T: to - from };
      pass.resize(to - from);
    }
    const source = this.#source!;
    const part = input.T === undefined ? source : timeSlice(source, from, to);
    copyInto(batchFirst(this.#arena, this.input), part);
  }

  /** Keeps the states in a slot, by default those that the pass stands at. */
  #save(room: number, slot = this.#slot): void {
    if (!this.whole) this.#rooms.save(slot, room);
  }

  #load(room: number): void {
    this.#slot = 0;
    if (!this.whole) this.#rooms.load(room);
  }

  #back(from: number, to: number, window: Window, work: Work): void {
    const { pass } = this;
    const { data } = this.#arena;
    if (to === window.to) {
      for (const { gradients, size } of pass.states) for (const at of gradients) data.fill(0, at, at + size);
      if (to === this.T) work.onFinalGradient?.();
    }
    const gradient = work.writeGradient?.(from, to, window) === true;
    pass.backward(gradient ? this.dOutput : undefined, work.visit && later(work.visit.backward, from));
    if (gradient || pass.states.length > 0) work.onInputGradient?.(from, to);
    if (from === 0) work.onInitialGradient?.();
  }
}
