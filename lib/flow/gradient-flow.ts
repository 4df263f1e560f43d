import type { Tensor } from '../tensor/tensor.ts';

/** How gradients flow through a model for one batch. */
export interface GradientFlow {
  /** Reduced loss of the batch. */
  readonly loss: number;
  /** Global norm of the parameters' gradients, unclipped. */
  readonly gradientNorm: number;
  /** The recurrent layers, first to last. */
  readonly layers: readonly LayerFlow[];
  /** Every parameter of the model, in order. */
  readonly parameters: readonly ParameterFlow[];
  /** What is wrong and what helps against it, worst first; empty when nothing is. */
  readonly verdicts: readonly Verdict[];
}

/** How gradients flow through one recurrent layer. */
export interface LayerFlow {
  /** Its name in the model: `lstm1`. */
  readonly name: string;
  /** Its class: `LSTM`. */
  readonly kind: string;
  /** Time steps. */
  readonly T: number;
  /** Rows of the batch. */
  readonly B: number;
  /** Units. */
  readonly H: number;
  /** ‖∂L/∂s_t‖ of each state s by name, [T + 1, B]; slot t is the state after t steps, slot 0 the initial one. */
  readonly stateGradients: Readonly<Record<string, Tensor>>;
  /** How fast gradients of the first state fall towards the past. */
  readonly decay: Decay;
  /** By name. */
  readonly gates: Readonly<Record<string, GateFlow>>;
  /** How large the memory is, where the cell reads it through tanh: c of an LSTM; else undefined. */
  readonly cellState: CellStateFlow | undefined;
  /** W_hh, where the layer has one for all of its state: a SimpleRNN; else undefined. */
  readonly recurrent: RecurrentSpectrum | undefined;
  /** By state, the norms asked for. */
  readonly jacobians: Readonly<Record<string, readonly JacobianNorm[]>>;
}

/** How fast gradients of a state s fall towards the past, over all batch rows. */
export interface Decay {
  /**
   * Factor of ‖∂L/∂s_t‖ for each step towards the past: below 1 it vanishes, above 1 it explodes. The least squares slope
   * through the logarithms, one for all rows, each with its own intercept; norms of 0 are left out. 0 where no gradient
   * gets through a single step; NaN where all norms are 0.
   */
  readonly rate: number;
  /**
   * Steps, at least 1, after which a thousandth is left; Infinity where nothing falls. Where Jacobians were computed, the
   * distance t − i beyond which ‖∂s_t/∂s_i‖ stays below a thousandth, geometric mean over pairs and rows; else ln 1000 / −ln rate.
   */
  readonly horizon: number;
}

/** ∂s_t/∂s_i of one batch row. */
export interface JacobianNorm {
  /** i, from 0. */
  readonly from: number;
  /** t, from i to T. */
  readonly to: number;
  /** Batch row. */
  readonly row: number;
  /** ‖∂s_t/∂s_i‖₂, the largest singular value. */
  readonly norm: number;
  /** How close it is: some singular value lies within this share of `norm`, which is never too large; 1e-12 or less as a rule, 1e-6 by power in float32. */
  readonly error: number;
  /** ∏ ‖diag φ′‖·‖W_hh‖ over the same steps, at least `norm`; of a SimpleRNN, else undefined. */
  readonly bound: number | undefined;
  /** ‖∏ diag f‖ over the same steps, f the gate that keeps the memory: of c of an LSTM; else undefined. */
  readonly directPath: number | undefined;
  /** [H, H], where it was asked for. */
  readonly jacobian: Tensor | undefined;
}

/** What a gate did over a batch. */
export interface GateFlow {
  /** Mean activation of each unit at each step over the rows, [T, H]. */
  readonly mean: Tensor;
  /** Share of rows that are saturated, [T, H]: a sigmoid below 0.05 or above 0.95, |tanh| above 0.95, relu at 0. */
  readonly saturated: Tensor;
  /** Counts of activations over all steps, rows and units. */
  readonly histogram: Histogram;
}

/** The size of the memory, c of an LSTM, over all batch rows; slot t is the state after t steps, slot 0 the initial one. */
export interface CellStateFlow {
  /** Root mean square of c over rows and units, [T + 1]. */
  readonly rms: Tensor;
  /** Largest |c| of any row and unit, [T + 1]. */
  readonly largest: Tensor;
  /** Share of rows in which |tanh(c)| is above 0.95, [T + 1, H]: hardly any gradient of h reaches c there. */
  readonly saturated: Tensor;
}

/** Counts in bins of equal width. */
export interface Histogram {
  /** Where the first bin begins. */
  readonly low: number;
  /** Where the last bin ends. */
  readonly high: number;
  /** First to last. */
  readonly counts: readonly number[];
}

/** Of W_hh [H, H], h = φ(W_hh h' + …). */
export interface RecurrentSpectrum {
  /** [H, 2], real and imaginary part, the largest modulus first. */
  readonly eigenvalues: Tensor;
  /** The largest modulus. */
  readonly spectralRadius: number;
  /** [H], the largest first. */
  readonly singularValues: Tensor;
  /** The largest singular value. */
  readonly norm: number;
}

/** One parameter and its gradient. */
export interface ParameterFlow {
  /** `lstm1.kernel` */
  readonly name: string;
  /** Euclidean norm of the values. */
  readonly norm: number;
  /** Euclidean norm of the gradient. */
  readonly gradientNorm: number;
  /** ‖Δw‖ / ‖w‖ of the optimizer's next step; undefined where there is none. */
  readonly updateRatio: number | undefined;
  /** Counts of the values, of 4096 of them at most, evenly spaced. */
  readonly values: Histogram;
  /** Counts of the gradient's entries, of as many. */
  readonly gradients: Histogram;
}

/** A finding and its remedy, with the numbers that it rests on. */
export interface Verdict {
  /** `'input'` (x or the initial state is not finite), `'exploding'`, `'vanishing'`, `'saturated'`, `'update'` (steps too large or too small for their weights). */
  readonly kind: 'input' | 'exploding' | 'vanishing' | 'saturated' | 'update';
  /** A layer, a parameter, or `x`: `lstm1`. */
  readonly where: string;
  /** One sentence: what is the case. */
  readonly finding: string;
  /** One sentence: what to try. */
  readonly remedy: string;
  /** By name. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** What `recordFlow` kept while a model trained. */
export interface FlowRecord {
  /** Training steps before this one. */
  readonly step: number;
  /** Of the batch of that step, before it. */
  readonly flow: GradientFlow;
}
