import type { Cell } from '../../lib/index.ts';

export type Matrix = number[][];
/** What a result is rounded to: float32, or nothing. */
export type Round = (value: number) => number;
export type Weights = Readonly<Record<string, Matrix>>;

/** One step of all rows: gates by name, what else is saved, states. */
export interface NaiveStep {
  readonly gates: Readonly<Record<string, Matrix>>;
  readonly saved: Matrix;
  readonly h: Matrix;
  readonly c: Matrix;
}

/** One step back: gradients of pre-activations by gate, of what was saved, and of the states before. */
export interface NaiveStepBack {
  readonly gates: Readonly<Record<string, Matrix>>;
  readonly saved: Matrix;
  readonly h: Matrix;
  readonly c: Matrix;
}

export const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
export const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));

/** Element by element, rounded. */
export function map(round: Round, f: (...values: number[]) => number, ...lists: Matrix[]): Matrix {
  return lists[0]!.map((row, b) => row.map((_, j) => round(f(...lists.map((list) => list[b]![j]!)))));
}

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));
const relu = (a: number): number => Math.max(a, 0);

/** The columns of a gate. */
function block(cell: Cell, weights: Matrix, gate: string): Matrix {
  const k = cell.gates.indexOf(gate) * cell.units;
  return weights.map((row) => row.slice(k, k + cell.units));
}

const isRelu = (cell: Cell): boolean => 'activation' in cell && cell.activation === 'relu';
const isResetAfter = (cell: Cell): boolean => 'resetAfter' in cell && cell.resetAfter === true;

/** The equations of docs/equations.md, forwards. */
export function naiveStep(cell: Cell, weights: Weights, x: Matrix, h0: Matrix, c0: Matrix, round: Round): NaiveStep {
  const none: Matrix = h0.map(() => []);
  const affine = (gate: string, h: Matrix | undefined): Matrix => {
    const fromX = multiply(x, block(cell, weights.kernel!, gate));
    const bias = block(cell, weights.bias!, gate)[0]!;
    const fromH = h === undefined ? none : multiply(h, block(cell, weights.recurrentKernel!, gate));
    return fromX.map((row, b) => row.map((v, j) => round(v + bias[j]! + (fromH[b]![j] ?? 0))));
  };
  const on = (f: (a: number) => number, gate: string, h: Matrix): Matrix => map(round, f, affine(gate, h));
  if (cell.kind === 'SimpleRNNCell') {
    return { gates: {}, saved: none, h: on(isRelu(cell) ? relu : Math.tanh, 'hidden', h0), c: none };
  }
  if (cell.kind === 'LSTMCell') {
    const [input, forget, output] = ['input', 'forget', 'output'].map((gate) => on(sigmoid, gate, h0)) as [
      Matrix,
      Matrix,
      Matrix,
    ];
    const candidate = on(Math.tanh, 'candidate', h0);
    const c = map(round, (i, g, f, old) => i! * g! + f! * old!, input, candidate, forget, c0);
    const h = map(round, (o, state) => o! * Math.tanh(state!), output, c);
    return { gates: { input, forget, candidate, output }, saved: none, h, c };
  }
  const [reset, update] = [on(sigmoid, 'reset', h0), on(sigmoid, 'update', h0)];
  const after = isResetAfter(cell);
  const saved = after
    ? multiply(h0, block(cell, weights.recurrentKernel!, 'candidate')).map((row) =>
        row.map((v, j) => round(v + weights.recurrentBias![0]![j]!)),
      )
    : map(round, (r, h) => r! * h!, reset, h0);
  const candidate = after
    ? map(round, (a, r, s) => Math.tanh(round(a! + round(r! * s!))), affine('candidate', undefined), reset, saved)
    : on(Math.tanh, 'candidate', saved);
  const h = map(round, (z, old, fresh) => (1 - z!) * old! + z! * fresh!, update, h0, candidate);
  return { gates: { reset, update, candidate }, saved, h, c: none };
}

/** The equations of docs/equations.md, back: from the gradients dh, dc of the states after the step. */
export function naiveStepBack(
  cell: Cell,
  weights: Weights,
  step: NaiveStep,
  [h0, c0]: readonly [Matrix, Matrix],
  [dh, dc]: readonly [Matrix, Matrix],
  round: Round,
): NaiveStepBack {
  const U = (gate: string): Matrix => transposed(block(cell, weights.recurrentKernel!, gate));
  const through = (parts: Record<string, Matrix>): Matrix =>
    Object.entries(parts)
      .map(([gate, d]) => multiply(d, U(gate)))
      .reduce((sum, part) => map(round, (a, b) => a! + b!, sum, part));
  const { gates, saved } = step;
  if (cell.kind === 'SimpleRNNCell') {
    const slope = (y: number): number => (isRelu(cell) ? (y > 0 ? 1 : 0) : 1 - y * y);
    const hidden = map(round, (d, y) => d! * slope(y!), dh, step.h);
    return { gates: { hidden }, saved: [], h: through({ hidden }), c: dc };
  }
  if (cell.kind === 'LSTMCell') {
    const { input: i, forget: f, candidate: g, output: o } = gates as Record<string, Matrix>;
    const t = map(round, (v) => Math.tanh(v!), step.c);
    const all = map(round, (d, dhj, oj, tj) => d! + dhj! * oj! * (1 - tj! * tj!), dc, dh, o!, t);
    const d = {
      input: map(round, (dcj, gj, ij) => dcj! * gj! * ij! * (1 - ij!), all, g!, i!),
      forget: map(round, (dcj, old, fj) => dcj! * old! * fj! * (1 - fj!), all, c0, f!),
      candidate: map(round, (dcj, ij, gj) => dcj! * ij! * (1 - gj! * gj!), all, i!, g!),
      output: map(round, (dhj, tj, oj) => dhj! * tj! * oj! * (1 - oj!), dh, t, o!),
    };
    return { gates: d, saved: [], h: through(d), c: map(round, (dcj, fj) => dcj! * fj!, all, f!) };
  }
  const { reset: r, update: z, candidate: g } = gates as Record<string, Matrix>;
  const candidate = map(round, (d, zj, gj) => d! * zj! * (1 - gj! * gj!), dh, z!, g!);
  const update = map(round, (d, gj, old, zj) => d! * (gj! - old!) * zj! * (1 - zj!), dh, g!, h0, z!);
  const kept = map(round, (d, zj) => d! * (1 - zj!), dh, z!);
  const plus = (a: Matrix, b: Matrix): Matrix => map(round, (p, q) => p! + q!, a, b);
  if (isResetAfter(cell)) {
    const dSaved = map(round, (d, rj) => d! * rj!, candidate, r!);
    const reset = map(round, (d, s, rj) => d! * s! * rj! * (1 - rj!), candidate, saved, r!);
    const h = plus(plus(kept, multiply(dSaved, U('candidate'))), through({ reset, update }));
    return { gates: { candidate, update, reset }, saved: dSaved, h, c: dc };
  }
  const dSaved = multiply(candidate, U('candidate')).map((row) => row.map(round));
  const reset = map(round, (d, old, rj) => d! * old! * rj! * (1 - rj!), dSaved, h0, r!);
  const h = plus(
    plus(
      kept,
      map(round, (d, rj) => d! * rj!, dSaved, r!),
    ),
    through({ reset, update }),
  );
  return { gates: { candidate, update, reset }, saved: dSaved, h, c: dc };
}
