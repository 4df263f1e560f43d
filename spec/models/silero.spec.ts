import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { importNode, recurrentNodes } from '../../lib/exchange/onnx.ts';
import { type LSTM, type Sequential, tensor } from '../../lib/index.ts';
import type { Tensor } from '../../lib/tensor/tensor.ts';
import { mulberry32 } from '../support/mulberry32.ts';

// snakers4/silero-vad (MIT): an LSTM in each branch of If, with constant weights through Slice, Concat and Unsqueeze.
const FOLDER = new URL('../../../shared/models/', import.meta.url);
const STEPS = 40;
const { exp, tanh } = Math;
const sigmoid = (a: number): number => 1 / (1 + exp(-a));

/** A step of an LSTM by its equations, on the weights of its gates. */
function plainStep(model: Sequential, x: readonly number[], h: number[], c: number[]): void {
  const [{ cell }] = model.layers as unknown as readonly [LSTM];
  const { units } = cell;
  const input = [...h, ...x];
  const gate = (name: string, j: number): number => {
    const { W, b } = cell.gate(name as 'input');
    return input.reduce((sum, v, k) => sum + W.get(j, k) * v, b!.get(j));
  };
  for (let j = 0; j < units; j++) {
    const [i, f, o, g] = [gate('input', j), gate('forget', j), gate('output', j), gate('candidate', j)];
    c[j] = sigmoid(f) * c[j]! + sigmoid(i) * tanh(g);
    h[j] = sigmoid(o) * tanh(c[j]!);
  }
}

describe.each([
  ['silero_vad', 4, 128],
  ['silero_vad_half', 2, 128],
  ['silero_vad_legacy', 8, 64],
])('%s', (file, count, units) => {
  const url = new URL(`${file}.onnx`, FOLDER);
  const present = existsSync(url);
  (present ? it : it.skip)(`streams each of its LSTMs${present ? '' : ', skipped: ../shared/models is absent'}`, () => {
    const bytes = new Uint8Array(readFileSync(url));
    const nodes = recurrentNodes(bytes);
    expect(nodes).toHaveLength(count);
    for (const { name, op, units: width, inputSize } of nodes) {
      expect([op, width]).toEqual(['LSTM', units]);
      const model = importNode(bytes, { name });
      const exact = importNode(bytes, { name, dtype: 'float64' });
      const stream = model.stream();
      const state = stream.zeroState();
      const [h, c] = [0, 1].map(() => Array.from({ length: units }, () => 0)) as [number[], number[]];
      const numbers = mulberry32(1, 1, [STEPS * inputSize!]);
      let worst = 0;
      for (let t = 0; t < STEPS; t++) {
        const x = Array.from({ length: inputSize! }, (_, k) => Math.fround(numbers.get(t * inputSize! + k)));
        plainStep(exact, x, h, c);
        const y: Tensor = stream.step(tensor([x]), state);
        for (let j = 0; j < units; j++) worst = Math.max(worst, Math.abs(y.get(0, j) - h[j]!));
      }
      expect(worst).toBeLessThan(5e-6);
    }
  });
});
