import { describe, expect, it } from '@jest/globals';
import { gradientFlow } from '../../lib/flow/index.ts';
import {
  type BackwardStep,
  Cell,
  type CellOptions,
  Dense,
  type ForwardStep,
  MeanSquaredError,
  type Parameter,
  type Parameters,
  RNN,
  randomNormal,
  type Segment,
  Sequential,
  SGD,
  stateFromBytes,
  stateToBytes,
  unstack,
  zeros,
} from '../../lib/index.ts';
import type { ParameterSpec } from '../../lib/parameters/parameter.ts';
import { glorotUniform } from '../../lib/random/glorot.ts';
import { gradcheck } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';
const [H, P, I] = [4, 3, 5];

/**
 * An LSTM with a projected state: h = (o⊙tanh(c))·U, U [H, P]. `saved` has tanh(c) and o⊙tanh(c) of each row, `dSaved` the
 * gradient of o⊙tanh(c) and that of h, which has at most H features.
 */
class ProjectedCell extends Cell<'h' | 'c'> {
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

function layerOf(options: Partial<CellOptions> = {}, returnSequences = true): RNN<ProjectedCell> {
  return new RNN({ cell: new ProjectedCell(P, { units: H, ...options }), returnSequences });
}

describe('a cell with states of two widths', () => {
  it('has states, weights and outputs of its own widths', () => {
    const layer = layerOf({ inputSize: I }).build();
    expect(layer.cell.zeroState(2)).toEqual({ h: zeros([2, P]), c: zeros([2, H]) });
    expect([...layer.parameters].map(({ name, value }) => [name, value.shape])).toEqual([
      ['recurrentKernel', [P, 4 * H]],
      ['kernel', [I, 4 * H]],
      ['bias', [4 * H]],
      ['projection', [H, P]],
    ]);
    const { output, state } = layer.forward(zeros([2, 7, I]), { returnState: true });
    expect([output.shape, state.h.shape, state.c.shape]).toEqual([
      [2, 7, P],
      [2, P],
      [2, H],
    ]);
  });

  it('shows each gate on [h, x]', () => {
    const { cell, parameters } = layerOf({ inputSize: I }).build();
    const { W, dW, b } = cell.gate('forget');
    expect([W.shape, dW.shape, b!.shape]).toEqual([[H, P + I], [H, P + I], [H]]);
    const [recurrent, kernel] = ['recurrentKernel', 'kernel'].map((name) => parameters.get(name).value);
    expect(W.get(2, P - 1)).toBe(recurrent!.get(P - 1, H + 2));
    expect(W.get(2, P)).toBe(kernel!.get(0, H + 2));
    expect(W.get(H - 1, P + I - 1)).toBe(kernel!.get(I - 1, 2 * H - 1));
  });

  it.each([
    [1, true],
    [9, true],
    [9, false],
  ])('has the gradients of finite differences: T = %i, returnSequences %p', (T, returnSequences) => {
    const x = randomNormal([2, T, I], { seed: 1, dtype });
    const initialState = { h: randomNormal([2, P], { seed: 2, dtype }), c: randomNormal([2, H], { seed: 3, dtype }) };
    for (const options of [{ x }, { x, initialState }]) {
      const report = gradcheck(layerOf({ dtype }, returnSequences), options);
      expect(`${report}`).toMatch(/^gradcheck passed/);
      expect(report.variables.map(({ name }) => name)).toContain('projection');
    }
  });

  it('refuses states of other widths', () => {
    const layer = layerOf({ inputSize: I });
    const state = { h: zeros([1, H]), c: zeros([1, H]) };
    expect(() => layer.forward(zeros([1, 2, I]), { initialState: state })).toThrow(
      '"initialState.h" must have shape [1, 3]',
    );
    expect(() => layer.cell.step(zeros([1, I]), state)).toThrow('"state.h" must have shape [1, 3]');
    expect(() => layer.stream().step(zeros([1, I]), state)).toThrow('"state.h" must have shape [1, 3]');
  });

  it('gives the bits of forward as a stream, as a stepped cell, and from a file of its state', () => {
    const layer = layerOf({ inputSize: I });
    const x = randomNormal([2, 8, I], { seed: 4 });
    const whole = layer.forward(x);
    const stream = layer.stream({ batchSize: 2 });
    let state = stream.zeroState();
    let stepped = layer.cell.zeroState(2);
    unstack(x, 1).forEach((xt, t) => {
      state = stateFromBytes(stream, stateToBytes(stream, state));
      expectBits(stream.step(xt, state).copy(), whole.pick(null, t).copy());
      stepped = layer.cell.step(xt, stepped)[1];
      expectBits(stepped.h, state.h);
      expectBits(stepped.c, state.c);
    });
  });

  it('trains in a model, with the same bits by segments and over chunks', () => {
    const x = randomNormal([2, 12, I], { seed: 5 });
    const y = randomNormal([2, 12, 1], { seed: 6 });
    const optimizer = new SGD({ learningRate: 0 });
    const model = new Sequential([layerOf(), new Dense({ units: 1 })], { inputSize: I }).build();
    const norms = [{}, { checkpoint: 5 }, { checkpoint: { memory: 20_000 } }].map((options) => {
      model.compile({ optimizer, loss: new MeanSquaredError(), ...options });
      return model.trainStep(x, y).gradientNorm;
    });
    expect(norms[1]).toBe(norms[0]);
    expect(norms[2]).toBe(norms[0]);
    const [state, twice] = [model.stream({ batchSize: 2 }).zeroState(), model.stream({ batchSize: 2 }).zeroState()];
    model.trainStep(x, y, { state });
    for (const k of [0, 1]) {
      const [first, last] = [6 * k, 6];
      const chunk = (array: typeof x) => array.lo(0, first).hi(2, last);
      model.trainStep(chunk(x), chunk(y), { state: twice });
    }
    expectBits(twice.rnn1!.h!, state.rnn1!.h!);
    expectBits(twice.rnn1!.c!, state.rnn1!.c!);
  });

  it('is refused by gradientFlow, which measures states of H features', () => {
    const model = new Sequential([layerOf(), new Dense({ units: 1 })], { inputSize: I });
    model.compile({ optimizer: new SGD(), loss: new MeanSquaredError() });
    const flow = () => gradientFlow(model, zeros([2, 3, I]), zeros([2, 3, 1]));
    expect(flow).toThrow(`gradientFlow: "rnn1.cell.widthOf('h')" must be 4, as its units; received 3`);
  });
});
