import { type BackwardStep, Cell, type CellOptions, type ForwardStep } from '../../lib/index.ts';

/** A cell as a user may write one: h = h' + W[h', x] + b. */
export class LeakyCell extends Cell<'h'> {
  readonly kind = 'LeakyCell';
  readonly gates = ['hidden'] as const;
  readonly states = ['h'] as const;

  constructor(options: CellOptions) {
    super('LeakyCell', options);
  }

  forwardStep({ kernels, B, gates, weights, previous, next }: ForwardStep): void {
    const H = this.units;
    kernels.matmul(gates, H, previous[0]!, H, weights[0]!, B, H, H, true);
    kernels.repeatRow(next[0]!, gates, 1, B * H);
    kernels.accumulate(next[0]!, previous[0]!, B * H);
  }

  backwardStep({ kernels, B, dGates, weights, dStates }: BackwardStep): void {
    const H = this.units;
    kernels.repeatRow(dGates, dStates[0]!, 1, B * H);
    kernels.matmul(dStates[0]!, H, dGates, H, weights[0]!, B, H, H, true);
  }
}
