// The types of a gradient flow.

import type { Tensor } from '../tensor/tensor.ts';

/** The gradient flow through a model for one batch. */
export interface GradientFlow {
  /** Reduced loss of the batch. */
  readonly loss: number;
  /** Global norm of the parameters' gradients, unclipped. */
  readonly gradientNorm: number;
  /** The recurrent layers, first to last. */
  readonly layers: readonly LayerFlow[];
  /** Every parameter of the model, in order. */
  readonly parameters: readonly ParameterFlow[];
  /** Problems and remedies, worst first; empty if no problem was found. */
  readonly verdicts: readonly Verdict[];
}

/** The gradient flow through one recurrent layer. */
export interface LayerFlow {
  /** Name of the layer in the model: `lstm1`. */
  readonly name: string;
  /** Class of the layer: `LSTM`. */
  readonly kind: string;
  /** Time steps. */
  readonly T: number;
  /** Rows of the batch. */
  readonly B: number;
  /** Units. */
  readonly H: number;
  /**
   * ‖∂L/∂s_t‖ of each state s by name, [T + 1, B]; slot t is the state after t time steps that count, slot 0 the initial
   * one. 0 in slots after the last step of a row.
   */
  readonly stateGradients: Readonly<Record<string, Tensor>>;
  /** Decay of the first state's gradients towards the past. */
  readonly decay: Decay;
  /** Statistics of each gate, by name. */
  readonly gates: Readonly<Record<string, GateFlow>>;
  /** Size of the memory, if the cell reads it through tanh, as c of an LSTM; otherwise undefined. */
  readonly cellState: CellStateFlow | undefined;
  /** Spectrum of W_hh for a SimpleRNN; otherwise undefined. */
  readonly recurrent: RecurrentSpectrum | undefined;
  /** The requested norms, by state. */
  readonly jacobians: Readonly<Record<string, readonly JacobianNorm[]>>;
}

/** Decay of the gradients of a state s towards the past, over all batch rows. */
export interface Decay {
  /**
   * Factor by which ‖∂L/∂s_t‖ changes per step towards the past: gradients vanish below 1 and explode above. It comes
   * from a least-squares fit of the logarithms, with one slope for all rows and an intercept for each; norms of 0 are
   * omitted. 0 if no gradient passes a single step; NaN if all norms are 0.
   */
  readonly rate: number;
  /**
   * Number of steps, at least 1, after which a thousandth of the gradient remains; Infinity if gradients do not decay.
   * If Jacobians were computed, it is the distance t − i beyond which ‖∂s_t/∂s_i‖ (geometric mean over pairs and rows)
   * stays below a thousandth; otherwise it is ln 1000 / −ln rate.
   */
  readonly horizon: number;
}

/** ∂s_t/∂s_i of one batch row. */
export interface JacobianNorm {
  /** Slot i, from 0. */
  readonly from: number;
  /** Slot t, from i to T. */
  readonly to: number;
  /** Batch row. */
  readonly row: number;
  /** ‖∂s_t/∂s_i‖₂, the largest singular value. */
  readonly norm: number;
  /**
   * Relative error bound: some singular value differs from `norm` by at most this share of it, and `norm` is never too
   * large. Usually at most 1e-12; 1e-6 with `'power'` in float32.
   */
  readonly error: number;
  /** Upper bound ∏ ‖diag φ′‖·‖W_hh‖ of `norm`, over the same steps, for a SimpleRNN; otherwise undefined. */
  readonly bound: number | undefined;
  /** ‖∏ diag f‖ over the same steps for a memory with keep gate f, such as c of an LSTM; otherwise undefined. */
  readonly directPath: number | undefined;
  /** The matrix [H, H], with `keepJacobians`; otherwise undefined. */
  readonly jacobian: Tensor | undefined;
}

/** Statistics of a gate over a batch. */
export interface GateFlow {
  /** Mean activation over the rows, [T, H]. */
  readonly mean: Tensor;
  /**
   * Share of saturated rows, [T, H]: sigmoid below 0.05 or above 0.95, |tanh| above 0.95, |softsign| above 0.69, hard
   * sigmoids at 0 and 1, relu at 0. A value that `clip` bounds is not counted.
   */
  readonly saturated: Tensor;
  /** Histogram of the activations of all steps, rows and units. */
  readonly histogram: Histogram;
}

/**
 * Size of the memory, such as c of an LSTM, over all batch rows. Slot t is the state after t steps, slot 0 the initial
 * state.
 */
export interface CellStateFlow {
  /** Root mean square of c over rows and units, [T + 1]. */
  readonly rms: Tensor;
  /** Largest |c| of any row and unit, [T + 1]. */
  readonly largest: Tensor;
  /** Share of rows with |tanh(c)| above 0.95, [T + 1, H]. In these rows hardly any gradient flows from h to c. */
  readonly saturated: Tensor;
}

/** Counts in bins of equal width. */
export interface Histogram {
  /** Start of the first bin. */
  readonly low: number;
  /** End of the last bin. */
  readonly high: number;
  /** Counts of the bins, first to last. */
  readonly counts: readonly number[];
}

/** Spectrum of the recurrent weights W_hh [H, H] in h = φ(W_hh h' + …). */
export interface RecurrentSpectrum {
  /** Eigenvalues [H, 2], as real and imaginary parts, the largest modulus first. */
  readonly eigenvalues: Tensor;
  /** The largest modulus of an eigenvalue. */
  readonly spectralRadius: number;
  /** Singular values [H], the largest first. */
  readonly singularValues: Tensor;
  /** The largest singular value. */
  readonly norm: number;
}

/** One parameter and its gradient. */
export interface ParameterFlow {
  /** Name, such as `lstm1.kernel`. */
  readonly name: string;
  /** Euclidean norm of the values. */
  readonly norm: number;
  /** Euclidean norm of the gradient. */
  readonly gradientNorm: number;
  /** ‖Δw‖ / ‖w‖ of the optimizer's next step; undefined if the gradients are not finite. */
  readonly updateRatio: number | undefined;
  /** Histogram of at most 4096 values, evenly spaced. */
  readonly values: Histogram;
  /** Histogram of the same entries of the gradient. */
  readonly gradients: Histogram;
}

/** A problem that was found, its remedy, and the numbers behind both. */
export interface Verdict {
  /**
   * Kind of problem. `'input'`: x or the initial state is not finite. `'update'`: updates are too large or too small
   * for their weights.
   */
  readonly kind: 'input' | 'exploding' | 'vanishing' | 'saturated' | 'update';
  /** Name of a layer or parameter, or `x`. */
  readonly where: string;
  /** The finding, in one sentence. */
  readonly finding: string;
  /** The remedy, in one sentence. */
  readonly remedy: string;
  /** The numbers behind the finding, by name. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** A record of `recordFlow`. */
export interface FlowRecord {
  /** Number of training steps before the record. */
  readonly step: number;
  /** Gradient flow of the batch of the next step. */
  readonly flow: GradientFlow;
}
