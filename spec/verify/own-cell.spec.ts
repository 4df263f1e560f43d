import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BackwardStep,
  Bidirectional,
  Cell,
  type CellOptions,
  type ForwardStep,
  type Layer,
  Network,
  RNN,
  randomNormal,
} from '../../lib/index.ts';
import {
  assertGradients,
  type Combination,
  combinations,
  gradcheck,
  type RecurrentLayerOptions,
  recurrentProperties,
} from '../../lib/verify/index.ts';

const { exp, tanh } = Math;

/** An LSTM whose input gate is what the forget gate leaves: c = f⊙c' + (1−f)⊙g, h = o⊙tanh(c). */
class CoupledCell extends Cell<'h' | 'c'> {
  readonly kind = 'CoupledCell';
  readonly gates = ['forget', 'candidate', 'output'] as const;
  readonly states = ['h', 'c'] as const;
  /** Share of the candidate's gradient that is left out. */
  readonly fault: number;

  constructor(options: CellOptions, fault = 0) {
    super('CoupledCell', options);
    this.fault = fault;
  }

  forwardStep({ kernels, B, gates, weights, previous, next }: ForwardStep<'h' | 'c'>): void {
    const { units: H, gateWidth: N } = this;
    const { data } = this.parameters.arena;
    kernels.matmul(gates, N, previous.h, H, weights.gates, B, N, H, true);
    for (let k = 0; k < B * H; k++) {
      const at = gates + N * Math.floor(k / H) + (k % H);
      data[at] = 1 / (1 + exp(-data[at]!));
      data[at + H] = tanh(data[at + H]!);
      data[at + 2 * H] = 1 / (1 + exp(-data[at + 2 * H]!));
      data[next.c + k] = data[at]! * data[previous.c + k]! + (1 - data[at]!) * data[at + H]!;
      data[next.h + k] = data[at + 2 * H]! * tanh(data[next.c + k]!);
    }
  }

  backwardStep({ kernels, B, gates, weights, previous, next, dGates, dStates }: BackwardStep<'h' | 'c'>): void {
    const { units: H, gateWidth: N } = this;
    const { data } = this.parameters.arena;
    for (let k = 0; k < B * H; k++) {
      const row = N * Math.floor(k / H) + (k % H);
      const f = data[gates + row]!;
      const g = data[gates + row + H]!;
      const o = data[gates + row + 2 * H]!;
      const t = tanh(data[next.c + k]!);
      const dh = data[dStates.h + k]!;
      const dc = data[dStates.c + k]! + dh * o * (1 - t * t);
      data[dGates + row] = dc * (data[previous.c + k]! - g) * f * (1 - f);
      data[dGates + row + H] = dc * (1 - f) * (1 - g * g) * (1 - this.fault);
      data[dGates + row + 2 * H] = dh * t * o * (1 - o);
      data[dStates.c + k] = dc * f;
    }
    kernels.matmul(dStates.h, H, dGates, N, weights.gates, B, H, N, false);
  }
}

const dtype = 'float64';

describe("a user's own cell", () => {
  test('passes gradcheck in five lines', () => {
    const layer = new RNN({ cell: new CoupledCell({ units: 3, dtype }), returnSequences: true });
    const x = randomNormal([2, 9, 4], { seed: 1, dtype });
    assertGradients(layer, { x });
    assertGradients(layer, { x, cotangents: 'all' });
  });

  test('fails it with a gate derivative that is off by 1e-7', () => {
    const layer = new RNN({ cell: new CoupledCell({ units: 3, dtype }, 1e-7), returnSequences: true });
    expect(gradcheck(layer, { x: randomNormal([2, 9, 4], { seed: 1, dtype }) }).passed).toBe(false);
  });

  const nets = (fault: number): fc.Arbitrary<Combination> =>
    combinations<Layer>(
      ({ units, seed, dtype: _, ...sequence }) =>
        new RNN({ cell: new CoupledCell({ units, seed, dtype }, fault), ...sequence }),
      {
        stack: (layers) => new Network(layers, { dtype }),
        bidirectional: (layers, mergeMode) => new Bidirectional({ layers, mergeMode, dtype }),
      },
    );

  test('passes gradcheck in random nets', () => {
    const property = fc.property(nets(0), ({ layer, call }) => {
      assertGradients(layer, { ...call, cotangents: 1, maxEntries: 2 });
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('fails it there with a gate derivative that is off by 1e-7, and is printed as what was drawn', () => {
    const property = fc.property(nets(1e-7), ({ layer, call }) => {
      assertGradients(layer, { ...call, cotangents: 1 });
    });
    const { failed, counterexample } = fc.check(property, { numRuns: 100 });
    expect(failed).toBe(true);
    expect(fc.stringify(counterexample)).toMatch(/^\[\{ T: 1, B: 1, I: 1, units: 1, depth: 1, direction: forwards,/);
  });

  const make = ({ returnSequences, ...options }: RecurrentLayerOptions): RNN<CoupledCell> =>
    new RNN({ cell: new CoupledCell(options), returnSequences });
  for (const [name, property] of Object.entries(recurrentProperties(make, { maxT: 9 }))) {
    test(name, () => fc.assert(property, { numRuns: 50 }));
  }
});
