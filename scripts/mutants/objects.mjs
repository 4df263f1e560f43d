const SEEN = { killedBy: 'spec/tensor/inspectable.spec.ts' };
const SUMMARY = { killedBy: 'spec/layers/summary.spec.ts' };
const JSON_NUMBERS = { killedBy: 'spec/json.spec.ts' };
const INDEX = { killedBy: 'spec/tensor/tensor.spec.ts' };
const STORED = { killedBy: 'spec/plot/stored.spec.ts' };

/** Mutants whose objects are compared, printed, converted to JSON or cloned wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const objects = {
  'lib/layers/summary.ts': [
    {
      name: 'summary: rows within rows not indented',
      find: '...rowsOf(inner, ',
      replace: '...rowsOf(inner, indent || ',
      ...SUMMARY,
    },
    { name: 'summary: bytes of the other type', find: "dtype === 'float32' ? 4 : 8", replace: '4', ...SUMMARY },
    {
      name: 'summary: states of parts twice',
      find: 'inner.length > 0 ? [] : layer.stateSpecs(input.F)',
      replace: 'layer.stateSpecs(input.F)',
      ...SUMMARY,
    },
  ],
  'lib/tensor/inspectable.ts': [
    { name: 'inspect: clones made', find: '{ ...this.compared(), notCloned }', replace: 'this.compared()', ...SEEN },
    { name: 'inspect: copies by runners throw', find: '#made in this ?', replace: 'true ?', ...SEEN },
    {
      name: 'inspect: comparisons see nothing',
      find: '{ ...this.compared(), notCloned }',
      replace: '{ notCloned }',
      ...SEEN,
    },
  ],
  'lib/tensor/tensor.ts': [
    {
      name: 'tensor: element type not compared',
      find: '{ dtype: this.dtype, elements',
      replace: '{ elements',
      ...SEEN,
    },
    {
      name: 'tensor: JSON in the order of memory',
      find: 'this.copy();\n    return { dtype',
      replace: 'this;\n    return { dtype',
      ...JSON_NUMBERS,
    },
  ],
  'lib/random/random.ts': [
    {
      name: 'random: counter not compared',
      find: 'return { counter: this.#counter };',
      replace: 'return {};',
      ...SEEN,
    },
  ],
  'lib/parameters/buildable.ts': [
    {
      name: 'buildable: options of what is not built not compared',
      find: ': { options: this.#options }',
      replace: ': {}',
      ...SEEN,
    },
    { name: 'buildable: parameters not compared', find: '{ parameters: this.parameters }', replace: '{}', ...SEEN },
  ],
  'lib/optimizers/optimizer.ts': [
    {
      name: 'optimizer: learning rate not compared',
      find: 'learningRate: this.#learningRate,',
      replace: '',
      ...SEEN,
    },
    {
      name: 'optimizer: moments not compared',
      find: '({ slots }) => slots.tensors)',
      replace: '() => [])',
      ...SEEN,
    },
  ],
  'lib/engine/stream.ts': [
    {
      name: 'stream: its model not compared',
      find: 'return { parameters: this.#parameters };',
      replace: 'return {};',
      ...SEEN,
    },
  ],
  'lib/model/sequential.ts': [
    {
      name: 'model: compile not compared',
      find: 'compiled: this.trainer.compiled, ',
      replace: '',
      ...SEEN,
    },
  ],
  'lib/tensor/printed.ts': [
    { name: 'print: an element too many', find: 'i = length - ends;', replace: 'i = length - ends - 1;', ...SEEN },
    { name: 'print: too few digits', find: 'fround(short) === value', replace: 'precision > 5', ...SEEN },
    { name: 'print: any depth', find: 'if (axis === DEEPEST)', replace: 'if (axis === 5)', ...SEEN },
  ],
  'lib/json.ts': [
    { name: 'JSON of results: −0 lost', find: "return '-0';", replace: 'return 0;', ...JSON_NUMBERS },
    { name: 'JSON of results: NaN lost', find: ': String(value);', replace: ': value;', ...JSON_NUMBERS },
    {
      name: 'JSON of results: parts of a flow without words',
      find: 'for (const part of values(value)) jsonable(part);',
      replace: '',
      ...STORED,
    },
  ],
  'lib/plot/requirements.ts': [
    {
      name: 'plots: words of JSON not read',
      find: 'const number = unspelled(value);',
      replace: 'const number = value;',
      ...STORED,
    },
  ],
  'lib/plot/loss-curve.ts': [
    {
      name: 'loss curve: validation as stored',
      find: '...validation(read)',
      replace: '...validation(history)',
      ...STORED,
    },
  ],
  'lib/tensor/views.ts': [
    { name: 'get: third index not checked', find: ' && isWithin(k, shape[2]!)', replace: '', ...INDEX },
    { name: 'get: any stride of rank 3', find: ' + stride[2]! * k', replace: ' + k', ...INDEX },
    { name: 'get: indices between two', find: ' && floor(i) === i', replace: '', ...INDEX },
  ],
};
