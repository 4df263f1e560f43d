import { type BackwardStep, Cell, type CellOptions, type ForwardStep } from '../../lib/index.ts';

/** Where NaN is put. */
export interface Fault {
  readonly phase: 'forward' | 'backward';
  readonly gate: 'slow' | 'fast';
  readonly step: number;
  readonly row: number;
  readonly unit: number;
}

/** h = a + b of two linear gates, with NaN in one of them or its gradient. */
export class FaultyCell extends Cell<'h'> {
  readonly kind = 'FaultyCell';
  readonly gates = ['slow', 'fast'] as const;
  readonly states = ['h'] as const;
  readonly fault: Fault;
  #first: number | undefined;

  constructor(options: CellOptions, fault: Fault) {
    super('FaultyCell', options);
    this.fault = fault;
  }

  forwardStep({ kernels, B, gates, weights, previous, next }: ForwardStep<'h'>): void {
    const { units: H, gateWidth: N } = this;
    const { data } = this.parameters.arena;
    this.#first ??= gates;
    kernels.matmul(gates, N, previous.h, H, weights.gates, B, N, H, true);
    this.#spoil('forward', gates, gates, B);
    for (let k = 0; k < B * H; k++) {
      const at = gates + N * Math.floor(k / H) + (k % H);
      data[next.h + k] = data[at]! + data[at + H]!;
    }
  }

  backwardStep({ kernels, B, gates, weights, dGates, dStates }: BackwardStep<'h'>): void {
    const { units: H, gateWidth: N } = this;
    const { data } = this.parameters.arena;
    for (let k = 0; k < B * H; k++) {
      const at = dGates + N * Math.floor(k / H) + (k % H);
      data[at] = data[at + H] = data[dStates.h + k]!;
    }
    this.#spoil('backward', dGates, gates, B);
    kernels.matmul(dStates.h, H, dGates, N, weights.gates, B, H, N, false);
  }

  #spoil(phase: Fault['phase'], at: number, gates: number, B: number): void {
    const { units: H, gateWidth: N, fault } = this;
    if (phase !== fault.phase || gates !== this.#first! + fault.step * B * N) return;
    this.parameters.arena.data[at + fault.row * N + this.gates.indexOf(fault.gate) * H + fault.unit] = Number.NaN;
  }
}
