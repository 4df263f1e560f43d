const golden = { killedBy: 'spec/golden/onnx-import.spec.ts', test: 'imported' };
const chained = { killedBy: 'spec/exchange/onnx/export-round-trip.spec.ts', test: 'convolutions and normalizations' };
const refused = { killedBy: 'spec/exchange/onnx/refused.spec.ts' };

/** Mutants of the import of ONNX files.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const onnx = {
  'lib/exchange/onnx/protobuf.ts': [
    {
      name: 'onnx: integers of 31 bits',
      find: 'high += (byte & 127) >> 4;',
      replace: '',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    {
      name: 'onnx: bytes beyond the file',
      find: 'length >= 0 && this.at + length <= this.#bytes.length',
      replace: 'length >= 0',
      ...refused,
    },
    {
      name: 'onnx: the first value counts',
      find: 'const value = this.#values(field).at(-1) ?? 0;',
      replace: 'const value = this.#values(field).at(-2) ?? 0;',
      ...golden,
    },
    { name: 'onnx: fields without end', find: 'source.room-- <= 0', replace: 'source.room-- <= -1e9', ...refused },
  ],
  'lib/exchange/onnx/graph.ts': [
    {
      name: 'onnx: operators of any domain',
      find: 'op: OWN_DOMAINS.includes(domain) ? op :',
      replace: 'op: domain.length >= 0 ? op :',
      ...refused,
    },
    {
      name: 'onnx: the first floats of a list alone',
      find: '.floats(ATTRIBUTE.floats) ?? []',
      replace: '.floats(ATTRIBUTE.floats).slice(0, 0) ?? []',
      ...refused,
    },
    {
      name: 'onnx: graphs as deep as they come',
      find: 'path.length > DEEPEST',
      replace: 'path.length > 100',
      ...refused,
    },
  ],
  'lib/exchange/onnx/tensor.ts': [
    {
      name: 'onnx: any number of elements',
      find: 'data.length !== sizeOf(shape)',
      replace: 'data.length > sizeOf(shape)',
      ...refused,
    },
    {
      name: 'onnx: float16 read as bfloat16',
      find: "  'float16',\n  'float64',",
      replace: "  'bfloat16',\n  'float64',",
      ...golden,
    },
  ],
  'lib/exchange/onnx/folds.ts': [
    { name: 'onnx: slices begin at 0', find: 'offset += start * strides[axis]!;', replace: '', ...golden },
    {
      name: 'onnx: concatenated parts in reverse',
      find: 'for (const part of parts) {',
      replace: 'for (const part of [...parts].reverse()) {',
      ...golden,
    },
    {
      name: 'onnx: transposed without moving',
      find: 'order.map((axis) => strides[axis]!)',
      replace: 'order.map((_, k) => strides[k]!)',
      ...golden,
    },
    {
      name: 'onnx: axes from the start only',
      find: 'axis < 0 ? axis + rank : axis',
      replace: 'axis',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
  ],
  'lib/exchange/onnx/constants.ts': [
    {
      name: 'onnx: weights moved without end',
      find: 'this.#budget.left < 0',
      replace: 'this.#budget.left < -1e9',
      ...refused,
    },
  ],
  'lib/exchange/onnx/activations.ts': [
    { name: 'onnx: alphas of all activations', find: 'alphas[alpha++] ?? a', replace: 'a', ...refused },
    {
      name: 'onnx: slopes that are nearly ours',
      find: 'Math.fround(value) === Math.fround(values[k]!)',
      replace: 'Math.abs(value - values[k]!) < 0.1',
      ...refused,
    },
  ],
  'lib/exchange/onnx/gate-layouts.ts': [
    {
      name: 'onnx: gates in the order of PyTorch',
      find: "gates: ['input', 'output', 'forget', 'candidate'],",
      replace: "gates: ['input', 'forget', 'output', 'candidate'],",
      ...golden,
    },
    {
      name: 'onnx: z of ONNX as ours',
      find: "blocks: 'rows', negated: ['update'] }",
      replace: "blocks: 'rows' }",
      ...golden,
    },
    {
      name: 'onnx: peepholes in the order of the gates of Keras',
      find: "peepholes: ['input', 'output', 'forget']",
      replace: "peepholes: ['input', 'forget', 'output']",
      ...golden,
    },
  ],
  'lib/exchange/onnx/import-node.ts': [
    { name: 'onnx: the bias of the input twice', find: '(2 * d + 1) * N)', replace: '2 * d * N)', ...golden },
    {
      name: 'onnx: the reset gate before the product',
      find: 'resetAfter: about.resetAfter!',
      replace: 'resetAfter: false',
      ...golden,
    },
    {
      name: 'onnx: the input gate coupled',
      find: "coupledGate: 'forget' as const",
      replace: "coupledGate: 'input' as const",
      ...golden,
    },
    { name: 'onnx: clip forgotten', find: '...(clip !== undefined && { clip }),', replace: '', ...golden },
    {
      name: 'onnx: NaN as weights',
      find: 'if (bad >= 0) refuseNode',
      replace: 'if (bad >= 1e9) refuseNode',
      ...refused,
    },
    { name: 'onnx: any update gate', find: '!SYMMETRIC.includes(first!)', replace: 'false', ...refused },
    {
      name: 'onnx: activations of the first direction for both',
      find: '.slice(d * per, (d + 1) * per)',
      replace: '.slice(0, per)',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
  ],
  'lib/exchange/onnx/initial-state.ts': [
    {
      name: 'onnx: lengths that are constants',
      find: "if (origin === 'an input of the graph' || (",
      replace: 'if (origin || (',
      ...refused,
    },
    { name: 'onnx: states that are data', find: "value === data ? 'other nodes' : ", replace: '', ...refused },
    {
      name: 'onnx: initial states in the file are lost',
      find: "origin === 'constants other than 0' ||",
      replace: '',
      ...refused,
    },
  ],
  'lib/exchange/onnx/axes.ts': [
    {
      name: 'onnx: any axis is squeezed',
      find: "only !== 'D' || length('D') !== 1",
      replace: 'only === undefined',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    {
      name: 'onnx: reshaped to anything',
      find: 'if (each === -1) return open === 1;',
      replace: 'if (each === -1) return true;',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    {
      name: 'onnx: axes that change places',
      find: 'return each === 0 || each === length(axis);',
      replace: 'return true;',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
  ],
  'lib/exchange/onnx/chain-layers.ts': [
    {
      name: 'onnx: layout is no matter',
      find: 'layout === 0 ? [first, second] : [second, first]',
      replace: '[first, second]',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    {
      name: 'onnx: reversed sequences in a chain',
      find: "direction === 'reverse' && output === 0",
      replace: 'false',
      ...refused,
    },
    {
      name: 'onnx: a bias without a product',
      find: '!open?.isProduct || open.bias !== undefined',
      replace: '!open?.isProduct',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    {
      name: 'onnx: softmax over all axes but the first',
      find: 'this.#graph.version < 13 ? 1 : -1',
      replace: '-1',
      ...refused,
    },
    { name: 'onnx: second outputs', find: 'output > 0 && !RECURRENT.includes(op)', replace: 'output < 0', ...refused },
    {
      name: 'onnx: activations without a size',
      find: 'this.#inputSize === undefined && ',
      replace: 'this.#layers.length < 0 && ',
      ...refused,
    },
  ],
  'lib/exchange/onnx/chain-axes.ts': [
    { name: 'onnx: time along any axis', find: 'this.#time !== time', replace: "time === ''", ...refused },
    {
      name: 'onnx: features are always last',
      find: "first?.op === 'Conv' ? 1 : 2",
      replace: '2',
      killedBy: 'spec/golden/torch-onnx.spec.ts',
    },
    {
      name: 'onnx: integers of features',
      find: "INTEGERS.includes(type) && !this.names.includes('F')",
      replace: 'INTEGERS.includes(type)',
      ...refused,
    },
    {
      name: 'onnx: time in every graph',
      find: "if (rank === 2) return ['0', 'F'];",
      replace: '',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    { name: 'onnx: any last axis', find: "this.names.at(-1) === 'F' && ", replace: '', ...refused },
  ],
  'lib/exchange/onnx/constant-layers.ts': [
    {
      name: 'onnx: a matrix of Gemm as it is',
      find: "integerOf(node, 'transB', 0) !== 0",
      replace: 'false',
      killedBy: 'spec/exchange/onnx/directions.spec.ts',
    },
    {
      name: 'onnx: taps of a convolution in reverse',
      find: 'data[(f * I + i) * K + k]!',
      replace: 'data[(f * I + i) * K + K - 1 - k]!',
      ...chained,
    },
    {
      name: 'onnx: filters and features trade places',
      find: 'data[(f * I + i) * K + k]!',
      replace: 'data[(i * F + f) * K + k]!',
      ...chained,
    },
    {
      name: 'onnx: convolutions in groups',
      find: 'shape.length !== 3 || groups !== 1',
      replace: 'shape.length !== 3',
      ...refused,
    },
    { name: 'onnx: no strides', find: '[strides = 1] =', replace: '[, strides = 1] =', ...chained },
    { name: 'onnx: no dilation', find: '[dilationRate = 1] =', replace: '[, dilationRate = 1] =', ...chained },
    {
      name: 'onnx: zeros after the input',
      find: 'before === span && after === 0',
      replace: 'before + after === span',
      ...refused,
    },
    { name: 'onnx: SAME_LOWER', find: "auto === 'NOTSET' ? (", replace: "auto !== 'VALID' ? (", ...refused },
    { name: 'onnx: ε of its own', find: "floatOf(node, 'epsilon') ?? 1e-5", replace: '1e-5', ...chained },
    { name: 'onnx: a normalization of time', find: '(axis !== -1 && axis !== rank - 1) || ', replace: '', ...refused },
    { name: 'onnx: no offset', find: 'center: beta !== undefined', replace: 'center: false', ...chained },
  ],
};
