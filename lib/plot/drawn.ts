// The fields that each plot reads from a flow. Plots take whole flows, and also objects with only these fields.

import type { GateFlow, JacobianNorm, LayerFlow, ParameterFlow, RecurrentSpectrum } from '../flow/gradient-flow.ts';

/** The fields of a layer's flow that `eigenvalues` reads. */
export interface DrawnSpectrum extends Pick<LayerFlow, 'name'> {
  /** Class of the layer, for errors. */
  readonly kind?: string;
  /** Spectrum of W_hh; `eigenvalues` throws for a layer without it. */
  readonly recurrent: Pick<RecurrentSpectrum, 'eigenvalues' | 'spectralRadius' | 'norm'> | undefined;
}

/** One norm of a triangle, with `bound` or `directPath` if that quantity is drawn. */
export interface DrawnNorm
  extends Pick<JacobianNorm, 'from' | 'to' | 'row' | 'norm'>,
    Partial<Pick<JacobianNorm, 'bound' | 'directPath'>> {}

/** The fields of a layer's flow that `flowTriangle` reads. */
export interface DrawnJacobians extends Pick<LayerFlow, 'name'> {
  /** Norms by state. */
  readonly jacobians: Readonly<Record<string, readonly DrawnNorm[]>>;
}

/** The fields of a layer's flow that `gateActivations` reads. */
export interface DrawnGates extends Pick<LayerFlow, 'name' | 'T' | 'H'> {
  /** Gates by name, each with `mean` and `histogram`, or with `saturated` if that quantity is drawn. */
  readonly gates: Readonly<Record<string, Partial<GateFlow>>>;
}

/** The fields of a flow that `stateGradients` reads. */
export interface DrawnStates {
  /** The recurrent layers, first to last. */
  readonly layers: readonly Pick<LayerFlow, 'name' | 'T' | 'B' | 'stateGradients' | 'decay'>[];
}

/** The fields of a record that `histograms` reads. */
export interface DrawnRecord {
  /** Number of training steps before the record. */
  readonly step: number;
  /** The flow of that step. */
  readonly flow: {
    /** Parameters by name, with `values` and `gradients` according to the option `of`. */
    readonly parameters: readonly (Pick<ParameterFlow, 'name'> &
      Partial<Pick<ParameterFlow, 'values' | 'gradients'>>)[];
  };
}
