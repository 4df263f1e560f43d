// The pass of a recurrent layer that attends before each time step: attention and cell in turn, step by step.

import { activationKinds } from '../cells/activations.ts';
import { rowsBefore, rowsOf, slotBefore } from '../engine/packing.ts';
import type { Draw, Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import { type Signal, signalSize } from '../engine/signal.ts';
import type { Source } from '../engine/source.ts';
import { inLayer, type Visit, visitSteps } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import { AttentionCore, type Queries } from './attention-core.ts';
import type { QueryGroup, Scores } from './attention-scores.ts';

/** The layer of the pass. */
interface AttentionRnnLayer {
  /** Names of the recurrent layer and of the attention. */
  readonly names: readonly [string, string];
  /** Whether the output has the context beside the state. */
  readonly concatenates: boolean;
  layOutStep(workspace: Workspace, input: Signal): Pass;
  scores(workspace: Workspace, source: Source, rows: number, H: number): Scores;
}

/** One time step. */
interface Step {
  /** [B, I + F]: what the recurrent layer reads, the input and the context. */
  readonly input: number;
  /** The recurrent layer over this step. */
  readonly pass: Pass;
  /** [B, S]: the weights of attention. */
  readonly weights: number;
}

export class AttentionRnnPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #layer: AttentionRnnLayer;
  readonly #kernels: Kernels;
  readonly #source: Source;
  readonly #x: Signal;
  readonly #core: AttentionCore;
  readonly #steps: readonly Step[];
  /** [B, F]: contexts or their gradients, of one time step. */
  readonly #context: number;
  /** [B, H]: the gradient of the states that the queries were, and of the outputs, of one time step. */
  readonly #dQuery: number;
  readonly #dState: number;
  /** [B, S]: the weights of one time step, for observers. */
  readonly #seen: Signal;

  constructor(layer: AttentionRnnLayer, workspace: Workspace, source: Source, x: Signal) {
    const { kernels, take, purpose } = workspace;
    const { T = 1, B, F: I } = x;
    const { F, S } = source;
    const trains = purpose === 'train';
    const tape = trains ? 'tape' : undefined;
    const shared = sharedWeights(workspace);
    this.#layer = layer;
    this.#kernels = kernels;
    this.#source = source;
    this.#x = x;
    this.#steps = Array.from({ length: T }, () => {
      const input = take(B * (I + F), tape);
      const pass = layer.layOutStep({ ...workspace, takeWeights: shared() }, { T: 1, B, F: I + F, at: input });
      return { input, pass, weights: take(B * S, tape) };
    });
    const { states, output } = this.#steps[0]!.pass;
    const H = states[0]!.width;
    this.#core = new AttentionCore(workspace, source, layer.scores(workspace, source, B, H), B);
    this.states = states.map(({ path, width, initial }) => {
      const at = take((T + 1) * B * width, tape);
      const gradient = trains ? take(B * width) : -1;
      return { path: [layer.names[0], ...path], width, at, size: B * width, gradient, initial };
    });
    const shape = { T, B, F: layer.concatenates ? F + output.F : output.F };
    this.output = { ...shape, at: take(signalSize(shape), tape) };
    this.#context = take(B * F);
    this.#dQuery = take(trains ? B * H : 0);
    this.#dState = take(trains ? B * output.F : 0);
    this.#seen = { T: 1, B, F: S, at: -1 };
    this.dInput = trains ? take(signalSize(x)) : -1;
  }

  /** All steps have the same weights. */
  pack(): void {
    for (const { pass } of this.#steps) pass.pack();
    this.#core.pack();
  }

  forward(run: Run): void {
    this.#core.begin();
    for (let t = 0; t < run.steps; t++) this.#stepForward(run, t);
    if (run.visit !== undefined) visitSteps('output', this.output, run, run.visit);
  }

  /** (AR1), (AR2) */
  #stepForward(run: Run, t: number): void {
    const { at: x, F: I } = this.#x;
    const { F } = this.#source;
    const { at: y, F: O } = this.output;
    const { input, pass } = this.#steps[t]!;
    const count = rowsOf(run.rows, t);
    const row = rowsBefore(run.rows, t);
    this.#copyStates(run, t, false);
    const queries = this.#queries(run, t);
    this.#core.forward(queries, this.#context);
    this.#copy(input, I + F, x + row * I, I, count, I);
    this.#copy(input + I, I + F, this.#context, F, count, F);
    const own = this.#stepRun(run, t);
    if (run.visit !== undefined) {
      visitSteps('attention', { ...this.#seen, at: queries.weights }, own, this.#within(run.visit, 1));
    }
    pass.forward(run.visit === undefined ? own : { ...own, visit: this.#within(run.visit, 0) });
    this.#copyStates(run, t, true);
    const h = pass.output;
    const beside = O - h.F;
    if (beside > 0) this.#copy(y + row * O, O, this.#context, F, count, F);
    this.#copy(y + row * O + beside, O, h.at, h.F, count, h.F);
  }

  backward(run: Run, dOutput: number | undefined): void {
    this.#core.beginBackward();
    for (let t = run.steps - 1; t >= 0; t--) this.#stepBackward(run, t, dOutput);
    this.#core.end();
    if (run.visit !== undefined) visitSteps('input', { ...this.#x, at: this.dInput }, run, run.visit);
  }

  /** (AR1′), (AR2′) */
  #stepBackward(run: Run, t: number, dOutput: number | undefined): void {
    const { F: I } = this.#x;
    const { F } = this.#source;
    const { pass } = this.#steps[t]!;
    const { F: O } = this.output;
    const kernels = this.#kernels;
    const count = rowsOf(run.rows, t);
    const row = rowsBefore(run.rows, t);
    const width = pass.output.F;
    const beside = O - width;
    const dy = dOutput === undefined ? undefined : dOutput + row * O;
    this.#copyGradients(pass, count, false);
    if (dy !== undefined) this.#copy(this.#dState, width, dy + beside, O, count, width);
    const visit = run.visit && this.#within(run.visit, 0);
    pass.backward({ ...this.#stepRun(run, t), visit }, dy === undefined ? undefined : this.#dState);
    this.#copyGradients(pass, count, true);
    this.#copy(this.dInput + row * I, I, pass.dInput, I + F, count, I);
    this.#copy(this.#context, F, pass.dInput + I, I + F, count, F);
    for (let k = 0; dy !== undefined && beside > 0 && k < count; k++) {
      kernels.accumulate(this.#context + k * F, dy + k * O, F);
    }
    const queries = this.#queries(run, t);
    this.#core.again(queries);
    this.#core.backward(queries, this.#context, this.#dQuery);
    const { gradient, width: H } = this.states[0]!;
    kernels.accumulate(gradient, this.#dQuery, count * H);
  }

  /** The queries of step t: the first state before it. */
  #queries({ rows, draw }: Run, t: number): Queries {
    const { pass, weights } = this.#steps[t]!;
    const count = rowsOf(rows, t);
    return { q: pass.states[0]!.at, weights, rows: count, groups: groupsOf(draw, count, this.#source.lengths) };
  }

  /** The run of step t alone. */
  #stepRun({ from, rows, draw }: Run, t: number): Run {
    const { B } = this.#x;
    const count = rowsOf(rows, t);
    const own = { B, starts: count === B ? undefined : Int32Array.of(0, count) };
    return { steps: 1, from: from + t, rows: own, output: true, draw, visit: undefined };
  }

  /** Copies states from slot t to the step, or from the step to slot t + 1. */
  #copyStates({ rows }: Run, t: number, after: boolean): void {
    const count = rowsOf(rows, t);
    for (const [k, { at, width }] of this.states.entries()) {
      const slot = at + slotBefore(rows, t + (after ? 1 : 0)) * width;
      const own = this.#steps[t]!.pass.states[k]!.at + (after ? this.#x.B * width : 0);
      if (after) this.#kernels.repeatRow(slot, own, 1, count * width);
      else this.#kernels.repeatRow(own, slot, 1, count * width);
    }
  }

  /** Copies gradients of states to a step, or back; rows that do not have the step keep theirs. */
  #copyGradients({ states }: Pass, count: number, back: boolean): void {
    for (const [k, { gradient, width }] of this.states.entries()) {
      const own = states[k]!.gradient;
      if (back) this.#kernels.repeatRow(gradient, own, 1, count * width);
      else this.#kernels.repeatRow(own, gradient, 1, count * width);
    }
  }

  #within(visit: Visit, k: 0 | 1): Visit {
    return (values) => visit(inLayer(values, this.#layer.names[k]));
  }

  /** Copies a block [M, N] between rows of other lengths. */
  #copy(to: number, ldTo: number, from: number, ldFrom: number, M: number, N: number): void {
    this.#kernels.activationForward(activationKinds.linear, to, ldTo, from, ldFrom, M, N);
  }
}

/** Takes room for packed weights once: each call returns what gives the same places again. */
function sharedWeights({ takeWeights }: Workspace): () => Workspace['takeWeights'] {
  const places: number[] = [];
  return () => {
    let next = 0;
    return (size) => {
      places[next] ??= takeWeights(size);
      return places[next++]!;
    };
  };
}

/** Neighbouring rows with the same source row, as groups. */
function groupsOf({ order, sourceRows }: Draw, count: number, lengths: Int32Array): QueryGroup[] {
  const groups: QueryGroup[] = [];
  const rowOf = (k: number): number => sourceRows?.[k] ?? order?.[k] ?? k;
  for (let first = 0; first < count; ) {
    const row = rowOf(first);
    let end = first + 1;
    while (end < count && rowOf(end) === row) end++;
    groups.push({ row, first, count: end - first, length: lengths[row]! });
    first = end;
  }
  return groups;
}
