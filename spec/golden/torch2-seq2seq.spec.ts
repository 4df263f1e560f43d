import {
  Attention,
  AttentionRNN,
  Dense,
  Embedding,
  EncoderDecoder,
  GRU,
  SGD,
  SoftmaxCrossEntropy,
  Tensor,
  tensor,
  zeros,
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
    readonly attention_dim?: number;
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

/** Swaps the two halves of the columns: torch has [h; c], we have [c, h]. */
function swapped(weight: Tensor): Tensor {
  const [O, F] = weight.shape as [number, number];
  const swappedTo = zeros([O, F], { dtype: 'float64' });
  for (let o = 0; o < O; o++) for (let f = 0; f < F; f++) swappedTo.set(o, f, weight.get(o, (f + F / 2) % F));
  return swappedTo;
}

/** Our names of the weights of attention and of the output, and torch's in our layout. */
function around({ config: { attention } }: Case, arrays: Arrays): Record<string, Tensor> {
  const { W_o, b_o, W_c, b_c, W_q, W_k, b_a, v_a } = arrays;
  const [kernel, bias] = [W_o!.T, b_o!];
  if (attention === 'none') return { 'dense1.kernel': kernel, 'dense1.bias': bias };
  if (attention === 'luong_dot') {
    return { 'dense1.kernel': W_c!.T, 'dense1.bias': b_c!, 'dense2.kernel': kernel, 'dense2.bias': bias };
  }
  const own = 'attentionRNN1.attention1';
  return {
    [`${own}.queryKernel`]: W_q!.T,
    [`${own}.keyKernel`]: W_k!.T,
    [`${own}.bias`]: b_a!,
    [`${own}.scoreKernel`]: new Tensor({ data: v_a!.copy().data }, [v_a!.size, 1]),
    'dense1.kernel': swapped(W_o!).T,
    'dense1.bias': bias,
  };
}

/** The names of both GRUs, and torch's prefixes. */
const grusOf = ({ config }: Case) =>
  [
    ['encoder.gru1.', 'enc'],
    [`decoder.${config.attention === 'bahdanau' ? 'attentionRNN1.' : ''}gru1.`, 'dec'],
  ] as const;

function modelOf(c: Case, dtype: 'float32' | 'float64'): EncoderDecoder {
  const { config, weights } = c;
  const { vocab, embedding, hidden_size: units, bos, attention, attention_dim } = config;
  const look = () => new Embedding({ inputDim: vocab, outputDim: embedding, maskZero: true });
  const gru = (returnSequences: boolean) => new GRU({ units, returnSequences, resetAfter: true });
  const additive = () => new Attention({ score: 'additive', units: attention_dim! });
  const recurrent = {
    none: () => [gru(true)],
    luong_dot: () => [gru(true), new Attention(), new Dense({ units, activation: 'tanh' })],
    bahdanau: () => [new AttentionRNN({ layer: gru(true), attention: additive() })],
  }[attention as 'none']();
  const model = new EncoderDecoder({
    encoder: [look(), gru(attention !== 'none')],
    decoder: [look(), ...recurrent, new Dense({ units: vocab })],
    start: bos,
    dtype,
  }).build(1);
  const set = (name: string, value: Tensor) => model.parameters.get(name).assign(value);
  set('encoder.embedding1.embeddings', weights.src_embedding!);
  set('decoder.embedding1.embeddings', weights.tgt_embedding!);
  for (const [name, prefix] of grusOf(c)) {
    for (const [own, value] of Object.entries(fromTorch('gru', gruOf(weights, prefix)))) set(name + own, value);
  }
  for (const [name, value] of Object.entries(around(c, weights))) set(`decoder.${name}`, value);
  return model;
}

describeGolden<Case>(
  'torch2/seq2seq_gru.json',
  {
    covers: 'encoder and decoder: loss, gradients, greedy and beam search',
    run: 3,
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
      for (const [name, value] of Object.entries(around(c, grads))) {
        check(name, gradient(`decoder.${name}`), value, within);
      }
      for (const [own, prefix] of grusOf(c)) {
        const ours = Object.fromEntries([...model.parameters.within(own)].map((p) => [p.name, p.gradient]));
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
