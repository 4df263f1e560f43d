// Mutants of scalers, vocabularies, metadata and windows.

const spec = (name) => ({ killedBy: `spec/${name}.spec.ts` });
const SCALERS = spec('data/scalers');
const VOCABULARY = spec('data/vocabulary');
const WINDOWS = spec('data/windows');
const METADATA = spec('model/metadata');

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const preparing = {
  'lib/data/feature-scaler.ts': [
    {
      name: 'scaler: padding of sequences counts',
      find: 'rows.lengths === undefined ? given : { lengths: rows.lengths }',
      replace: 'given',
      ...SCALERS,
    },
    { name: 'scaler: padding counts', find: 'k < mask.offsets[b + 1]!', replace: 'k < mask.times.length', ...SCALERS },
    { name: 'scaler: NaN counts', find: 'if (value === value) columns', replace: 'columns', ...SCALERS },
    { name: 'scaler: time steps of another row', find: 'b * shape[1]! + mask', replace: 'mask', ...SCALERS },
    { name: 'scaler: always float32', find: "double ? 'float64' : 'float32'", replace: "'float32'", ...SCALERS },
  ],
  'lib/data/standard-scaler.ts': [
    {
      name: 'standard: one pass',
      find: '- (rest * rest) / n) / n',
      replace: '+ n * mean ** 2 - n * mean ** 2) / n',
      ...SCALERS,
    },
    {
      name: 'standard: divides by n − 1',
      find: '- (rest * rest) / n) / n',
      replace: '- (rest * rest) / n) / (n - 1)',
      ...SCALERS,
    },
    {
      name: 'standard: constant features divide by 0',
      find: 'variance <= rounding ? 1 :',
      replace: 'variance < 0 ? 1 :',
      ...SCALERS,
    },
    {
      name: 'standard: selected scales of other features',
      find: 'part(this.#scale)];',
      replace: 'this.#scale];',
      ...SCALERS,
    },
  ],
  'lib/data/min-max-scaler.ts': [
    {
      name: 'min-max: constant features divide by 0',
      find: 'range < NO_RANGE ? 1 : range',
      replace: 'range',
      ...SCALERS,
    },
    {
      name: 'min-max: never clips',
      find: 'return this.clip ?',
      replace: 'return !this.clip && this.clip ?',
      ...SCALERS,
    },
  ],
  'lib/data/windows.ts': [
    {
      name: 'windows: lists that could be time steps',
      find: 'if (shape.length === 1 && isNumbers)',
      replace: 'if (false)',
      ...WINDOWS,
    },
    {
      name: 'windows: a list of numbers is no series',
      find: "typeof entries[0] === 'number'",
      replace: 'false',
      ...WINDOWS,
    },
    {
      name: 'windows: the last one is left out',
      find: 'while (start + N * stride <= last',
      replace: 'while (start + N * stride < last',
      ...WINDOWS,
    },
    {
      name: 'windows: targets without the gap',
      find: 'view(start + length + gap, horizon',
      replace: 'view(start + length, horizon',
      ...WINDOWS,
    },
    { name: 'windows: targets of other features', find: '+ feature * across!', replace: '', ...WINDOWS },
    { name: 'windows: one step apart', find: 'stride: [stride * down!', replace: 'stride: [down!', ...WINDOWS },
    {
      name: 'windows: NaN in the gap',
      find: '- targets[t + length + gap]!',
      replace: '- targets[t + length]!',
      ...WINDOWS,
    },
    {
      name: 'windows: NaN in the targets',
      find: 'return input + targets[t + span]! - targets[t + length + gap]! === 0',
      replace: 'return input === 0',
      ...WINDOWS,
    },
    {
      name: 'windows: after NaN at the next step',
      find: 'start += (N + 1) * stride;',
      replace: 'start += N * stride + 1;',
      ...WINDOWS,
    },
  ],
  'lib/data/vocabulary.ts': [
    { name: 'vocabulary: ties in the order of the text', find: '(a < b ? -1 : 1)', replace: '0', ...VOCABULARY },
    {
      name: 'vocabulary: code units, not code points',
      find: 'return Array.from(text); // code points',
      replace: "return text.split('');",
      ...VOCABULARY,
    },
    {
      name: 'vocabulary: the limit leaves out first tokens',
      find: 'tokens.slice(0, limit)',
      replace: 'tokens.slice(-(limit ?? tokens.length))',
      ...VOCABULARY,
    },
    { name: 'vocabulary: rare tokens', find: 'count >= minCount', replace: 'count > 0', ...VOCABULARY },
  ],
  'lib/formats/metadata.ts': [
    {
      name: 'metadata: objects of classes stay JSON',
      find: 'if (of !== undefined) return of.fromJSON(value);',
      replace: '',
      ...METADATA,
    },
    { name: 'metadata: of any length', find: 'text.length > BYTE_LIMIT', replace: 'text.length < 0', ...METADATA },
  ],
  'lib/layers/coupled-model.ts': [
    {
      name: 'metadata: lost by an encoder-decoder',
      find: 'decoder.layers, this.metadata);',
      replace: 'decoder.layers);',
      ...METADATA,
    },
  ],
  'lib/model/sequential.ts': [
    { name: 'metadata: lost by astype', find: '{ metadata: this.metadata }', replace: '{}', ...METADATA },
  ],
};
