// Mutants of encoder-decoders: what goes from one network to the other, and how sequences are written.

const spec = (name) => ({ killedBy: `spec/model/${name}.spec.ts` });
const MODEL = spec('encoder-decoder');
const BEAM = spec('decoding/beam');

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const encoderDecoder = {
  'lib/engine/row-orders.ts': [
    {
      name: 'rows: copied in the order of the other pass',
      find: 'place[fromOrder?.[k] ?? k] = k;',
      replace: 'place[k] = k;',
      ...MODEL,
    },
    {
      name: 'rows: written in the order of the caller',
      find: 'place[toOrder?.[k] ?? k]!',
      replace: 'place[k]!',
      ...MODEL,
    },
  ],
  'lib/layers/coupled-pass.ts': [
    {
      name: 'encoder-decoder: the state before the source begins the decoder',
      find: 'this.encoder.statesAfter(this.encoder.T)',
      replace: 'this.encoder.initialStates',
      ...MODEL,
    },
    {
      name: 'encoder-decoder: no gradient reaches the encoder',
      find: 'this.#copy(into, encoder, of, decoder, k);',
      replace: '',
      ...MODEL,
    },
    {
      name: 'encoder-decoder: both networks draw the same masks',
      find: 'maskSource: random.fork(1)',
      replace: 'maskSource: random.fork(0)',
      killedBy: 'spec/model/encoder-decoder.spec.ts',
      test: 'draws other masks',
    },
    {
      name: 'encoder-decoder: a source read forwards',
      find: 'this.#networks.encoder.inOrder(sources)',
      replace: 'sources',
      ...MODEL,
    },
  ],
  'lib/layers/pair-inputs.ts': [
    {
      name: 'teacher forcing: the decoder reads what it is to write',
      find: 'before * stride[1]!',
      replace: 't * stride[1]!',
      ...MODEL,
    },
    {
      name: 'teacher forcing: steps that do not count are read',
      find: 'before = t;',
      replace: 'before = t === k ? t : t - 1;',
      ...MODEL,
    },
    { name: 'teacher forcing: the start is zero', find: '(first[f] ?? 0)', replace: '0', ...MODEL },
  ],
  'lib/layers/coupled-networks.ts': [
    {
      name: 'encoder-decoder: states of other sizes',
      find: 'a.width === b.width && ',
      replace: '',
      ...MODEL,
    },
  ],
  'lib/training/pair-trainer.ts': [
    {
      name: 'encoder-decoder: rows of a NaN as in the batch',
      find: "layer?.startsWith('encoder') ? sources : targets",
      replace: 'sources',
      killedBy: 'spec/model/encoder-decoder.spec.ts',
      test: 'names the row of the target',
    },
  ],
  'lib/model/decoding/decoder-steps.ts': [
    {
      name: 'decoder steps: states of the sources in their packed order',
      find: 'packing?.order[k] ?? k; // the caller',
      replace: 'k; // the caller',
      ...MODEL,
    },
    {
      name: 'decoder steps: every step begins anew',
      find: 'at + size + parents[k]! * width',
      replace: 'at + parents[k]! * width',
      ...MODEL,
    },
  ],
  'lib/model/decoding/free-run.ts': [
    { name: 'free running: the start again', find: 'input.set(output, row * F);', replace: '', ...MODEL },
  ],
  'lib/model/decoding/beam.ts': [
    {
      name: 'beam: the first best token loses',
      find: 'logProbability > best[k - 1]!.logProbability',
      replace: 'logProbability >= best[k - 1]!.logProbability',
      ...BEAM,
    },
    {
      name: 'beam: ended paths leave their place',
      find: 'this.#width - this.#ended.length',
      replace: 'this.#width',
      ...BEAM,
    },
    {
      name: 'beam: only the last token counts',
      find: 'path.logProbability + logs[token]!',
      replace: 'logs[token]!',
      ...BEAM,
    },
    { name: 'beam: the worst first', find: 'b.score - a.score', replace: 'a.score - b.score', ...BEAM },
    {
      name: 'beam: paths that were cut off are lost',
      find: '...this.#live.map((path) => this.#end(path, false))',
      replace: '',
      ...BEAM,
    },
  ],
  'lib/model/decoding/hypothesis.ts': [
    { name: 'length penalty: α ignored', find: 'exp(Math.fround(alpha * log(n)))', replace: 'n', ...BEAM },
  ],
};
