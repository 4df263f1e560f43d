// The pass of a graph of layers: the passes of its nodes, each reading one value in place or several as one.

import { activationKinds } from '../cells/activations.ts';
import type { Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import { rowsIn, type Signal, signalSize } from '../engine/signal.ts';
import { inLayer, type Visit } from '../engine/visit.ts';
import type { Kernels } from '../kernels/contract.ts';
import { type BranchMerge, mergedShape, nameOf, type Wiring } from './wiring.ts';

export class WiredPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #wiring: Wiring;
  readonly #kernels: Kernels;
  readonly #passes: readonly Pass[];
  readonly #names: readonly string[];
  /** The input, and the output of each node. */
  readonly #values: readonly Signal[];
  /** What each node reads. */
  readonly #inputs: readonly Signal[];
  /** The gradient of each value; −1 if it is that of the output, in place. */
  readonly #gradients: readonly number[];
  /** Whether a value has one reader, which writes its gradient in place. */
  readonly #inPlace: readonly boolean[];
  /** Whether the backward pass has written the gradient of a value. */
  readonly #written: Uint8Array;
  /** Room for a block of columns. */
  readonly #columns: number;

  constructor(wiring: Wiring, workspace: Workspace, input: Signal) {
    const trains = workspace.purpose === 'train';
    const { take } = workspace;
    const [values, inputs, passes]: [Signal[], Signal[], Pass[]] = [[input], [], []];
    const merged = (of: readonly number[], merge: BranchMerge): Signal => {
      if (of.length === 1) return values[of[0]!]!;
      const shape = mergedShape(values, of, merge);
      return { ...shape, at: take(signalSize(shape), trains ? 'tape' : undefined) };
    };
    for (const [i, { layer, sources, merge }] of wiring.nodes.entries()) {
      const read = merged(sources, merge);
      const pass = layer.layOut({ ...workspace, random: workspace.random.fork(i) }, read);
      inputs.push(read);
      passes.push(pass);
      values.push(pass.output);
    }
    this.output = merged(wiring.outputs, wiring.merge);
    this.#wiring = wiring;
    this.#kernels = workspace.kernels;
    this.#passes = passes;
    this.#names = wiring.nodes.map(nameOf);
    this.#values = values;
    this.#inputs = inputs;
    this.#written = new Uint8Array(values.length);
    const readers = values.map((_, v) => readersOf(wiring, v));
    this.#inPlace = readers.map(([reader, ...others], v) => {
      const alone = reader !== undefined && others.length === 0 && reader.alone;
      return alone && (v > 0 || reader.node !== undefined); // the gradient of the input needs a place of its own
    });
    this.#gradients = values.map((value, v) => {
      if (!this.#inPlace[v]) return take(trains ? signalSize(value) : 0);
      const { node } = readers[v]![0]!;
      return node === undefined ? -1 : passes[node]!.dInput;
    });
    this.#columns = take(trains ? values.reduce((most, value) => Math.max(most, signalSize(value)), 0) : 0);
    this.dInput = trains ? this.#gradients[0]! : -1;
    this.states = passes.flatMap(({ states }, i) =>
      states.map((state) => ({ ...state, path: [...wiring.nodes[i]!.path, ...state.path] })),
    );
  }

  pack(): void {
    for (const pass of this.#passes) pass.pack();
  }

  forward(run: Run): void {
    const { nodes, outputs, merge } = this.#wiring;
    const plain = run.output && run.visit === undefined; // a step of a stream allocates nothing
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      this.#merge(this.#inputs[i]!, node.sources, node.merge, run);
      this.#passes[i]!.forward(plain ? run : this.#within(i, run));
    }
    if (run.output) this.#merge(this.output, outputs, merge, run);
  }

  /** (J1), (J2): several values as one. */
  #merge(to: Signal, values: readonly number[], merge: BranchMerge, run: Run): void {
    if (values.length === 1) return;
    const kernels = this.#kernels;
    const rows = rowsIn(to, run);
    let column = 0;
    for (let k = 0; k < values.length; k++) {
      const { at, F } = this.#values[values[k]!]!;
      if (merge === 'sum' && k > 0) kernels.accumulate(to.at, at, rows * F);
      else this.#copy(to.at + column, to.F, at, F, rows, F);
      if (merge === 'concat') column += F;
    }
  }

  backward(run: Run, dOutput: number | undefined): void {
    const { nodes, outputs, merge } = this.#wiring;
    this.#written.fill(0);
    if (dOutput !== undefined) this.#distribute(dOutput, this.output, outputs, merge, run);
    for (let i = nodes.length - 1; i >= 0; i--) {
      const pass = this.#passes[i]!;
      const dNode = this.#gradientOf(i + 1, dOutput);
      pass.backward(run.visit === undefined ? run : this.#within(i, run), dNode);
      const { sources, merge: own } = nodes[i]!;
      if (dNode !== undefined || pass.states.length > 0) {
        this.#distribute(pass.dInput, this.#inputs[i]!, sources, own, run);
      }
    }
  }

  /** Where the gradient of a value lies; undefined if nothing that has a gradient reads it. */
  #gradientOf(value: number, dOutput: number | undefined): number | undefined {
    if (this.#written[value] === 0) return undefined;
    const at = this.#gradients[value]!;
    return at < 0 ? dOutput : at;
  }

  /** (J1′), (J2′): adds the gradient of several values as one to the gradient of each. */
  #distribute(d: number, of: Signal, values: readonly number[], merge: BranchMerge, run: Run): void {
    const rows = rowsIn(of, run);
    let column = 0;
    for (let k = 0; k < values.length; k++) {
      const v = values[k]!;
      const { F } = this.#values[v]!;
      if (!this.#inPlace[v]) this.#add(v, d + column, of.F, rows, F);
      this.#written[v] = 1;
      if (merge === 'concat') column += F;
    }
  }

  /** Adds a block of columns to the gradient of a value, or writes the first one. */
  #add(value: number, d: number, ld: number, rows: number, F: number): void {
    const to = this.#gradients[value]!;
    if (this.#written[value] === 0) {
      this.#copy(to, F, d, ld, rows, F);
      return;
    }
    this.#copy(this.#columns, F, d, ld, rows, F);
    this.#kernels.accumulate(to, this.#columns, rows * F);
  }

  /** Copies a block [M, N] between rows of other lengths. */
  #copy(to: number, ldTo: number, from: number, ldFrom: number, M: number, N: number): void {
    this.#kernels.activationForward(activationKinds.linear, to, ldTo, from, ldFrom, M, N);
  }

  /** The run of node i, whose output others need. */
  #within(i: number, { steps, from, rows, draw, visit }: Run): Run {
    const named: Visit | undefined = visit && ((values) => visit(inLayer(values, this.#names[i]!)));
    return { steps, from, rows, output: true, draw, visit: named };
  }
}

/** A reader of a value: a node, or the output of the graph; `alone`: whether it reads nothing else. */
interface Reader {
  readonly node: number | undefined;
  readonly alone: boolean;
}

function readersOf({ nodes, outputs }: Wiring, value: number): Reader[] {
  const readers = nodes.flatMap(({ sources }, node): Reader[] =>
    sources.filter((v) => v === value).map(() => ({ node, alone: sources.length === 1 })),
  );
  return [
    ...readers,
    ...outputs.filter((v) => v === value).map(() => ({ node: undefined, alone: outputs.length === 1 })),
  ];
}
