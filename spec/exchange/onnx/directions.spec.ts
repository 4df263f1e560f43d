import { describe, expect, it } from '@jest/globals';
import { importChain, importNode } from '../../../lib/exchange/onnx.ts';
import { type Bidirectional, type GRU, randomNormal, type SimpleRNN, tensor } from '../../../lib/index.ts';
import type { Tensor } from '../../../lib/tensor/tensor.ts';
import { array, type NodeDescription, onnx } from '../../support/onnx-bytes.ts';

const [H, I] = [2, 3];
const numbers = (shape: readonly number[], seed: number): Float32Array =>
  new Float32Array(randomNormal([shape.reduce((a, b) => a * b, 1)], { seed }).data);
const constant = (name: string, shape: readonly number[], seed = 1): Uint8Array =>
  array(name, shape, numbers(shape, seed));
const integers = (name: string, ...list: number[]): Uint8Array =>
  array(name, [list.length], BigInt64Array.from(list, BigInt));

/** A file of nodes from X to Y. */
const file = (nodes: readonly NodeDescription[], arrays: readonly Uint8Array[]): Uint8Array => onnx({ nodes, arrays });
const rnn = (outputs: readonly string[], attributes: NodeDescription['attributes'] = {}): NodeDescription => ({
  op: 'RNN',
  inputs: ['X', 'W', 'R'],
  outputs,
  attributes: attributes ?? {},
});
const weights = (D: number): Uint8Array[] => [constant('W', [D, H, I], 2), constant('R', [D, H, H], 3)];

/** h = φ(W·x + R·h') over x [T, I], by the arrays of the file. */
function plain(x: Tensor, d: number, activation: (a: number) => number): number[][] {
  const [W, R] = [numbers([2, H, I], 2), numbers([2, H, H], 3)];
  let h = [0, 0];
  return Array.from({ length: x.shape[0]! }, (_, t) => {
    h = h.map((_, j) => {
      let a = 0;
      for (let k = 0; k < I; k++) a += W[(d * H + j) * I + k]! * x.get(t, k);
      for (let k = 0; k < H; k++) a += R[(d * H + j) * H + k]! * h[k]!;
      return activation(a);
    });
    return h;
  });
}

describe('axes and directions of ONNX', () => {
  it('follows a graph without time, and softmax over its features by any number of the axis', () => {
    for (const axis of [1, -1]) {
      const file = onnx({
        nodes: [
          { op: 'MatMul', inputs: ['X', 'M'], outputs: ['m'] },
          { op: 'Softmax', inputs: ['m'], attributes: { axis } },
        ],
        arrays: [array('M', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6))],
        shapes: { X: [0, 3] },
      });
      const y = importChain(file).predict(tensor([[1, 0, -1]]));
      expect(y.get(0, 0)).toBeCloseTo(0.5, 6); // logits 1 − 5 and 2 − 6
    }
  });

  const x = randomNormal([1, 4, I], { seed: 9 });

  it('gives each direction its weights and its activation', () => {
    const attributes = { direction: 'bidirectional', activations: ['Tanh', 'Relu'] };
    const model = importNode(file([rnn(['Y'], attributes)], weights(2)));
    const [layer] = model.layers as unknown as [Bidirectional];
    expect(layer.layers.map((each) => (each as SimpleRNN).cell.activation)).toEqual(['tanh', 'relu']);
    const y = model.predict(x);
    const forward = plain(x.pick(0), 0, Math.tanh);
    const backward = plain(x.pick(0).step(-1), 1, (a) => Math.max(0, a)).reverse();
    for (let t = 0; t < 4; t++) {
      for (let j = 0; j < H; j++) {
        expect(y.get(0, t, j)).toBeCloseTo(forward[t]![j]!, 6);
        expect(y.get(0, t, H + j)).toBeCloseTo(backward[t]![j]!, 6);
      }
    }
  });

  it('reads batch-first nodes in a chain, and passes on the last output', () => {
    const squeeze: NodeDescription = { op: 'Squeeze', inputs: ['h', 'axes'] };
    for (const layout of [0, 1]) {
      const bytes = file([rnn(['', 'h'], { layout }), squeeze], [...weights(1), integers('axes', layout)]);
      const y = importChain(bytes).predict(x);
      expect(y.shape).toEqual([1, H]);
      expect(y.get(0, 0)).toBeCloseTo(plain(x.pick(0), 0, Math.tanh).at(-1)![0]!, 6);
    }
    const turned: readonly NodeDescription[] = [
      rnn(['y'], { layout: 1 }),
      { op: 'Squeeze', inputs: ['y', 'axes'], outputs: ['s'] },
      { op: 'RNN', name: 'second', inputs: ['s', 'V', 'R'], outputs: ['z'] },
      { op: 'Squeeze', inputs: ['z', 'first'] },
    ];
    const arrays = [...weights(1), constant('V', [1, H, H]), integers('axes', 2), integers('first', 1)];
    expect(() => importChain(file(turned, arrays))).toThrow('"node second" must read along the axis');
  });

  it('follows two batch-first nodes', () => {
    const nodes: readonly NodeDescription[] = [
      rnn(['y'], { layout: 1 }),
      { op: 'Squeeze', inputs: ['y', 'axes'], outputs: ['s'] },
      { op: 'RNN', name: 'second', inputs: ['s', 'V', 'R'], outputs: ['z'], attributes: { layout: 1 } },
      { op: 'Squeeze', inputs: ['z', 'axes'] },
    ];
    const model = importChain(file(nodes, [...weights(1), constant('V', [1, H, H]), integers('axes', 2)]));
    expect(model.layers.map(({ kind }) => kind)).toEqual(['SimpleRNN', 'SimpleRNN']);
    expect(model.predict(x).shape).toEqual([1, 4, H]);
  });

  it('counts axes of constants from the end', () => {
    const nodes: readonly NodeDescription[] = [
      { op: 'Slice', name: 'a', inputs: ['W', 'zero', 'one', 'axes'], outputs: ['first'] },
      { op: 'Slice', name: 'b', inputs: ['W', 'one', 'far', 'axes'], outputs: ['rest'] },
      { op: 'Concat', inputs: ['first', 'rest'], outputs: ['V'], attributes: { axis: -2 } },
      { op: 'RNN', inputs: ['X', 'V', 'R'] },
    ];
    const places = [integers('zero', 0), integers('one', 1), integers('far', 2 ** 40), integers('axes', -2)];
    const [moved, whole] = [file(nodes, [...weights(1), ...places]), file([rnn(['Y'])], weights(1))];
    expect(String(importNode(moved).predict(x))).toBe(String(importNode(whole).predict(x)));
  });

  it('makes a layer of a product, its bias and its activation', () => {
    const kernel = numbers([2, I], 5);
    const gemm: readonly NodeDescription[] = [
      { op: 'Gemm', inputs: ['X', 'K', 'b'], outputs: ['g'], attributes: { transB: 1 } },
      { op: 'Sigmoid', inputs: ['g'] },
    ];
    const model = importChain(file(gemm, [constant('K', [2, I], 5), constant('b', [2], 6)]));
    const y = model.predict(x);
    const [bias] = [numbers([2], 6)];
    for (let t = 0; t < 4; t++) {
      const a = bias[1]! + [0, 1, 2].reduce((sum, k) => sum + kernel[I + k]! * x.get(0, t, k), 0);
      expect(y.get(0, t, 1)).toBeCloseTo(1 / (1 + Math.exp(-a)), 6);
    }
    const twice = [...gemm.slice(0, 1), { op: 'Add', inputs: ['g', 'b'] }];
    expect(() => importChain(file(twice, [constant('K', [2, I]), constant('b', [2])]))).toThrow(
      'must follow a product',
    );
  });

  it('refuses axes that are not directions, and shapes that exchange axes', () => {
    const followed =
      (node: NodeDescription, ...arrays: Uint8Array[]) =>
      () =>
        importChain(file([rnn(['y'], { direction: 'bidirectional' }), node], [...weights(2), ...arrays]));
    const reshape: NodeDescription = { op: 'Reshape', inputs: ['y', 'shape'] };
    expect(followed({ op: 'Squeeze', inputs: ['y', 'axes'] }, integers('axes', 1))).toThrow(
      'must remove the axis of one direction',
    );
    expect(followed({ op: 'Squeeze', inputs: ['y', 'axes'] }, integers('axes', 2))).toThrow(
      'must remove the axis of one direction',
    );
    // [T, D, B, F]: directions are not beside the features yet
    expect(followed(reshape, integers('shape', 0, 0, -1))).toThrow('must join only directions and features');
    const turned: readonly NodeDescription[] = [
      rnn(['y'], { direction: 'bidirectional' }),
      { op: 'Transpose', inputs: ['y'], outputs: ['t'], attributes: { perm: [0, 2, 1, 3] } },
      { op: 'Reshape', inputs: ['t', 'shape'] },
    ];
    const reshaped =
      (...shape: number[]) =>
      () =>
        importChain(file(turned, [...weights(2), integers('shape', ...shape)]));
    expect(reshaped(0, 0, -1)().outputShape({ T: 5, B: 1, F: I })).toEqual({ T: 5, B: 1, F: 4 });
    expect(reshaped(0, -1, 4)().outputShape({ T: 5, B: 1, F: I })).toEqual({ T: 5, B: 1, F: 4 });
    for (const shape of [
      [-1, -1, 4],
      [0, 7, 4],
      [0, 0, 5],
      [0, 0, 2],
      [0, -1],
      [2, -1, 0, 2],
    ]) {
      expect(reshaped(...shape)).toThrow('must join only directions and features');
    }
  });

  it('keeps the reading order of a node that reads backwards', () => {
    const model = importNode(file([rnn(['Y'], { direction: 'reverse' })], weights(1)));
    expect((model.layers[0] as unknown as GRU).goBackwards).toBe(true);
    const y = model.predict(x);
    const first = plain(x.pick(0).step(-1), 0, Math.tanh)[0]!;
    expect(y.get(0, 0, 1)).toBeCloseTo(first[1]!, 6); // of the last time step
  });
});
