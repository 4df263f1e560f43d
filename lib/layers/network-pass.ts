// The pass of a network: the passes of its layers, each reading the output of the one before it in place.

import type { Pass, Run, StateTape, Workspace } from '../engine/pass.ts';
import type { Signal } from '../engine/signal.ts';
import { inLayer, type Visit } from '../engine/visit.ts';
import type { Layer } from './layer.ts';

export class NetworkPass implements Pass {
  readonly output: Signal;
  readonly dInput: number;
  readonly states: readonly StateTape[];
  readonly after: ((run: Run) => Run) | undefined;
  readonly #passes: readonly Pass[];
  readonly #names: readonly string[];
  /** Number of layers up to the last recurrent one; the states need no others. */
  readonly #recurrent: number;

  constructor(layers: readonly Layer[], names: readonly string[], workspace: Workspace, input: Signal) {
    const passes: Pass[] = [];
    const own = new Map<Pass, number>(); // time steps of passes whose time axis is not that of the input
    for (const [i, layer] of layers.entries()) {
      const random = workspace.random.fork(i);
      const read = passes.at(-1)?.output ?? input;
      const pass = layer.layOut({ ...workspace, random }, read);
      if (passes.some(({ after }) => after !== undefined)) own.set(pass, read.T ?? 1);
      passes.push(pass);
    }
    this.#passes = passes;
    this.#names = names;
    this.#recurrent = passes.reduce((count, { states }, i) => (states.length > 0 ? i + 1 : count), 0);
    this.output = passes.at(-1)!.output;
    this.dInput = passes[0]!.dInput;
    this.states = passes.flatMap(({ states }, i) =>
      states.map((state) => {
        const steps = state.steps ?? own.get(passes[i]!);
        return { ...state, path: [names[i]!, ...state.path], ...(steps !== undefined && { steps }) };
      }),
    );
    const retimes = passes.some(({ after }) => after !== undefined);
    this.after = retimes ? (run) => this.#runs(run).at(-1)! : undefined;
  }

  /** The run of each layer, and of what follows the last one. */
  #runs(run: Run): Run[] {
    const runs = [run];
    for (const { after } of this.#passes) runs.push(after?.(runs.at(-1)!) ?? runs.at(-1)!);
    return runs;
  }

  pack(): void {
    for (const pass of this.#passes) pass.pack();
  }

  forward(run: Run): void {
    const count = run.output ? this.#passes.length : this.#recurrent;
    const runs = this.after === undefined ? undefined : this.#runs(run);
    const plain = run.output && run.visit === undefined; // a step of a stream allocates nothing
    for (let i = 0; i < count; i++) {
      const own = runs?.[i] ?? run;
      this.#passes[i]!.forward(plain ? own : this.#within(i, own));
    }
  }

  backward(run: Run, dOutput: number | undefined): void {
    const runs = this.after === undefined ? undefined : this.#runs(run);
    let d = dOutput;
    for (let i = this.#passes.length - 1; i >= 0; i--) {
      const pass = this.#passes[i]!;
      const own = runs?.[i] ?? run;
      pass.backward(run.visit === undefined ? own : this.#within(i, own), d);
      d = d === undefined && pass.states.length === 0 ? undefined : pass.dInput;
    }
  }

  /** The run of layer i, whose output the next layer needs. */
  #within(i: number, { steps, from, rows, draw, visit }: Run): Run {
    const named: Visit | undefined = visit && ((values) => visit(inLayer(values, this.#names[i]!)));
    return { steps, from, rows, output: true, draw, visit: named };
  }
}
