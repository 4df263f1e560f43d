// What each drawing reads of a flow: whole flows fit, and so do objects with these fields alone.
import type { GateFlow, JacobianNorm, LayerFlow, ParameterFlow, RecurrentSpectrum } from '../flow/gradient-flow.ts';

/** What `eigenvalues` reads of a layer's flow. */
export interface DrawnSpectrum extends Pick<LayerFlow, 'name'> {
  /** The layer's class, for errors. */
  readonly kind?: string;
  /** W_hh; a layer without it is refused. */
  readonly recurrent: Pick<RecurrentSpectrum, 'eigenvalues' | 'spectralRadius' | 'norm'> | undefined;
}

/** One norm of a triangle; `bound` or `directPath` where that is the quantity drawn. */
export interface DrawnNorm
  extends Pick<JacobianNorm, 'from' | 'to' | 'row' | 'norm'>,
    Partial<Pick<JacobianNorm, 'bound' | 'directPath'>> {}

/** What `flowTriangle` reads of a layer's flow. */
export interface DrawnJacobians extends Pick<LayerFlow, 'name'> {
  /** By state. */
  readonly jacobians: Readonly<Record<string, readonly DrawnNorm[]>>;
}

/** What `gateActivations` reads of a layer's flow. */
export interface DrawnGates extends Pick<LayerFlow, 'name' | 'T' | 'H'> {
  /** By name: `mean` and `histogram`, or `saturated` where that is the quantity drawn. */
  readonly gates: Readonly<Record<string, Partial<GateFlow>>>;
}

/** What `stateGradients` reads of a flow. */
export interface DrawnStates {
  /** The recurrent layers, first to last. */
  readonly layers: readonly Pick<LayerFlow, 'name' | 'T' | 'B' | 'stateGradients' | 'decay'>[];
}

/** What `histograms` reads of a record. */
export interface DrawnRecord {
  /** Training steps before this one. */
  readonly step: number;
  /** The flow of that step. */
  readonly flow: {
    /** By name; `values` and `gradients` as the option `of` says. */
    readonly parameters: readonly (Pick<ParameterFlow, 'name'> &
      Partial<Pick<ParameterFlow, 'values' | 'gradients'>>)[];
  };
}
