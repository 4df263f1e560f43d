// Mutants of what turns logits into classes.

const SAMPLE = { killedBy: 'spec/random/sample.spec.ts' };
const GENERATED = { killedBy: 'spec/model/generate.spec.ts' };
const PREDICTED = { killedBy: 'spec/model/predict.spec.ts' };
const FORECAST = { killedBy: 'spec/model/forecast.spec.ts' };
const ROWS = { killedBy: 'spec/tensor/class-rows.spec.ts' };
const REFUSED = { killedBy: 'spec/bad-input/sampling.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const sampling = {
  'lib/model/forecasting/outputs.ts': [
    { name: 'forecast: the variance for the deviation', find: 'exp(given / 2)', replace: 'exp(given)', ...FORECAST },
    {
      name: 'forecast: small variances as they are',
      find: 'sqrt(max(given, minVariance))',
      replace: 'sqrt(given)',
      ...FORECAST,
    },
    {
      name: 'forecast: the first quantile is the median',
      find: 'row[at + nearest * size + j]',
      replace: 'row[at + j]',
      ...FORECAST,
    },
    {
      name: 'forecast: no interpolation between quantiles',
      find: 'share * (valueAt(above) - valueAt(above - 1))',
      replace: '0',
      ...FORECAST,
    },
    {
      name: 'forecast: values of a step draw errors of different times',
      find: 'if (j === 0) chosen',
      replace: 'chosen',
      ...FORECAST,
    },
    {
      name: 'forecast: quantiles without interpolation',
      find: 'low + (place - below) * (sorted[below + 1]! - low)',
      replace: 'low',
      ...FORECAST,
    },
  ],
  'lib/model/forecasting/feed-back.ts': [
    {
      name: 'forecast: each path begins with another series',
      find: 'const begin = Math.floor(row / copies) * width;',
      replace: 'const begin = (row % (rows / copies)) * width;',
      ...FORECAST,
    },
    {
      name: 'forecast: paths feed back the point forecast',
      find: '= values.data[place]!;',
      replace: '= outputs.point(last.data, at, j);',
      ...FORECAST,
    },
    {
      name: 'forecast: known inputs of another step',
      find: 'step * stride[1]!',
      replace: '(step + 1) * stride[1]!',
      ...FORECAST,
    },
    {
      name: 'forecast: trained initial states are zeros',
      find: '.initialState()',
      replace: '.zeroState()',
      ...FORECAST,
    },
  ],
  'lib/model/forecasting/histories.ts': [
    {
      name: 'forecast: all steps have to be finite',
      find: "['row', 'step', 'feature'], mask)",
      replace: "['row', 'step', 'feature'])",
      ...FORECAST,
    },
    {
      name: 'forecast: infinities are taken',
      find: 'Number.isFinite(value)',
      replace: '!Number.isNaN(value)',
      ...FORECAST,
    },
    {
      name: 'forecast: all of the future has to be finite',
      find: 'shape: [B, steps, C]',
      replace: 'shape',
      ...FORECAST,
    },
    { name: 'forecast: the shortest future is not found', find: 'length < steps', replace: 'length < 0', ...FORECAST },
  ],
  'lib/model/forecast.ts': [
    {
      name: 'forecast: errors may be NaN',
      find: "    requireFinite(where, 'residuals', errors, ['row', 'value']);\n",
      replace: '',
      ...FORECAST,
    },
    {
      name: 'forecast: all series draw the same',
      find: 'firstRow + Math.floor(row / paths)',
      replace: 'firstRow',
      ...FORECAST,
    },
    { name: 'forecast: all paths draw the same', find: 'fork(row % paths)', replace: 'fork(0)', ...FORECAST },
    {
      name: 'forecast: quantiles of the first series',
      find: 'data[(b * paths + k) * horizon * F + at]!',
      replace: 'data[k * horizon * F + at]!',
      ...FORECAST,
    },
    {
      name: 'forecast: the compiled loss is not known',
      find: 'loss ?? (',
      replace: 'loss ?? (0 as never) ?? (',
      ...FORECAST,
    },
  ],
  'lib/memory/states.ts': [
    {
      name: 'predict: every batch begins with the first rows of the state',
      find: 'offset: offset + start * stride[0]! }',
      replace: 'offset }',
      ...PREDICTED,
    },
  ],
  'lib/layers/network.ts': [
    {
      name: 'predict: a state is not updated',
      find: 'if (kept !== undefined) this.storeState',
      replace: 'if (kept !== undefined && given === undefined) this.storeState',
      ...PREDICTED,
    },
    {
      name: 'predict: a state is kept for the next batch',
      find: 'if (kept !== undefined && given === undefined) this.keep',
      replace: 'if (kept !== undefined) this.keep',
      ...PREDICTED,
    },
  ],
  'lib/model/generation/generation.ts': [
    {
      name: 'generate: all sequences draw the same',
      find: 'new Random(seed, firstRow + row)',
      replace: 'new Random(seed, firstRow)',
      ...GENERATED,
    },
    {
      name: 'generate: prompts begin together',
      find: 'sequence.shape[0]! - left',
      replace: 'this.#length - left',
      ...GENERATED,
    },
    {
      name: 'generate: shorter prompts read what is not theirs',
      find: 'equal || model.masks ? undefined : counts',
      replace: 'undefined',
      ...GENERATED,
    },
    {
      name: 'generate: sequences that have ended go on',
      find: 'if (this.#ended[row]) return -1;',
      replace: '',
      ...GENERATED,
    },
    { name: 'generate: state of zeros', find: 'stream.initialState()', replace: 'stream.zeroState()', ...GENERATED },
    {
      name: 'generate: no turn for other tasks',
      find: 'if (turn !== undefined) await turn;',
      replace: '',
      killedBy: 'spec/model/generate.spec.ts',
      test: 'lets other tasks run',
    },
    {
      name: 'generate: a long prompt is read in one go',
      find: '} while (each.readStep());',
      replace: '} while (false);',
      ...GENERATED,
    },
    { name: 'generate: a signal is not read', find: 'this.#call.signal?.throwIfAborted();', replace: '', ...GENERATED },
    { name: 'generate: NaN is a class', find: 'if (next >= 0) return next;', replace: 'return next;', ...GENERATED },
  ],
  'lib/model/generation/class-inputs.ts': [
    {
      name: 'generate: one-hot rows keep the class before',
      find: 'this.#data.fill(0, at, at + this.#width)[at + of]',
      replace: 'this.#data[at + of]',
      ...GENERATED,
    },
  ],
  'lib/model/generate.ts': [
    {
      name: 'generate: a stop list that cannot be read',
      find: '!isList(where, argument, value)',
      replace: '!Array.isArray(value)',
      killedBy: 'spec/bad-input/sampling.spec.ts',
    },
    {
      name: 'generate: probabilities as logits',
      find: 'if (high - low < Infinity)',
      replace: 'if (high - low < 0)',
      ...REFUSED,
    },
    {
      name: 'generate: an Embedding with too few indices',
      find: 'classes <= reads',
      replace: 'classes > 0',
      ...REFUSED,
    },
  ],
  'lib/random/sampler.ts': [
    { name: 'sampling: without temperature', find: ' / this.#temperature);', replace: ');', ...SAMPLE },
    { name: 'sampling: logits as they are overflow', find: '(own[j]! - largest)', replace: 'own[j]!', ...SAMPLE },
    { name: 'sampling: of equal logits the higher class', find: '&& a < b', replace: '&& a > b', ...SAMPLE },
    {
      name: 'sampling: topK keeps the mass of all',
      find: 'this.#massOf(count, Infinity)',
      replace: 'total',
      ...SAMPLE,
    },
    {
      name: 'sampling: topP one class too few',
      find: 'mass < enough',
      replace: 'mass + 1e-9 < enough && k < 1',
      ...SAMPLE,
    },
    { name: 'sampling: topP of all, not of topK', find: 'this.#topP * mass', replace: 'this.#topP * total', ...SAMPLE },
    {
      name: 'sampling: heap without its second child',
      find: 'heap[child + 1]!, heap[child]!',
      replace: 'heap[child]!, heap[child + 1]!',
      ...SAMPLE,
    },
  ],
  'lib/random/sample.ts': [
    { name: 'sample: every row alike', find: 'firstRow + row, step', replace: 'firstRow, step', ...SAMPLE },
    { name: 'sample: every step alike', find: 'firstRow + row, step', replace: 'firstRow + row', ...SAMPLE },
    { name: 'sample: topK above the classes', find: 'topK <= classes', replace: 'topK <= classes + 1', ...REFUSED },
  ],
  'lib/tensor/softmax.ts': [
    { name: 'softmax: logits as they are overflow', find: 'data[j]! - largest', replace: 'data[j]!', ...ROWS },
    { name: 'softmax: one sum for all rows', find: 'let sum = 0;', replace: 'let sum = row === 0 ? 0 : 1;', ...ROWS },
  ],
  'lib/tensor/arg-max.ts': [
    {
      name: 'argMax: the last of equal numbers',
      find: 'data[at + j]! > data',
      replace: 'data[at + j]! >= data',
      ...ROWS,
    },
  ],
  'lib/tensor/one-hot.ts': [
    { name: 'oneHot: a class above the count', find: 'each < count', replace: 'each <= count', ...REFUSED },
  ],
  'lib/tensor/class-rows.ts': [
    {
      name: 'logits: Infinity',
      find: 'if (Number.isFinite(largest)) continue;',
      replace: 'if (largest > -Infinity) continue;',
      ...REFUSED,
    },
    {
      name: 'logits: a row of −Infinity',
      find: 'if (Number.isFinite(largest)) continue;',
      replace: 'if (largest < Infinity) continue;',
      ...REFUSED,
    },
  ],
};
