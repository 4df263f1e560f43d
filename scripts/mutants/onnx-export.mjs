// Mutants of the export to ONNX.

const EXPORT = { killedBy: 'spec/exchange/onnx/to-onnx.spec.ts' };
const REFUSED = { killedBy: 'spec/bad-input/onnx.spec.ts', test: 'toOnnx refuses' };
const WRITTEN = { killedBy: 'spec/exchange/onnx/export-round-trip.spec.ts', test: 'a message' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const onnxExport = {
  'lib/exchange/onnx/proto-writer.ts': [
    { name: 'to ONNX: negative integers of 32 bits', find: 'asUintN(64', replace: 'asUintN(32', ...WRITTEN },
    { name: 'to ONNX: 128 in one byte', find: 'left >= 128n', replace: 'left > 128n', ...WRITTEN },
    {
      name: 'to ONNX: messages as varints',
      find: 'field * 8 + BYTES, value.length);\n      for',
      replace: 'field * 8 + VARINT, value.length);\n      for',
      ...WRITTEN,
    },
  ],
  'lib/exchange/onnx/gate-layouts.ts': [
    {
      name: 'to ONNX: peepholes i f o',
      find: "peepholes: ['input', 'output', 'forget']",
      replace: "peepholes: ['input', 'forget', 'output']",
      ...EXPORT,
      test: 'peepholes',
    },
    { name: 'to ONNX: z as it is', find: ", negated: ['update']", replace: '', ...EXPORT, test: 'GRU' },
  ],
  'lib/exchange/onnx/recurrent-operator.ts': [
    {
      name: 'to ONNX: reset gates all before',
      find: 'linear_before_reset: resetAfter ? { int: 1 } : undefined',
      replace: 'linear_before_reset: undefined',
      ...EXPORT,
      test: 'GRU',
    },
    {
      name: 'to ONNX: no input_forget',
      find: "coupledGate === 'forget' ? { int: 1 } : undefined",
      replace: 'undefined',
      ...EXPORT,
      test: 'input_forget',
    },
    {
      name: 'to ONNX: activations in our order',
      find: '[recurrentActivation, activation, outputActivation]',
      replace: '[activation, recurrentActivation, outputActivation]',
      ...EXPORT,
      test: 'LSTM',
    },
    { name: 'to ONNX: nothing is clipped', find: '{ float: clip }', replace: 'undefined', ...EXPORT, test: 'clip' },
    {
      name: 'to ONNX: alphas of all activations',
      find: 'rows.filter(([, alpha]) => alpha !== undefined)',
      replace: 'rows',
      ...EXPORT,
      test: 'activations',
    },
    { name: 'to ONNX: a sixth is a fifth', find: '1 / 6, 0.5', replace: '1 / 5, 0.5', ...EXPORT, test: 'activations' },
    {
      name: 'to ONNX: any gate of a GRU',
      find: '!SYMMETRIC.includes(recurrentActivation)',
      replace: 'false',
      ...REFUSED,
    },
    {
      name: 'to ONNX: stateful models begin anew',
      find: 'layer.stateful && !exporter.states',
      replace: 'false',
      ...REFUSED,
    },
    { name: 'to ONNX: h without its projection', find: 'projectionSize !== undefined', replace: 'false', ...REFUSED },
  ],
  'lib/exchange/onnx/export-recurrent.ts': [
    {
      name: 'to ONNX: one bias alone',
      find: "weights.of('B', 'bias', 'recurrentBias')",
      replace: "weights.of('B', 'bias', 'bias')",
      ...EXPORT,
      test: 'GRU, reset after',
    },
    {
      name: 'to ONNX: both directions with the weights of the last',
      find: '(d * names.length + k) * size',
      replace: 'k * size',
      ...EXPORT,
      test: 'Bidirectional',
    },
    {
      name: 'to ONNX: lengths do not reach the nodes',
      find: "exporter.lengths ?? ''",
      replace: "''",
      ...EXPORT,
      test: 'lengths',
    },
    {
      name: 'to ONNX: trained states are lost',
      find: 'if (!trained && !exporter.states)',
      replace: 'if (!exporter.states)',
      ...EXPORT,
      test: 'trained',
    },
    {
      name: 'to ONNX: backwards is forwards',
      find: "exporter.reversed ? 'reverse' : 'forward'",
      replace: "'forward'",
      ...EXPORT,
      test: 'backwards',
    },
    {
      name: 'to ONNX: the final state of the first direction twice',
      find: 'exporter.graph.ints(d)]',
      replace: 'exporter.graph.ints(0)]',
      ...EXPORT,
      test: 'Bidirectional',
    },
    {
      name: 'to ONNX: directions before rows',
      find: '[0, 2, 1, 3]',
      replace: '[0, 1, 2, 3]',
      ...EXPORT,
      test: 'Bidirectional',
    },
    { name: 'to ONNX: the sum for the average', find: "mode === 'sum'", replace: 'true', ...EXPORT, test: 'average' },
  ],
  'lib/exchange/onnx/exporter.ts': [
    {
      name: 'to ONNX: one step more than the length',
      find: "'Less', [steps, lasts]",
      replace: "'LessOrEqual', [steps, lasts]",
      ...EXPORT,
      test: 'lengths',
    },
  ],
  'lib/exchange/onnx/export-layers.ts': [
    {
      name: 'to ONNX: softmax over time',
      find: 'axis: { int: -1 } }]',
      replace: 'axis: { int: 1 } }]',
      ...EXPORT,
      test: 'Bidirectional LSTM',
    },
    {
      name: 'to ONNX: masks are left out',
      find: 'if (!masks || exporter.lengths !== undefined) return;',
      replace: 'return;',
      ...REFUSED,
    },
    {
      name: 'to ONNX: backwards after the last output',
      find: "if (next.layout === 'row') exporter.reversed = false;",
      replace: '',
      ...EXPORT,
      test: 'repeated after backwards',
    },
  ],
  'lib/exchange/onnx/export-convolution.ts': [
    {
      name: 'to ONNX: taps in our order',
      find: 'values[(f * I + i) * K + k]',
      replace: 'values[(k * I + i) * F + f]',
      ...EXPORT,
      test: 'Conv1D',
    },
    {
      name: 'to ONNX: padding is read',
      find: "layer.padding === 'same' && spanOf(layer) > 0",
      replace: 'false',
      ...EXPORT,
      test: 'Conv1D, same',
    },
    {
      name: 'to ONNX: zeros before a window',
      find: '...(carries ? {} : padsOf(exporter, path, layer))',
      replace: '...padsOf(exporter, path, layer)',
      ...EXPORT,
      test: 'Conv1D, causal',
    },
  ],
  'lib/exchange/onnx/to-onnx.ts': [
    {
      name: 'to ONNX: outputs in the order of the input',
      find: "exporter.reversed && masked.layout !== 'row'",
      replace: 'false',
      ...EXPORT,
      test: 'backwards',
    },
    { name: 'to ONNX: NaN is written', find: '!Number.isFinite(each)', replace: 'each === Infinity', ...REFUSED },
    { name: 'to ONNX: float64 is rounded', find: "dtype !== 'float32'", replace: 'false', ...REFUSED },
  ],
  'lib/exchange/zoneout.ts': [
    { name: 'to ONNX: zoneout is left out', find: 'rate > 0', replace: 'rate > 1', ...REFUSED },
  ],
};
