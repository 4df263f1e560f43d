import type {
  FlowRecord,
  GateFlow,
  GradientFlow,
  Histogram,
  JacobianNorm,
  LayerFlow,
  ParameterFlow,
} from '../../lib/flow/gradient-flow.ts';
import { tensor } from '../../lib/tensor/create.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import type { BatchLog, EpochLog } from '../../lib/training/callbacks.ts';
import type { History } from '../../lib/training/fit.ts';
import { mulberry32 } from './mulberry32.ts';

// Flows to draw, from small simulations by hand: what `gradientFlow` would tell of nets like these.

export interface FlowSizes {
  readonly T: number;
  readonly B: number;
  readonly H: number;
  readonly seed?: number;
}

const list = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const f64 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'float64' });

/** Numbers in [0, 1), the same for the same seed. */
function uniforms(seed: number): () => number {
  const { data } = mulberry32(seed, 0.5, [2 ** 14]);
  let next = 0;
  return () => data[next++ % data.length]! + 0.5;
}

function histogramOf(values: readonly number[], low: number, high: number, bins = 24): Histogram {
  const counts = list(bins, () => 0);
  for (const v of values) counts[Math.min(bins - 1, Math.max(0, Math.floor(((v - low) / (high - low)) * bins)))]!++;
  return { low, high, counts };
}

const around = (values: readonly number[]): Histogram => {
  const reach = Math.max(...values.map(Math.abs)) || 1;
  return histogramOf(values, -reach, reach);
};

/** Moduli and angles of the eigenvalues of a W_hh made of rotations; an odd unit has 0.3 for itself. */
function rotations(H: number, radius: number): (readonly [modulus: number, angle: number])[] {
  const pairs = Math.floor(H / 2);
  return list(pairs, (k) => [radius * (1 - (0.6 * k) / pairs), 0.5 + (2.4 * (k + 1)) / (pairs + 1)] as const);
}

/** W_hh h */
function rotated(h: readonly number[], polar: ReturnType<typeof rotations>): number[] {
  return h.map((value, j) => {
    const pair = polar[Math.floor(j / 2)];
    if (pair === undefined) return 0.3 * value;
    const [c, s] = [pair[0] * Math.cos(pair[1]), pair[0] * Math.sin(pair[1])];
    return j % 2 === 0 ? c * value - s * h[j + 1]! : s * h[j - 1]! + c * value;
  });
}

/** h = tanh(W_hh h' + noise), whose eigenvalues are known. */
export function simpleRnnFlow({ T, B, H, seed = 1 }: FlowSizes, radius = 0.97): LayerFlow {
  const random = uniforms(seed);
  const polar = rotations(H, radius);
  const rows = list(B, () => {
    let h = list(H, () => 0);
    return list(T, () => {
      h = rotated(h, polar).map((a) => Math.tanh(a + 0.8 * (random() + random() + random() - 1.5)));
      return h;
    });
  });
  const slopes = rows.map((steps) => steps.map((h) => Math.sqrt(h.reduce((sum, v) => sum + (1 - v * v) ** 2, 0) / H)));
  const norm = (row: number, from: number, to: number): number =>
    slopes[row]!.slice(from, to).reduce((product, slope) => product * slope * radius, 1);
  const norms = list(B, (row) => triangle(T, row, (from, to) => norm(row, from, to))).flat();
  const eigenvalues = polar.flatMap(([r, a]) => [1, -1].map((sign) => [r * Math.cos(a), sign * r * Math.sin(a)]));
  if (H % 2 === 1) eigenvalues.push([0.3, 0]);
  return {
    ...{ name: 'simpleRNN1', kind: 'SimpleRNN', T, B, H },
    stateGradients: { h: f64(list(T + 1, (t) => list(B, (row) => 0.05 * (1 + row / 3) * norm(row, t, T)))) },
    decay: { rate: 0.86, horizon: 46 },
    gates: { hidden: gateOf(rows, 1) },
    cellState: undefined,
    recurrent: {
      eigenvalues: f64(eigenvalues),
      singularValues: f64(list(H, (k) => 1.2 * radius * 0.9 ** k)),
      spectralRadius: H === 1 ? 0.3 : radius,
      norm: 1.2 * radius,
    },
    jacobians: { h: norms.map((n) => ({ ...n, bound: n.norm * 1.3 ** (n.to - n.from) })) },
  };
}

/** Every pair of steps up to T. */
export function triangle(T: number, row: number, norm: (from: number, to: number) => number): JacobianNorm[] {
  return list(T + 1, (to) =>
    list(to + 1, (from) => {
      const none = { error: 0, bound: undefined, directPath: undefined, jacobian: undefined };
      return { from, to, row, norm: norm(from, to), ...none };
    }),
  ).flat();
}

function gateOf(rows: readonly (readonly (readonly number[])[])[], signed: 0 | 1): GateFlow {
  const [T, H] = [rows[0]!.length, rows[0]![0]!.length];
  const mean = (f: (v: number) => number): Tensor =>
    f64(list(T, (t) => list(H, (j) => rows.reduce((sum, row) => sum + f(row[t]![j]!), 0) / rows.length)));
  const isSaturated = (v: number): boolean => (signed === 1 ? Math.abs(v) > 0.95 : v < 0.05 || v > 0.95);
  return {
    mean: mean((v) => v),
    saturated: mean((v) => (isSaturated(v) ? 1 : 0)),
    histogram: histogramOf(rows.flat(2), signed === 1 ? -1 : 0, 1),
  };
}

/** An LSTM of units that each forget at a rhythm of their own; c's way is ∏ diag f. */
export function lstmFlow({ T, B, H, seed = 2 }: FlowSizes, name = 'lstm1'): LayerFlow {
  const random = uniforms(seed);
  const gate = (signed: 0 | 1, centre: number): number[][][] =>
    list(B, () =>
      list(T, (t) =>
        list(H, (j) => {
          const a = centre + 2.5 * Math.sin((t * (j + 1)) / 5 + j) + (random() - 0.5);
          return signed === 1 ? Math.tanh(a) : 1 / (1 + Math.exp(-a));
        }),
      ),
    );
  const forget = gate(0, 2);
  const path = (row: number, from: number, to: number): number =>
    Math.max(...list(H, (j) => forget[row]!.slice(from, to).reduce((p, f) => p * f[j]!, 1)));
  const c = list(B, (row) =>
    triangle(T, row, (from, to) => path(row, from, to) * (1 + 0.9 * (Math.min(3, to - from) / 3) * random())),
  ).flat();
  const at = (t: number, b: number): number => c.find((n) => n.row === b && n.from === t && n.to === T)!.norm;
  return {
    name,
    kind: 'LSTM',
    ...{ T, B, H },
    stateGradients: {
      h: f64(list(T + 1, (t) => list(B, (b) => 0.02 * at(t, b) * (1 + 0.3 * Math.sin(t))))),
      c: f64(list(T + 1, (t) => list(B, (b) => 0.1 * at(t, b)))),
    },
    decay: { rate: 0.93, horizon: 95 },
    gates: {
      input: gateOf(gate(0, 0), 0),
      forget: gateOf(forget, 0),
      candidate: gateOf(gate(1, 0), 1),
      output: gateOf(gate(0, 1), 0),
    },
    cellState: {
      rms: f64(list(T + 1, (t) => t / T)),
      largest: f64(list(T + 1, (t) => (2 * t) / T)),
      saturated: f64(list(T + 1, (t) => list(H, () => (t === T ? 0.5 : 0)))),
    },
    recurrent: undefined,
    jacobians: { c: c.map((n) => ({ ...n, directPath: path(n.row, n.from, n.to) })) },
  };
}

function parameterFlow(name: string, size: number, scale: number, random: () => number): ParameterFlow {
  const normal = (): number => random() + random() + random() + random() - 2;
  const [values, gradients] = [list(size, () => scale * normal()), list(size, () => 0.03 * normal() ** 3)];
  const norm = (v: readonly number[]): number => Math.hypot(...v);
  return {
    name,
    ...{ norm: norm(values), gradientNorm: norm(gradients), updateRatio: 1e-3 },
    ...{ values: around(values), gradients: around(gradients) },
  };
}

export function flowOf(layers: readonly LayerFlow[], seed = 3, scale = 1): GradientFlow {
  const random = uniforms(seed);
  const names = [...layers.flatMap(({ name }) => [`${name}.kernel`, `${name}.bias`]), 'dense1.kernel'];
  const verdict = { kind: 'vanishing', where: layers[0]?.name ?? 'dense1', numbers: { rate: 0.86 } } as const;
  return {
    ...{ loss: 0.4, gradientNorm: 0.7, layers },
    parameters: names.map((name) => parameterFlow(name, 300, scale, random)),
    verdicts: [
      {
        ...verdict,
        finding: 'Gradients shrink by a factor of 0.86 a step.',
        remedy: 'Try an LSTM, or shorter sequences.',
      },
    ],
  };
}

/** Weights that grow while a model trains. */
export function flowRecords(count: number, every = 25, layers: readonly LayerFlow[] = []): FlowRecord[] {
  return list(count, (k) => ({ step: k * every, flow: flowOf(layers, 7 + k, 0.4 + k / count) }));
}

export function historyOf(count: number, validated = true): History {
  const epochs = list(count, (epoch): EpochLog => {
    const loss = 0.9 * Math.exp(-epoch / 4) + 0.02;
    return {
      ...{ epoch, epochs: count, loss, learningRate: 0.01, skipped: 0 },
      validationLoss: validated ? loss * 1.1 + 0.002 * Math.max(0, epoch - 6) ** 1.5 : undefined,
      ...{
        gradientNorm: 2 * loss,
        clippedShare: 0.25,
        clippedNorm: Math.min(1, 2 * loss),
        metrics: {},
        validationMetrics: {},
      },
    };
  });
  return { epochs, nextEpoch: count, stopped: false };
}

export function batchLogs(epochs: number, batches: number): BatchLog[] {
  const random = uniforms(5);
  return list(epochs * batches, (step): BatchLog => {
    const [epoch, batch] = [Math.floor(step / batches), step % batches];
    const loss = (0.9 * Math.exp(-step / batches / 4) + 0.02) * (0.7 + 0.6 * random());
    const gradientNorm = 3 * loss * (0.5 + random());
    return {
      ...{ epoch, epochs, batch, batches, step, steps: epochs * batches, rows: 8, timeSteps: 3, loss, gradientNorm },
      ...{ clippedNorm: Math.min(1, gradientNorm), learningRate: 0.01, skipped: false },
    };
  });
}
