import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CellOptions,
  type InputBackward,
  type InputForward,
  LSTMCell,
  RNN,
  randomNormal,
  unstack,
} from '../../lib/index.ts';
import { gradcheck, recurrentProperties } from '../../lib/verify/index.ts';
import { expectBits } from '../support/bits.ts';

const dtype = 'float64';
const { abs, sqrt } = Math;

/** An LSTM whose input side is normalized: u = x·W_x + b, gates = s·u with s = 1/√(mean(u²) + ε) over a row. */
class NormalizedInputCell extends LSTMCell {
  override readonly inputSavedSize = this.gateWidth + 1; // s·u, which the step overwrites in gates, and s

  constructor(options: CellOptions) {
    super(options, 'NormalizedInputCell');
  }

  override inputForward(input: InputForward): void {
    super.inputForward(input);
    const { rows, gates, inputSaved } = input;
    const N = this.gateWidth;
    const { data } = this.parameters.arena;
    for (let row = 0; row < rows; row++) {
      const [u, saved] = [gates + row * N, inputSaved + row * (N + 1)];
      let squares = 0;
      for (let j = 0; j < N; j++) squares += data[u + j]! ** 2;
      data[saved + N] = 1 / sqrt(squares / N + 1e-3);
      for (let j = 0; j < N; j++) data[saved + j] = data[u + j]! *= data[saved + N]!;
    }
  }

  override inputBackward(input: InputBackward): void {
    const { rows, dGates, inputSaved } = input;
    const N = this.gateWidth;
    const { data } = this.parameters.arena;
    for (let row = 0; row < rows; row++) {
      const [d, saved] = [dGates + row * N, inputSaved + row * (N + 1)];
      let product = 0;
      for (let j = 0; j < N; j++) product += data[d + j]! * data[saved + j]!;
      for (let j = 0; j < N; j++) data[d + j] = data[saved + N]! * (data[d + j]! - (data[saved + j]! * product) / N);
    }
    super.inputBackward(input);
  }
}

function layerOf(options: CellOptions, returnSequences = true): RNN<NormalizedInputCell> {
  return new RNN({ cell: new NormalizedInputCell(options), returnSequences });
}

describe('a cell that normalizes its input side', () => {
  it('gives the cell the same pre-activations for any scale of x', () => {
    const layer = layerOf({ units: 3, inputSize: 2, dtype, useBias: false });
    const x = randomNormal([2, 6, 2], { seed: 1, dtype });
    const once = layer.forward(x);
    const large = x.copy();
    large.data.forEach((v, i) => {
      large.data[i] = v * 1e4;
    });
    const larger = x.copy();
    larger.data.forEach((v, i) => {
      larger.data[i] = v * 1e5;
    });
    const [a, b] = [layer.forward(large), layer.forward(larger)];
    a.data.forEach((v, i) => {
      expect(abs(v - b.data[i]!)).toBeLessThan(1e-9); // ε is all that is left of the scale
    });
    expect(once.data.some((v, i) => abs(v - a.data[i]!) > 1e-6)).toBe(true);
  });

  it.each([
    [1, true],
    [1, false],
    [9, true],
    [9, false],
  ])('has the gradients of finite differences: T = %i, returnSequences %p', (T, returnSequences) => {
    for (const useBias of [true, false]) {
      const report = gradcheck(layerOf({ units: 3, useBias, dtype }, returnSequences), {
        x: randomNormal([2, T, 4], { seed: 2, dtype }),
      });
      expect(`${report}`).toMatch(/^gradcheck passed/);
    }
  });

  it('gives the bits of forward as a stream, as a stepped cell, and without a tape', () => {
    const layer = layerOf({ units: 5, inputSize: 3 });
    const x = randomNormal([2, 8, 3], { seed: 3 });
    const whole = layer.forward(x);
    expectBits(layer.forward(x, { inference: true }), whole);
    const stream = layer.stream({ batchSize: 2 });
    const state = stream.zeroState();
    let stepped = layer.cell.zeroState(2);
    unstack(x, 1).forEach((xt, t) => {
      expectBits(stream.step(xt, state).copy(), whole.pick(null, t).copy());
      stepped = layer.cell.step(xt, stepped)[1];
      expectBits(stepped.h, whole.pick(null, t).copy());
    });
  });

  it('gives the same bits of all gradients by segments', () => {
    const x = randomNormal([2, 20, 3], { seed: 4 });
    const dy = randomNormal([2, 20, 5], { seed: 5 });
    const [whole, segments] = [{}, { checkpoint: 3 }].map((options) => {
      const layer = layerOf({ units: 5, inputSize: 3 });
      layer.forward(x, options);
      const { dx } = layer.backward(dy);
      return [dx, ...[...layer.parameters].map(({ gradient }) => gradient.copy())];
    });
    whole!.forEach((expected, k) => {
      expectBits(segments![k]!, expected);
    });
  });

  const properties = recurrentProperties(({ returnSequences, ...options }) => layerOf(options, returnSequences), {
    maxT: 5,
  });
  // A normalized gate cannot be opened or shut by its bias.
  const held = Object.entries(properties).filter(([name]) => !name.startsWith('an open forget gate'));
  it.each(held)('%s', (_, property) => {
    fc.assert(property, { numRuns: 15 });
  });
});
