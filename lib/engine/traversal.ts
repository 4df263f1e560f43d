// The executor of a route: one pass over a sequence, a segment at a time.

import type { Arena, Take } from '../memory/arena.ts';
import type { NdArrayLike } from '../tensor/ndarray-like.ts';
import type { Beginning, Hooks, OutputSteps } from './hooks.ts';
import { type Packing, rowsBefore } from './packing.ts';
import { type Pass, type PassPurpose, stepsAfter } from './pass.ts';
import { forwardActions, initialRoom, lastingRoom, type Route, type RouteAction, trainingActions } from './route.ts';
import { type PassPlanner, Segments } from './segments.ts';
import { partAt, partOf, type Signal, type SignalShape, signalSize } from './signal.ts';
import { Snapshots } from './snapshots.ts';
import type { Window } from './truncate.ts';

/** What a pass is laid out for. */
export interface Layout {
  readonly purpose: PassPurpose;
  readonly shape: SignalShape;
  readonly route: Route;
  /** Whether the pass computes a loss: it then has room for targets and for the gradient of the output. */
  readonly targets: boolean;
  /** Whether its rows may have different time steps. */
  readonly packed: boolean;
}

/**
 * One pass over a sequence by a route. Gradients have the same bits by every route: each sum over time runs from the
 * last time step to the first, and continues from memory where a segment ends.
 */
export class Traversal {
  readonly route: Route;
  /** The pass, laid out for one segment. */
  readonly pass: Pass;
  /** Time steps of the whole sequence; 1 without a time axis. */
  readonly T: number;
  /** Whether the whole sequence is on the tape at once. */
  readonly whole: boolean;
  /** Room for targets in the layout of the output. */
  readonly targets: number;
  readonly #arena: Arena;
  readonly #trains: boolean;
  readonly #segments: Segments;
  readonly #dOutput: number;
  readonly #snapshots: Snapshots | undefined;
  /** Whether the caller gave the initial states. */
  #given = false;
  /** Time steps computed so far. */
  #reached = 0;
  /** The actions of a whole sequence on the tape. */
  #listed: readonly RouteAction[] | undefined;
  /** The actions that remain after `forward`: the first of them, and those after it. */
  #rest: { readonly first: RouteAction; readonly others: Iterable<RouteAction> } | undefined;

  /** Takes room for a pass of `planner`. */
  constructor(planner: PassPlanner, arena: Arena, take: Take, { purpose, shape, route, targets, packed }: Layout) {
    const { length, snapshots } = route.schedule;
    this.route = route;
    this.#arena = arena;
    const segments = new Segments(planner, purpose, arena, take, shape, length, packed);
    const { output, states } = segments.pass;
    this.#segments = segments;
    this.pass = segments.pass;
    this.T = segments.T;
    this.whole = length === segments.T;
    this.#trains = purpose === 'train';
    this.#dOutput = take(this.#trains || targets ? signalSize(output) : 0, 'tape');
    this.targets = take(targets ? signalSize(output) : 0, 'tape');
    const kept = this.#trains && (packed || !this.whole); // the tape has the final states of packed rows here and there
    this.#snapshots = kept ? new Snapshots(arena, take, states, snapshots + 2) : undefined;
  }

  /** Shape of the whole input. */
  get inputShape(): SignalShape {
    return this.#wholeShape(this.#segments.input);
  }

  /** Shape of the whole output. */
  get outputShape(): SignalShape {
    const { T, B, F } = this.pass.output;
    return this.#retimes ? { T, B, F } : this.#wholeShape(this.pass.output);
  }

  /** Time steps of the whole output; those of the input if it is one output a row. */
  get outputSteps(): number {
    return this.#retimes ? (this.pass.output.T ?? 1) : this.T;
  }

  #wholeShape({ T, B, F }: Signal): SignalShape {
    return { T: T === undefined ? undefined : (this.packing?.paddedT ?? this.T), B, F };
  }

  /** Whether the pass changes the time axis. It then runs over the whole sequence at once. */
  get #retimes(): boolean {
    return this.pass.after !== undefined;
  }

  /** Whether the caller gave the initial states. */
  get stateGiven(): boolean {
    return this.#given;
  }

  /** Which rows have which time steps; undefined if all have all. */
  get packing(): Packing | undefined {
    return this.#segments.packing;
  }

  /** Begins a sequence with the trained initial states or zeros in slot 0, which the caller may replace. */
  start(source: NdArrayLike, beginning: Beginning): void {
    this.#given = beginning.stateGiven ?? false;
    this.#reached = 0;
    this.#rest = undefined;
    this.#segments.start(source, beginning);
  }

  /** Runs forward and backward over each window. Afterwards `statesAfter(until)` is valid. */
  run(hooks: Hooks, until: number = this.T): void {
    this.#save(initialRoom(this.route));
    for (const action of this.#actions(until)) this.#do(action, hooks);
    this.#segments.release();
  }

  /** Runs forward only. A pass for training then has the last segment on its tape, where `backward` begins. */
  forward(hooks: Hooks): void {
    const { route, T } = this;
    this.#save(initialRoom(route));
    if (this.#trains && route.windows.count === 1 && route.windows.at(0).from === 0) this.#forwardToTape(hooks);
    else {
      for (const action of forwardActions(0, T, route.schedule.length)) this.#do(action, hooks);
      this.#save(lastingRoom(route));
    }
    if (this.whole || !this.#trains) this.#segments.release(); // nothing is recomputed
  }

  /** Runs forward up to the first backward action. */
  #forwardToTape(hooks: Hooks): void {
    const actions = this.#actions(this.T)[Symbol.iterator]();
    for (let next = actions.next(); !next.done; next = actions.next()) {
      if (next.value.do === 'backward') {
        this.#rest = { first: next.value, others: actions };
        return;
      }
      this.#do(next.value, hooks);
    }
  }

  /** Runs backward over the last forward pass; may be called again. */
  backward(hooks: Hooks): void {
    const rest = this.#rest;
    if (!this.whole) this.#rest = undefined; // from now on another segment is on the tape, even if a cell should throw
    if (rest !== undefined) this.#do(rest.first, hooks);
    else this.#load(initialRoom(this.route));
    for (const action of rest?.others ?? this.#actions(this.T)) this.#do(action, hooks);
  }

  /** Positions of the carried states before the first time step, in a sequence that is about to begin. */
  get initialStates(): number[] {
    return this.pass.states.map(({ at }) => at);
  }

  /** Positions of the carried states after `until` time steps, once all of these were computed. */
  statesAfter(until: number): number[] {
    if (this.#snapshots !== undefined) return this.#snapshots.places(lastingRoom(this.route));
    if (this.packing !== undefined) this.#segments.settle();
    const slot = this.whole && this.packing === undefined ? until : this.#segments.steps;
    return this.pass.states.map((state) => {
      const { at, size, copyAfter } = state;
      const steps = stepsAfter(state, slot);
      if (copyAfter === undefined || steps === 0) return at + steps * size;
      copyAfter(this.#segments.rows, steps, at + size);
      return at + size;
    });
  }

  /** The actions of `run`. They are few when the whole sequence is on the tape, and are then listed once for all runs. */
  #actions(until: number): readonly RouteAction[] | Generator<RouteAction, void> {
    if (!this.whole || until !== this.T) return trainingActions(this.route, until);
    this.#listed ??= [...trainingActions(this.route, until)];
    return this.#listed;
  }

  #do(action: RouteAction, hooks: Hooks): void {
    if (action.do === 'load') this.#load(action.room);
    else if (action.do === 'save') this.#save(action.room, action.slot);
    else if (action.do === 'backward') this.#backward(action.from, action.to, action.window, hooks);
    else this.#forward(action.from, action.to, action.record, hooks);
  }

  #save(room: number, steps: number = this.#segments.steps): void {
    this.#snapshots?.save(this.#segments.rows, steps, room);
  }

  #load(room: number): void {
    this.#segments.restart();
    this.#snapshots?.load(room);
  }

  #forward(from: number, to: number, record: boolean, { onOutput, visit }: Hooks): void {
    const { pass, T } = this;
    const first = to > this.#reached;
    const output = (record || (first && onOutput !== undefined)) && (pass.output.T !== undefined || to === T);
    const seen = first || record ? visit?.forward : undefined;
    this.#segments.forward(from, to, output, seen);
    if (!first) return;
    this.#reached = to;
    if (output) onOutput?.(this.#outputs(from, from, to));
  }

  #backward(from: number, to: number, window: Window, hooks: Hooks): void {
    const { pass, T } = this;
    const { data } = this.#arena;
    if (to === window.to) {
      for (const { gradient, size } of pass.states) data.fill(0, gradient, gradient + size);
      if (to === T) hooks.onFinalGradient?.();
    }
    const dOutput = this.#writeGradient(from, to, window, hooks);
    this.#segments.backward(from, dOutput, hooks.visit?.backward);
    const input = partAt(partOf(this.#segments.input, this.packing, from, from, to), pass.dInput);
    if (dOutput !== undefined || pass.states.length > 0) hooks.onInputGradient?.(input);
    if (from !== 0) return;
    hooks.onInitialGradient?.();
    if (!this.#given) this.#trainInitialStates();
  }

  /** Adds the gradients of the initial states to those of their parameters. */
  #trainInitialStates(): void {
    const { kernels } = this.#arena;
    for (const { initial, gradient, size, width } of this.pass.states) {
      if (initial !== undefined) kernels.columnSums(initial.gradientAt, gradient, width, size / width, width);
    }
  }

  /** Outputs have a loss from `window.lossFrom` on; if there is one output alone, that is the last time step. */
  #writeGradient(from: number, to: number, { lossFrom }: Window, { writeGradient }: Hooks): number | undefined {
    if (writeGradient === undefined || to <= lossFrom) return undefined;
    const { output } = this.pass;
    const first = output.T === undefined ? from : Math.max(from, lossFrom);
    const before = rowsBefore(this.#segments.rows, first - from) * output.F; // zero if there is one output alone
    this.#arena.data.fill(0, this.#dOutput, this.#dOutput + before);
    writeGradient(this.#outputs(from, first, to));
    return this.#dOutput;
  }

  /** Outputs of time steps [first, to) of the segment that begins with time step `from`. */
  #outputs(from: number, first: number, until: number): OutputSteps {
    const to = this.#retimes ? this.outputSteps : until;
    const output = partOf(this.pass.output, this.packing, from, first, to);
    const gradient = partAt(output, this.#dOutput + output.at - this.pass.output.at);
    return { from: first, to, output, gradient };
  }
}
