import { Activation, Attention, type AttentionScore, Dense, EncoderDecoder, Tensor, zeros } from '../../lib/index.ts';
import { describeGolden, type GoldenCase } from '../support/golden.ts';
import type { Arrays } from '../support/peer-weights.ts';

interface Case extends GoldenCase {
  readonly config: {
    readonly kind: 'dot' | 'scaled_dot' | 'general' | 'additive';
    readonly values_are_keys: boolean;
    readonly attention_dim?: number;
  };
  readonly key_lengths?: readonly number[];
  readonly weights?: Arrays;
  readonly inputs: Readonly<Record<'q' | 'k', Tensor>>;
  readonly outputs: Readonly<Record<'context' | 'attention', Tensor>>;
}

const SCORES = { dot: 'dot', scaled_dot: 'scaledDot', general: 'general', additive: 'additive' } as const;

/** Our parameters from torch's. */
function parametersOf({ weights = {} }: Case): Record<string, Tensor> {
  const { W_a, W_q, W_k, b_a, v_a } = weights;
  if (W_a !== undefined) return { kernel: W_a };
  if (W_q === undefined) return {};
  const scoreKernel = new Tensor({ data: v_a!.copy().data }, [v_a!.size, 1]);
  return { queryKernel: W_q.T, keyKernel: W_k!.T, bias: b_a!, scoreKernel };
}

/** Queries as the inputs of a decoder, which begins with a step of zeros. */
function asTarget(q: Tensor): Tensor {
  const [B, T, F] = q.shape as [number, number, number];
  const target = zeros([B, T + 1, F], { dtype: 'float64' });
  for (let b = 0; b < B; b++)
    for (let t = 0; t < T; t++) for (let f = 0; f < F; f++) target.set(b, t, f, q.get(b, t, f));
  return target;
}

// Gradients of these cases come from the attention weights, too, which nothing of ours has a gradient for. Those of the
// sequence-to-sequence models and finite differences check ours.
describeGolden<Case>(
  'torch2/attention.json',
  {
    covers: 'attention: contexts and weights',
    run: 4,
    leftOut: [{ reason: 'values apart from keys', when: ({ config }) => !config.values_are_keys, cases: 10 }],
  },
  (each) => {
    each((c, check, dtype) => {
      const { q, k } = c.inputs;
      const score: AttentionScore = SCORES[c.config.kind];
      const units = score === 'additive' ? { units: c.config.attention_dim! } : {};
      const same = (inputSize: number) => new Activation({ activation: 'linear', inputSize });
      const model = new EncoderDecoder({
        encoder: [same(k.shape[2]!)],
        decoder: [same(q.shape[2]!), new Attention({ score, ...units }), new Dense({ units: q.shape[2]! })],
        passState: false,
        dtype,
      }).build(k.shape[2]!);
      for (const [name, value] of Object.entries(parametersOf(c))) {
        model.parameters.get(`decoder.attention1.${name}`).assign(value);
      }
      const F = k.shape[2]!;
      const chosen = model.parameters.get('decoder.dense1.kernel').value.copy();
      for (let i = 0; i < chosen.shape[0]!; i++)
        for (let j = 0; j < chosen.shape[1]!; j++) chosen.set(i, j, i === j && i < F ? 1 : 0);
      model.parameters.get('decoder.dense1.kernel').assign(chosen);
      const source = c.key_lengths === undefined ? {} : { source: { lengths: c.key_lengths } };
      const within = dtype === 'float32' ? { abs: 1e-6, rel: 1e-5 } : undefined;
      check('context', model.forward(k, asTarget(q), source).lo(0, 1).hi(null, null, F), c.outputs.context, within);
      check('attention', model.attention(k, asTarget(q), source).lo(0, 1), c.outputs.attention, within);
    });
  },
);
