import { Attention, AttentionRNN, Dense, EncoderDecoder, GRU, randomNormal } from '../../lib/index.ts';
import { each, notInteger, notOneOf, notThreads } from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Table } from '../support/refusals.ts';

const gru = () => new GRU({ units: 4, returnSequences: true });
const fresh = (options: object = {}) => new Attention(options);
const [source, target] = [randomNormal([2, 5, 3], { seed: 1 }), randomNormal([2, 4, 2], { seed: 2 })];

/** A model with a forward pass pending, and its attention. */
function pending() {
  const attention = new Attention({ score: 'general' });
  const model = new EncoderDecoder({ encoder: [gru()], decoder: [gru(), attention, new Dense({ units: 2 })], seed: 3 });
  model.forward(source, target);
  return { model, attention };
}

/** The same with attention before each step. */
function pendingRnn() {
  const layer = new AttentionRNN({ layer: gru(), attention: new Attention() });
  const model = new EncoderDecoder({ encoder: [gru()], decoder: [layer, new Dense({ units: 2 })], seed: 3 });
  model.forward(source, target);
  return { model, layer };
}

const before = (options: object = {}) => new AttentionRNN({ layer: gru(), attention: new Attention(), ...options });
const { layer } = pendingRnn();
const { model, attention } = pending();
const twin = pending().model;
const alone = undefined;

export const attentions: Table = {
  subjects: [
    {
      of: 'Attention',
      withOptions: (options) => new Attention(options),
      calls: [
        ...notOneOf('score', (score) => fresh({ score }), 'Dot', 'bahdanau'),
        ...notInteger('units', (units) => fresh({ score: 'additive', units }), 0, -1),
        ['units without additive scores', 'units', () => fresh({ units: 3 })],
        ...notOneOf('output', (output) => fresh({ output }), 'both'),
        ...notInteger('inputSize', (inputSize) => fresh({ inputSize }), 0, -1),
        ...notInteger('seed', (seed) => fresh({ seed }), -1),
        ...notOneOf('dtype', (dtype) => fresh({ dtype }), 'int8'),
        ...notOneOf('backend', (backend) => fresh({ backend }), 'webgl'),
        ...notThreads((name) => (value) => fresh({ [name]: value })),
        ['a score of other sizes', 'score', () => decoderOf(3)],
      ],
    },
    { of: 'Attention.build', where: 'Attention', calls: [['outside a decoder', alone, () => fresh().build(4)]] },
    {
      of: 'Attention.parameters',
      calls: [['outside a decoder', undefined, () => fresh().parameters]],
    },
    { of: 'Attention.stream', where: 'Attention', calls: [['by itself', alone, () => attention.stream()]] },
    {
      of: 'Attention.forward',
      where: 'Attention',
      calls: [['by itself', alone, () => attention.forward(randomNormal([2, 3, 4]))]],
    },
    {
      of: 'Attention.backward',
      calls: [
        ['by itself', undefined, () => attention.backward(randomNormal([2, 3, 8]))],
        ...each('dy', () => attention.backward(null as never), []),
      ],
    },
    {
      of: 'AttentionRNN',
      withOptions: (options) => new AttentionRNN(options),
      calls: [
        ...each('options', (options) => new AttentionRNN(options as never), [undefined]),
        ...each('layer', (layer) => before({ layer }), [
          ...[undefined, null, 1, 'gru', {}, [], new Dense({ units: 4 }), layer],
          new GRU({ units: 4 }),
          new GRU({ units: 4, returnSequences: true, goBackwards: true }),
          new GRU({ units: 4, returnSequences: true, stateful: true }),
        ]),
        ...each('attention', (attention) => before({ attention }), [undefined, null, 1, 'dot', {}, [], gru()]),
        ['attention in use', 'attention', () => before({ attention })],
        ...notOneOf('output', (output) => before({ output }), 'both', 'context'),
        ...notInteger('inputSize', (inputSize) => before({ inputSize }), 0, -1),
        ...notInteger('seed', (seed) => before({ seed }), -1),
        ...notOneOf('dtype', (dtype) => before({ dtype }), 'int8'),
        ...notOneOf('backend', (backend) => before({ backend }), 'webgl'),
        ...notThreads((name) => (value) => before({ [name]: value })),
      ],
    },
    { of: 'AttentionRNN.build', where: 'Attention', calls: [['outside a decoder', alone, () => before().build(4)]] },
    { of: 'AttentionRNN.parameters', calls: [['outside a decoder', undefined, () => before().parameters]] },
    { of: 'AttentionRNN.stream', where: 'Attention', calls: [['by itself', alone, () => layer.stream()]] },
    {
      of: 'AttentionRNN.forward',
      where: 'Attention',
      calls: [['by itself', alone, () => layer.forward(randomNormal([2, 3, 2]))]],
    },
    {
      of: 'AttentionRNN.backward',
      calls: [['by itself', undefined, () => layer.backward(randomNormal([2, 3, 8]))]],
    },
  ],
  watch: () => [model.parameters.arena.data.slice(0, model.parameters.arena.kept), source.data, target.data],
  afterwards: () => {
    model.forward(source, target);
    expectBits(model.backward(target).dSource, twin.backward(target).dSource);
  },
};

/** A decoder with queries of other sizes than its keys. */
function decoderOf(units: number): EncoderDecoder {
  const decoder = [new GRU({ units, returnSequences: true }), new Attention(), new Dense({ units: 2 })];
  return new EncoderDecoder({ encoder: [gru()], decoder, passState: false }).build(3);
}
