import {
  Attention,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  SGD,
  SoftmaxCrossEntropy,
  type Tensor,
  tensor,
} from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import { type Arrays, fromTorch, toTorch } from '../support/peer-weights.ts';

interface Case extends GoldenCase {
  readonly config: {
    readonly attention: string;
    readonly vocab: number;
    readonly embedding: number;
    readonly hidden_size: number;
    readonly bos: number;
  };
  readonly source: Tensor;
  readonly target: Tensor;
  readonly source_lengths: readonly number[];
  readonly target_lengths: readonly number[];
  readonly weights: Arrays;
  readonly outputs: Arrays;
  readonly loss: number;
  readonly grads: Arrays;
  readonly greedy: { readonly steps: number; readonly tokens: Tensor; readonly log_prob: Tensor };
  readonly beam: {
    readonly width: number;
    readonly steps: number;
    readonly rows: readonly (readonly { readonly tokens: readonly number[]; readonly log_prob: number }[])[];
  };
}

/** The weights of one GRU, by the names of a torch module. */
const gruOf = (arrays: Arrays, prefix: string): Arrays =>
  Object.fromEntries(
    ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((name) => [`${name}_l0`, arrays[`${prefix}_${name}`]!]),
  );

function modelOf({ config, weights }: Case, dtype: 'float32' | 'float64'): EncoderDecoder {
  const { vocab, embedding, hidden_size: units, bos } = config;
  const look = () => new Embedding({ inputDim: vocab, outputDim: embedding, maskZero: true });
  const gru = (returnSequences: boolean) => new GRU({ units, returnSequences, resetAfter: true });
  const attends = config.attention === 'luong_dot';
  const between = attends ? [new Attention(), new Dense({ units, activation: 'tanh' })] : [];
  const model = new EncoderDecoder({
    encoder: [look(), gru(attends)],
    decoder: [look(), gru(true), ...between, new Dense({ units: vocab })],
    start: bos,
    dtype,
  }).build(1);
  const set = (name: string, value: Tensor) => model.parameters.get(name).assign(value);
  set('encoder.embedding1.embeddings', weights.src_embedding!);
  set('decoder.embedding1.embeddings', weights.tgt_embedding!);
  for (const [network, prefix] of [
    ['encoder', 'enc'],
    ['decoder', 'dec'],
  ] as const) {
    for (const [name, value] of Object.entries(fromTorch('gru', gruOf(weights, prefix))))
      set(`${network}.gru1.${name}`, value);
  }
  if (attends) {
    set('decoder.dense1.kernel', weights.W_c!.T);
    set('decoder.dense1.bias', weights.b_c!);
  }
  set(`decoder.dense${attends ? 2 : 1}.kernel`, weights.W_o!.T);
  set(`decoder.dense${attends ? 2 : 1}.bias`, weights.b_o!);
  return model;
}

describeGolden<Case>(
  'torch2/seq2seq_gru.json',
  {
    covers: 'encoder and decoder: loss, gradients, greedy and beam search',
    run: 2,
    leftOut: [
      { reason: 'no attention before each step', when: ({ config }) => config.attention === 'bahdanau', cases: 1 },
    ],
  },
  (each) => {
    each((c, check, dtype) => {
      const { source, target, outputs, grads, greedy, beam } = c;
      const within = dtype === 'float32' ? { abs: 1e-5, rel: 1e-5 } : undefined;
      const model = modelOf(c, dtype);
      const logits = model.forward(source, target);
      for (const [row, length] of c.target_lengths.entries()) {
        check(
          'logits',
          logits.pick(row, null, null).hi(length),
          outputs.logits!.pick(row, null, null).hi(length),
          within,
        );
      }
      model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: new SoftmaxCrossEntropy() });
      check('loss', model.trainStep(source, target).loss, c.loss, within);
      const gradient = (name: string) => model.parameters.get(name).gradient;
      check('source embeddings', gradient('encoder.embedding1.embeddings'), grads.src_embedding!, within);
      check('target embeddings', gradient('decoder.embedding1.embeddings'), grads.tgt_embedding!, within);
      const attends = c.config.attention === 'luong_dot';
      if (attends) {
        check('W_c', gradient('decoder.dense1.kernel').T, grads.W_c!, within);
        check('b_c', gradient('decoder.dense1.bias'), grads.b_c!, within);
      }
      check('W_o', gradient(`decoder.dense${attends ? 2 : 1}.kernel`).T, grads.W_o!, within);
      check('b_o', gradient(`decoder.dense${attends ? 2 : 1}.bias`), grads.b_o!, within);
      for (const [network, prefix] of [
        ['encoder', 'enc'],
        ['decoder', 'dec'],
      ] as const) {
        const ours = Object.fromEntries(
          [...model.parameters.within(`${network}.gru1.`)].map((p) => [p.name, p.gradient]),
        );
        for (const [name, value] of Object.entries(toTorch('gru', ours)))
          check(`${prefix} ${name}`, value, gruOf(grads, prefix)[name]!, within);
      }
      const found = model.generate(source, { steps: greedy.steps });
      check('greedy tokens', tensor(found.map(([best]) => [...best!.tokens])), greedy.tokens);
      check(
        'greedy log p',
        found.map(([best]) => best!.logProbability),
        greedy.log_prob,
        within,
      );
      const beams = model.generate(source, { steps: beam.steps, strategy: 'beam', beamWidth: beam.width });
      for (const [row, expected] of beam.rows.entries()) {
        for (const [k, { tokens, log_prob }] of expected.entries()) {
          check(`beam tokens ${row} ${k}`, [...beams[row]![k]!.tokens], tokens);
          check(`beam log p ${row} ${k}`, beams[row]![k]!.logProbability, log_prob, within);
        }
      }
    });
  },
);
