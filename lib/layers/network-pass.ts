// The pass of a network: the passes of its layers, each reading the output of the one before it in place.

import type { Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import type { Signal } from '../engine/signal.ts';
import { inLayer, type Visit } from '../engine/visit.ts';
import type { Layer } from './layer.ts';

export class NetworkPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly #passes: readonly Pass[];
  readonly #names: readonly string[];
  /** Number of layers up to the last recurrent one; the states need no others. */
  readonly #recurrent: number;

  constructor(layers: readonly Layer[], names: readonly string[], workspace: Workspace, input: Signal) {
    const passes: Pass[] = [];
    for (const [i, layer] of layers.entries()) {
      const random = workspace.random.fork(i);
      passes.push(layer.layOut({ ...workspace, random }, passes.at(-1)?.output ?? input));
    }
    this.#passes = passes;
    this.#names = names;
    this.#recurrent = passes.reduce((count, { states }, i) => (states.length > 0 ? i + 1 : count), 0);
    this.output = passes.at(-1)!.output;
    this.dInput = passes[0]!.dInput;
    this.states = passes.flatMap(({ states }, i) =>
      states.map((state) => ({ ...state, path: [names[i]!, ...state.path] })),
    );
  }

  pack(): void {
    for (const pass of this.#passes) pass.pack();
  }

  forward(run: Run): void {
    const count = run.output ? this.#passes.length : this.#recurrent;
    const plain = run.output && run.visit === undefined; // a step of a stream allocates nothing
    for (let i = 0; i < count; i++) this.#passes[i]!.forward(plain ? run : this.#within(i, run));
  }

  backward(run: Run, dOutput: number | undefined): void {
    let d = dOutput;
    for (let i = this.#passes.length - 1; i >= 0; i--) {
      const pass = this.#passes[i]!;
      pass.backward(run.visit === undefined ? run : this.#within(i, run), d);
      d = d === undefined && pass.states.length === 0 ? undefined : pass.dInput;
    }
  }

  /** The run of layer i, whose output the next layer needs. */
  #within(i: number, { steps, from, rows, draw, visit }: Run): Run {
    const named: Visit | undefined = visit && ((values) => visit(inLayer(values, this.#names[i]!)));
    return { steps, from, rows, output: true, draw, visit: named };
  }
}
