// Collects the values and gradients of one recurrent layer during a pass.

import type { Cell } from '../cells/cell.ts';
import { norm2 } from '../clip/norm.ts';
import type { Packing } from '../engine/packing.ts';
import type { Values } from '../engine/visit.ts';
import { zeros } from '../tensor/create.ts';
import type { FloatArray } from '../tensor/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CellStateStatistics } from './cell-state.ts';
import { driftingState, shownAs } from './facts.ts';
import { GateStatistics } from './gate-statistics.ts';
import { RowTrace } from './row-trace.ts';

/**
 * Collects what `visit` reports about one recurrent layer. In `bptt/flow`, only this class and `RowTrace` depend on the
 * layout of the tape.
 */
export class LayerTrace {
  readonly cell: Cell;
  readonly T: number;
  readonly B: number;
  readonly gates: ReadonlyMap<string, GateStatistics>;
  /** Statistics of a memory that is read through tanh, such as an LSTM's c. */
  readonly cellState: CellStateStatistics | undefined;
  /** ‖∂L/∂s_t‖, [T + 1, B] by state. */
  readonly stateGradients: Readonly<Record<string, Tensor>>;
  readonly rows: readonly RowTrace[];
  /** The caller's row of each row of a packed batch. */
  readonly #order: Int32Array | undefined;
  readonly #drifting: string | undefined;
  readonly #shown: ReadonlyMap<string, GateStatistics>;
  /** Offset of the gradient of each state in the backward pass; after the pass, that of the initial state. */
  readonly #dStates = new Map<string, number>();

  /** Keeps all values of the caller's rows in `rows`, and statistics of all rows. */
  constructor(cell: Cell, T: number, B: number, rows: readonly number[], packing: Packing | undefined) {
    this.cell = cell;
    this.T = T;
    this.B = B;
    this.#order = packing?.order;
    const H = cell.units;
    this.gates = new Map(cell.gates.map((gate) => [gate, new GateStatistics(cell.activations[gate], T, H)]));
    this.#shown = new Map([...this.gates].map(([gate, statistics]) => [shownAs(cell, gate), statistics]));
    this.#drifting = driftingState(cell);
    this.cellState = this.#drifting === undefined ? undefined : new CellStateStatistics(T, H);
    const norms = cell.states.map((state) => [state, zeros([T + 1, B], { dtype: 'float64' })]);
    this.stateGradients = Object.fromEntries(norms);
    this.rows = rows.map((row) => new RowTrace(cell, T, B, row, packing?.order.indexOf(row) ?? row));
  }

  /** Whether the histogram of some gate needs the range of all activations before it can count them. */
  get open(): boolean {
    return [...this.gates.values()].some(({ open }) => open);
  }

  /** Visitor of an additional forward pass, which is needed if `open`. */
  range(data: FloatArray, values: Values): void {
    const { name, at, shape, rowStride = shape[1]! } = values;
    if (!this.#isOwn(values)) return;
    const statistics = this.#shown.get(name);
    if (statistics?.open) statistics.range(data, at, shape[0]!, rowStride);
  }

  /** Visitor of the forward pass. */
  forward(data: FloatArray, values: Values): void {
    const { name, step, at, shape, rowStride = shape[1]! } = values;
    if (!this.#isOwn(values)) return;
    this.#shown.get(name)?.add(data, step!, at, shape[0]!, rowStride);
    if (name === this.#drifting) this.#cellState(data, step!, at, shape[0]!);
    for (const row of this.rows) row.keep(data, values);
  }

  /** Whether the cell computed these values. The dropout of its input shows an `output`, which is also the name of a gate. */
  #isOwn({ kind, name }: Values): boolean {
    return kind === 'gate' || !this.cell.gates.includes(name);
  }

  #cellState(data: FloatArray, step: number, at: number, rows: number): void {
    const { cellState, B, cell } = this;
    if (step === 0) cellState?.look(data, 0, at - B * cell.units, B); // slot 0 lies before slot 1
    cellState?.look(data, step + 1, at, rows);
  }

  /** Visitor of the backward pass. It is called once the gradient of the state after step t is complete. */
  backward(data: FloatArray, { name, step, at, shape }: Values): void {
    const norms = this.stateGradients[name];
    if (norms === undefined) return;
    this.#dStates.set(name, at);
    this.#norms(data, norms, step! + 1, at, shape[0]!);
  }

  /** Reads the gradient of the initial state, after the backward pass. */
  finish(data: FloatArray): void {
    for (const [name, at] of this.#dStates) this.#norms(data, this.stateGradients[name]!, 0, at, this.B);
  }

  #norms(data: FloatArray, norms: Tensor, slot: number, at: number, rows: number): void {
    const H = this.cell.units;
    const { data: out } = norms;
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let j = at + row * H; j < at + (row + 1) * H; j++) sum += data[j]! * data[j]!;
      // In float64, squares may underflow or overflow.
      const safe = sum > 1e-280 && sum < Infinity;
      out[slot * this.B + (this.#order?.[row] ?? row)] = safe
        ? Math.sqrt(sum)
        : norm2(data.subarray(at + row * H, at + (row + 1) * H));
    }
  }
}
