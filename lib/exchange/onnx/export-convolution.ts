// Writes a convolution over time as nodes of an ONNX graph.

import type { Conv1D } from '../../layers/conv1d.ts';
import { paddingOf, spanOf } from '../../layers/conv1d-shape.ts';
import type { Exporter, Value } from './exporter.ts';
import type { Attributes } from './graph-writer.ts';

/** W [F, I, K] from our kernel [K, I, F]. */
function kernelOf({ parameters }: Conv1D): { readonly shape: number[]; readonly values: Float32Array } {
  const { data, shape } = parameters.get('kernel').value.copy();
  const [K, I, F] = shape as readonly number[] as [number, number, number];
  const values = new Float32Array(data.length);
  for (let k = 0; k < K; k++) {
    for (let i = 0; i < I; i++) {
      for (let f = 0; f < F; f++) values[(f * I + i) * K + k] = data[(k * I + i) * F + f]!;
    }
  }
  return { shape: [F, I, K], values };
}

/** What precedes and follows the sequence: fixed numbers, or what the number of time steps and the strides make of it. */
function padsOf(exporter: Exporter, path: string, layer: Conv1D): Attributes {
  const { padding, strides, dilationRate } = layer;
  if (padding === 'same' && strides > 1) {
    if (dilationRate > 1) {
      const expected = "not have strides, dilationRate and padding 'same' together, which ONNX Runtime does not run";
      exporter.refuse(path, expected, layer);
    }
    return { auto_pad: { text: 'SAME_UPPER' } };
  }
  const { before, after } = paddingOf(layer, spanOf(layer) + 1); // does not depend on T here
  return { pads: { ints: [before, after] } };
}

/**
 * The sequence after the window of carried inputs, [B, (K − 1)·d + T, I]; the last window becomes the final state. With
 * lengths it is that of each row: the steps from its length on.
 */
function withWindow(exporter: Exporter, path: string, layer: Conv1D, x: string): string {
  const { graph, lengths } = exporter;
  const [span, I] = [spanOf(layer), layer.inputSize!];
  const width = span * I;
  const given = exporter.initialState(`${path}.x`, width)!;
  const window = exporter.node(path, 'Reshape', [given, graph.ints([0, span, I])]);
  const frame = exporter.node(path, 'Concat', [window, x], { axis: { int: 1 } });
  let last: string;
  if (lengths === undefined) {
    const [from, to] = [graph.ints([-span]), graph.ints([2147483647])];
    last = exporter.node(path, 'Slice', [frame, from, to, graph.ints([1])]);
  } else {
    const counts = exporter.node(path, 'Cast', [lengths], { to: { int: 7 } });
    const starts = exporter.node(path, 'Unsqueeze', [counts, graph.ints([1, 2])]); // [B, 1, 1]
    const steps = graph.ints(Array.from({ length: span }, (_, k) => k));
    const places = exporter.node(path, 'Add', [starts, exporter.node(path, 'Unsqueeze', [steps, graph.ints([1])])]);
    last = exporter.node(path, 'GatherND', [frame, places], { batch_dims: { int: 1 } }); // [B, (K − 1)·d, I]
  }
  exporter.finalState(`${path}.x`, exporter.node(path, 'Reshape', [last, graph.ints([0, width])]), width);
  return frame;
}

/** Writes a convolution, without its activation. */
export function exportConvolution(exporter: Exporter, path: string, layer: Conv1D, x: Value): Value {
  const { graph } = exporter;
  if (exporter.reversed) exporter.refuse(path, 'not follow a layer with goBackwards', layer, 'Use Bidirectional');
  const ahead = layer.padding === 'same' && spanOf(layer) > 0;
  const source = exporter.arranged(path, ahead ? exporter.masked(path, x) : x, 'batch').name;
  const carries = exporter.states && paddingOf(layer, 1).carried > 0;
  const frame = carries ? withWindow(exporter, path, layer, source) : source;
  const channels = exporter.node(path, 'Transpose', [frame], { perm: { ints: [0, 2, 1] } }); // [B, I, T]
  const { shape, values } = kernelOf(layer);
  const inputs = [channels, graph.floats(`${path}.W`, shape, values)];
  if (layer.useBias) {
    inputs.push(graph.floats(`${path}.bias`, [layer.filters], layer.parameters.get('bias').value.copy().data));
  }
  const y = exporter.node(path, 'Conv', inputs, {
    kernel_shape: { ints: [layer.kernelSize] },
    strides: { ints: [layer.strides] },
    dilations: { ints: [layer.dilationRate] },
    ...(carries ? {} : padsOf(exporter, path, layer)),
  });
  return { name: exporter.node(path, 'Transpose', [y], { perm: { ints: [0, 2, 1] } }), layout: 'batch' };
}
