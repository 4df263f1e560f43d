// What the layers of an exported model share: the graph, its layout of sequences, lengths and states.

import { refuse } from '../../checks.ts';
import type { Attributes } from './graph-writer.ts';
import { GraphWriter } from './graph-writer.ts';

/** A value between layers: one row a sequence [B, F], or sequences, batch-major [B, T, F] or time-major [T, B, F]. */
export interface Value {
  readonly name: string;
  readonly layout: 'row' | 'batch' | 'time';
}

/** The state of a layer after the last time step, [B, width]. */
interface FinalState {
  readonly name: string;
  readonly value: string;
  readonly width: number;
}

/** How the graph begins and ends. */
export interface GraphForm {
  /** Whether there is an input `lengths`. */
  readonly lengths: boolean;
  /** Whether states are inputs and outputs. */
  readonly states: boolean;
  /** Whether recurrent layers read the last time step first. */
  readonly reversed: boolean;
}

/** The graph in the making. Sequences stay in the order of the input, also where layers read them backwards. */
export class Exporter {
  readonly graph: GraphWriter = new GraphWriter();
  /** Name of the graph's input x. */
  readonly x: string = 'x';
  /** Name of the input with the number of time steps of each row, if there is one. */
  readonly lengths: string | undefined;
  readonly states: boolean;
  /** Whether recurrent layers read the last time step first, until a layer takes the time axis away. */
  reversed: boolean;
  readonly finals: FinalState[] = [];

  constructor({ lengths, states, reversed }: GraphForm) {
    this.states = states;
    this.reversed = reversed;
    this.lengths = lengths ? 'lengths' : undefined;
  }

  /** Adds a node with one output. */
  node(scope: string, op: string, inputs: readonly string[], attributes?: Attributes): string {
    return this.graph.node(scope, op, inputs, attributes);
  }

  /** Throws for a layer that ONNX cannot express. */
  refuse(path: string, expected: string, received: unknown, remedy?: string): never {
    return refuse('toOnnx', `model.${path}`, expected, received, remedy);
  }

  /** int64 [1]: B. */
  batchSize(): string {
    return this.node(this.x, 'Shape', [this.x], { start: { int: 0 }, end: { int: 1 } });
  }

  /** The same value in a layout. A value without a time axis stays as it is. */
  arranged(scope: string, value: Value, layout: 'batch' | 'time'): Value {
    if (value.layout === 'row' || value.layout === layout) return value;
    return { name: this.node(scope, 'Transpose', [value.name], { perm: { ints: [1, 0, 2] } }), layout };
  }

  /** Sequences with zeros at time steps that do not count. */
  masked(scope: string, value: Value): Value {
    const { lengths, graph } = this;
    if (lengths === undefined || value.layout === 'row') return value;
    const { name } = this.arranged(scope, value, 'batch');
    const T = this.node(scope, 'Gather', [this.node(scope, 'Shape', [name]), graph.ints(1)]);
    const steps = this.node(scope, 'Range', [graph.ints(0), T, graph.ints(1)]); // [T]
    const counts = this.node(scope, 'Unsqueeze', [lengths, graph.ints([1])]);
    const lasts = this.node(scope, 'Cast', [counts], { to: { int: 7 } }); // int64 [B, 1]
    const within = this.node(scope, 'Unsqueeze', [this.node(scope, 'Less', [steps, lasts]), graph.ints([2])]);
    const zero = graph.floats(`${scope}.zero`, [], [0]);
    return { name: this.node(scope, 'Where', [within, name, zero]), layout: 'batch' };
  }

  /** The initial state of a layer as an input of the graph [B, width], if states are inputs. */
  initialState(path: string, width: number): string | undefined {
    return this.states ? this.graph.input(`initial.${path}`, 'float', ['batch', width]) : undefined;
  }

  /** Keeps the final state of a layer for the outputs of the graph. */
  finalState(path: string, value: string, width: number): void {
    this.finals.push({ name: `final.${path}`, value, width });
  }
}
