import type { NonFinitePlace } from '../../lib/errors.ts';
import { Dense, RNN, type Sequential, type Tensor } from '../../lib/index.ts';
import {
  type Matrix,
  map,
  multiply,
  type NaiveStep,
  naiveStep,
  naiveStepBack,
  type Round,
  transposed,
  type Weights,
} from './naive-steps.ts';

/** The fields of a place that apply. */
export type Place = Partial<NonFinitePlace>;

/** A layer's pass: signals [T][B][F], T = 1 where there is no time. */
interface Pass {
  readonly name: string;
  readonly layer: RNN | Dense;
  readonly weights: Weights;
  readonly time: boolean;
  readonly input: Matrix[];
  readonly output: Matrix[];
  readonly steps: readonly NaiveStep[];
}

/** Order of a step's values, forwards and back. */
const ORDER: Readonly<Record<string, { readonly forward: readonly string[]; readonly back: readonly string[] }>> = {
  LSTMCell: {
    forward: ['input', 'forget', 'candidate', 'output', 'c', 'h'],
    back: ['output', 'candidate', 'forget', 'input'],
  },
  GRUCell: {
    forward: ['reset', 'update', 'saved', 'candidate', 'h'],
    back: ['candidate', 'update', 'saved', 'reset'],
  },
  SimpleRNNCell: { forward: ['h'], back: ['hidden'] },
};

/**
 * The first value of a training step with mean squared error that is not finite, by plain loops over nested lists, each
 * value in the order of computation; undefined when all are finite.
 */
export function firstByHand(model: Sequential, x: Tensor, y: Tensor): Place | undefined {
  for (const place of everyValue(model, x, y)) if (!Number.isFinite(place.value)) return place;
  return undefined;
}

function* everyValue(model: Sequential, x: Tensor, y: Tensor): Generator<Place> {
  const round: Round = x.dtype === 'float32' ? Math.fround : (v) => v;
  let time = x.shape.length === 3;
  let signal = timeMajor(x);
  yield* inSteps({ phase: 'forward', tensor: 'x' }, signal, time);
  for (const { name, value } of model.parameters) {
    const [layer, tensor] = name.split('.') as [string, string];
    yield* indexed({ phase: 'forward', layer, tensor }, value.toArray() as Matrix);
  }
  const passes: Pass[] = [];
  for (const [i, layer] of (model.layers as (RNN | Dense)[]).entries()) {
    const pass = forward(layer, model.layerNames[i]!, model, signal, time, round);
    passes.push(pass);
    yield* forwardValues(pass);
    const last = layer instanceof RNN && !layer.returnSequences;
    signal = last ? [pass.output.at(-1)!] : pass.output;
    time &&= !last;
  }
  const target = timeMajor(y);
  const errors = signal.map((rows, t) => map(round, (v, goal) => v! - goal!, rows, target[t]!));
  const count = errors.flat(2).length;
  yield { phase: 'forward', tensor: 'loss', value: errors.flat(2).reduce((sum, e) => sum + e * e, 0) / count };
  let d = errors.map((rows) => map(round, (e) => (2 / count) * e!, rows));
  yield* inSteps({ phase: 'backward', tensor: 'prediction' }, d, time);
  for (const pass of passes.reverse()) {
    d = yield* pass.layer instanceof RNN ? recurrentBack(pass, pass.layer, d, round) : denseBack(pass, d, round);
    yield* inSteps({ phase: 'backward', layer: pass.name, tensor: 'input' }, d, pass.time);
  }
}

function timeMajor(tensor: Tensor): Matrix[] {
  if (tensor.shape.length === 2) return [tensor.toArray() as Matrix];
  const rows = tensor.toArray() as number[][][];
  return rows[0]!.map((_, t) => rows.map((row) => row[t]!));
}

function* inRows(place: Place, values: Matrix): Generator<Place> {
  for (const [row, list] of values.entries()) {
    for (const [unit, value] of list.entries()) yield { ...place, row, unit, value };
  }
}

function* inSteps(place: Place, values: readonly Matrix[], time: boolean): Generator<Place> {
  for (const [step, rows] of values.entries()) yield* inRows(time ? { ...place, step } : place, rows);
}

function* indexed(place: Place, values: Matrix | number[]): Generator<Place> {
  for (const [i, row] of values.entries()) {
    if (typeof row === 'number') yield { ...place, index: [i], value: row };
    else for (const [j, value] of row.entries()) yield { ...place, index: [i, j], value };
  }
}

function forward(
  layer: RNN | Dense,
  name: string,
  model: Sequential,
  input: Matrix[],
  time: boolean,
  round: Round,
): Pass {
  const weights = Object.fromEntries(
    [...model.parameters]
      .filter((parameter) => parameter.name.startsWith(`${name}.`))
      .map(({ name: full, value }) => {
        const list = value.toArray() as Matrix;
        return [full.slice(name.length + 1), value.shape.length === 1 ? [list as unknown as number[]] : list];
      }),
  ) as Weights;
  const steps: NaiveStep[] = [];
  if (layer instanceof Dense) {
    const phi = { linear: (a: number) => a, relu: (a: number) => Math.max(a, 0), tanh: Math.tanh }[
      layer.activation as 'linear' | 'relu' | 'tanh'
    ];
    const output = input.map((rows) =>
      multiply(rows, weights.kernel!).map((row) => row.map((a, j) => round(phi(round(a + weights.bias![0]![j]!))))),
    );
    return { name, layer, weights, time, input, output, steps };
  }
  const zero = input[0]!.map(() => new Array<number>(layer.cell.units).fill(0));
  for (const rows of input) {
    const { h = zero, c = zero } = steps.at(-1) ?? {};
    steps.push(naiveStep(layer.cell, weights, rows, h, c, round));
  }
  return { name, layer, weights, time, input, output: steps.map(({ h }) => h), steps };
}

const named = (name: string): Place => (['h', 'c', 'saved'].includes(name) ? { tensor: name } : { gate: name });
const valuesOf = (step: NaiveStep, name: string): Matrix =>
  name === 'h' || name === 'c' || name === 'saved' ? step[name] : step.gates[name]!;

function* forwardValues({ layer, name, time, output, steps }: Pass): Generator<Place> {
  if (layer instanceof Dense) return yield* inSteps({ phase: 'forward', layer: name, tensor: 'output' }, output, time);
  for (const [step, values] of steps.entries()) {
    for (const each of ORDER[layer.cell.kind]!.forward) {
      yield* inRows({ phase: 'forward', layer: name, step, ...named(each) }, valuesOf(values, each));
    }
  }
}

/** Σ over rows, from the last to the first. */
function gradient(inputs: Matrix[], d: Matrix[], round: Round): Matrix {
  const product = multiply(transposed(inputs.flat().reverse()), d.flat().reverse());
  return map(round, (v) => v!, product);
}

function columns(d: Matrix[], round: Round): number[] {
  return d[0]![0]!.map((_, j) => round(d.flat().reduce((sum, row) => sum + row[j]!, 0)));
}

function* denseBack({ layer, name, weights, time, input, output }: Pass, dy: Matrix[], round: Round) {
  const place: Place = { phase: 'backward', layer: name };
  const { activation } = layer as Dense;
  const slope = (y: number): number => (activation === 'linear' ? 1 : activation === 'relu' ? +(y > 0) : 1 - y * y);
  const da = dy.map((rows, t) => map(round, (d, y) => d! * slope(y!), rows, output[t]!));
  if (activation !== 'linear') yield* inSteps({ ...place, tensor: 'preactivation' }, da, time);
  yield* indexed({ ...place, tensor: 'kernel' }, gradient(input, da, round));
  yield* indexed({ ...place, tensor: 'bias' }, columns(da, round));
  return da.map((rows) => map(round, (v) => v!, multiply(rows, transposed(weights.kernel!))));
}

function* recurrentBack(
  { name, weights, input, steps }: Pass,
  { cell, returnSequences }: RNN,
  dy: Matrix[],
  round: Round,
) {
  const place: Place = { phase: 'backward', layer: name };
  const zero = steps[0]!.h.map((row) => row.map(() => 0));
  const before = (t: number): [Matrix, Matrix] => [steps[t - 1]?.h ?? zero, steps[t - 1]?.c ?? zero];
  const backs: ReturnType<typeof naiveStepBack>[] = [];
  let [dh, dc] = [zero, zero];
  for (let t = steps.length - 1; t >= 0; t--) {
    const own = returnSequences ? dy[t]! : t === steps.length - 1 ? dy[0]! : zero;
    dh = map(round, (a, b) => a! + b!, dh, own);
    yield* inRows({ ...place, step: t, tensor: 'h' }, dh);
    if (cell.kind === 'LSTMCell') yield* inRows({ ...place, step: t, tensor: 'c' }, dc);
    const back = naiveStepBack(cell, weights, steps[t]!, before(t), [dh, dc], round);
    for (const each of ORDER[cell.kind]!.back)
      yield* inRows({ ...place, step: t, ...named(each) }, valuesOf(back, each));
    backs[t] = back;
    [dh, dc] = [back.h, back.c];
  }
  const after = 'resetAfter' in cell && cell.resetAfter === true;
  const d = backs.map(({ gates }) => joined(cell.gates.map((gate) => gates[gate]!)));
  const dRecurrent = cell.gates.map((gate) => {
    const own = gate === 'candidate' && cell.kind === 'GRUCell';
    const previous = steps.map((step, t) => (own && !after ? step.saved : before(t)[0]));
    return gradient(
      previous,
      backs.map((back) => (own && after ? back.saved : back.gates[gate]!)),
      round,
    );
  });
  yield* indexed({ ...place, tensor: 'recurrentKernel' }, joined(dRecurrent));
  if (after)
    yield* indexed(
      { ...place, tensor: 'recurrentBias' },
      columns(
        backs.map(({ saved }) => saved),
        round,
      ),
    );
  yield* indexed({ ...place, tensor: 'kernel' }, gradient(input, d, round));
  yield* indexed({ ...place, tensor: 'bias' }, columns(d, round));
  return d.map((rows) => map(round, (v) => v!, multiply(rows, transposed(weights.kernel!))));
}

/** Blocks side by side. */
function joined(blocks: Matrix[]): Matrix {
  return blocks[0]!.map((_, row) => blocks.flatMap((matrix) => matrix[row]!));
}
