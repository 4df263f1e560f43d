import { type BackwardStep, Cell, type CellOptions, type ForwardStep } from '../../lib/index.ts';

/** A cell as a user may write one: h = h' + W[h', x] + b. */
export class LeakyCell extends Cell<'h'> {
  readonly kind = 'LeakyCell';
  readonly gates = ['hidden'] as const;
  readonly states = ['h'] as const;

  constructor(options: CellOptions) {
    super('LeakyCell', options);
  }

  forwardStep({ kernels, B, gates, weights, previous, next }: ForwardStep<'h'>): void {
    const H = this.units;
    kernels.matmul(gates, H, previous.h, H, weights.gates, B, H, H, true);
    kernels.repeatRow(next.h, gates, 1, B * H);
    kernels.accumulate(next.h, previous.h, B * H);
  }

  backwardStep({ kernels, B, dGates, weights, dStates }: BackwardStep<'h'>): void {
    const H = this.units;
    kernels.repeatRow(dGates, dStates.h, 1, B * H);
    kernels.matmul(dStates.h, H, dGates, H, weights.gates, B, H, H, true);
  }
}
