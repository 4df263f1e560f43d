import type { ActivationName } from '../../lib/cells/activations.ts';
import type { Cell, GRUCell, LSTMCell, SimpleRNNCell } from '../../lib/index.ts';
import { affine, sigmoid } from './naive.ts';

const { abs, max, min } = Math;

type Row = readonly number[];
/** The states after a step. */
export type NaiveState = { readonly h: Row; readonly c?: Row };

/** An activation, and the points at which it has a kink. */
const ACTIVATIONS: Readonly<Record<ActivationName, readonly [phi: (a: number) => number, kinks: Row]>> = {
  linear: [(a) => a, []],
  sigmoid: [sigmoid, []],
  tanh: [Math.tanh, []],
  relu: [(a) => max(a, 0), [0]],
  softsign: [(a) => a / (1 + abs(a)), []],
  hardSigmoidFifth: [(a) => min(max(0.2 * a + 0.5, 0), 1), [-2.5, 2.5]],
  hardSigmoidSixth: [(a) => min(max(a / 6 + 0.5, 0), 1), [-3, 3]],
};

/** Steps of one batch row by the equations, one unit at a time, with all options of the library's cells. */
export class NaiveCell {
  /** The smallest distance of any pre-activation from a kink so far. */
  margin = Infinity;
  readonly #cell: SimpleRNNCell | GRUCell | LSTMCell;

  constructor(cell: Cell) {
    this.#cell = cell as SimpleRNNCell | GRUCell | LSTMCell;
  }

  step(x: Row, state: NaiveState): NaiveState {
    const cell = this.#cell;
    if (cell.kind === 'SimpleRNNCell') return { h: this.#apply(cell.activation, affine(cell, 'hidden', state.h, x)) };
    return cell.kind === 'GRUCell' ? { h: this.#gru(cell, x, state.h) } : this.#lstm(cell, x, state.h, state.c!);
  }

  #apply(name: ActivationName, pre: Row, clip: number | undefined = this.#cell.clip): number[] {
    const [phi, kinks] = ACTIVATIONS[name];
    const ends = clip === undefined || clip === Infinity ? [] : [-clip, clip];
    return pre.map((a) => {
      const clipped = clip === undefined ? a : min(max(a, -clip), clip);
      for (const end of ends) this.margin = min(this.margin, abs(a - end));
      for (const kink of kinks) this.margin = min(this.margin, abs(clipped - kink));
      return phi(clipped);
    });
  }

  #gru(cell: GRUCell, x: Row, h: Row): number[] {
    const { activation, recurrentActivation, resetAfter } = cell;
    const [r, z] = ['reset', 'update'].map((gate) => this.#apply(recurrentActivation, affine(cell, gate, h, x)));
    const [still, calm] = [h.map(() => 0), x.map(() => 0)];
    let pre = affine(
      cell,
      'candidate',
      h.map((v, j) => r![j]! * v),
      x,
    );
    if (resetAfter) {
      const b = affine(cell, 'candidate', still, calm);
      const s = affine(cell, 'candidate', h, calm).map((v, j) => v - b[j]! + (cell.gate('candidate').bu?.get(j) ?? 0));
      pre = affine(cell, 'candidate', still, x).map((v, j) => v + r![j]! * s[j]!);
    }
    const candidate = this.#apply(activation, pre);
    return h.map((v, j) => (1 - z![j]!) * v + z![j]! * candidate[j]!);
  }

  #lstm(cell: LSTMCell, x: Row, h: Row, c: Row): NaiveState {
    const { activation, recurrentActivation, outputActivation, coupledGate } = cell;
    const share = (gate: 'input' | 'forget' | 'output', seen: Row): number[] => {
      const { p } = cell.gate(gate);
      const pre = affine(cell, gate, h, x).map((a, j) => a + (p?.get(j) ?? 0) * seen[j]!);
      return this.#apply(recurrentActivation, pre);
    };
    const i = coupledGate === 'input' ? share('forget', c).map((f) => 1 - f) : share('input', c);
    const f = coupledGate === 'forget' ? i.map((v) => 1 - v) : share('forget', c);
    const g = this.#apply(activation, affine(cell, 'candidate', h, x));
    const next = c.map((v, j) => i[j]! * g[j]! + f[j]! * v);
    const o = share('output', next);
    const shown = this.#apply(outputActivation, next, Infinity);
    return { h: o.map((v, j) => v * shown[j]!), c: next };
  }
}
