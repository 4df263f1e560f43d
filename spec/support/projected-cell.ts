// An LSTM with a projected state, as a user would write it: a cell whose states differ in width.

import {
  type BackwardStep,
  Cell,
  type CellOptions,
  type ForwardStep,
  type Parameter,
  type Parameters,
  type Segment,
} from '../../lib/index.ts';
import type { ParameterSpec } from '../../lib/parameters/parameter.ts';
import { glorotUniform } from '../../lib/random/glorot.ts';

/**
 * An LSTM with a projected state: h = (o⊙tanh(c))·U, U [H, P]. `saved` has tanh(c) and o⊙tanh(c) of each row, `dSaved` the
 * gradient of o⊙tanh(c) and that of h, which has at most H features.
 */
export class ProjectedCell extends Cell<'h' | 'c'> {
  readonly kind = 'ProjectedCell';
  readonly gates = ['input', 'forget', 'candidate', 'output'] as const;
  readonly states = ['h', 'c'] as const;
  override readonly savedBlocks = 2;
  override readonly gradientBlocks = 2;
  readonly features: number;
  #projection!: Parameter;

  constructor(features: number, options: CellOptions) {
    super('ProjectedCell', options);
    this.features = features;
  }

  override widthOf(state: 'h' | 'c'): number {
    return state === 'h' ? this.features : this.units;
  }

  override parameterSpecs(inputSize: number): readonly ParameterSpec[] {
    const shape = [this.units, this.features];
    return [...super.parameterSpecs(inputSize), { name: 'projection', shape, initializer: glorotUniform() }];
  }

  protected override attached(parameters: Parameters, inputSize: number): void {
    super.attached(parameters, inputSize);
    this.#projection = parameters.get('projection');
  }

  forwardStep({ kernels, B, gates, saved, weights, previous, next }: ForwardStep<'h' | 'c'>): void {
    const { units, gateWidth: N, features } = this;
    const { data } = this.parameters.arena;
    const U = this.#projection.at;
    kernels.matmul(gates, N, previous.h, features, weights.gates, B, N, features, true);
    for (let b = 0; b < B; b++) {
      const [tanhC, m] = [saved + 2 * b * units, saved + (2 * b + 1) * units];
      kernels.lstmStepForward(gates + b * N, next.c + b * units, tanhC, m, previous.c + b * units, 1, units);
      for (let p = 0; p < features; p++) {
        let sum = 0;
        for (let j = 0; j < units; j++) sum += data[m + j]! * data[U + j * features + p]!;
        data[next.h + b * features + p] = sum;
      }
    }
  }

  backwardStep(step: BackwardStep<'h' | 'c'>): void {
    const { kernels, B, gates, saved, weights, previous, dGates, dSaved, dStates } = step;
    const { units, gateWidth: N, features } = this;
    const { data } = this.parameters.arena;
    const U = this.#projection.at;
    for (let b = 0; b < B; b++) {
      const [dm, kept, dh] = [dSaved + 2 * b * units, dSaved + (2 * b + 1) * units, dStates.h + b * features];
      for (let j = 0; j < units; j++) {
        let sum = 0;
        for (let p = 0; p < features; p++) sum += data[U + j * features + p]! * data[dh + p]!;
        data[dm + j] = sum;
      }
      for (let p = 0; p < features; p++) data[kept + p] = data[dh + p]!;
      const [tanhC, dc, cPrev] = [saved + 2 * b * units, dStates.c + b * units, previous.c + b * units];
      kernels.lstmStepBackward(dGates + b * N, dc, gates + b * N, tanhC, cPrev, dm, 1, units);
    }
    kernels.matmul(dStates.h, features, dGates, N, weights.gates, B, features, N, false);
  }

  override recurrentGradients(segment: Segment<'h' | 'c'>): void {
    super.recurrentGradients(segment);
    const { kernels, scratch, rows, saved, dSaved } = segment;
    const { units, features } = this;
    const [m, dh, width] = [saved + units, dSaved + units, 2 * units];
    const { gradientAt } = this.#projection;
    kernels.matmulGradient(gradientAt, features, m, width, dh, width, scratch, units, features, rows);
  }
}
