// Faults of backward passes that others have shipped.

const GITHUB = 'https://github.com/';

/** 'Axon #646' at 'elixir-nx/axon/pull/646' */
const at = (source, place) => ({ source, url: `${GITHUB}${place}` });

/** `right` and `wrong` are the equation as it should be and as it was; `others` are further reports of the same fault. */
export const BUGS = [
  {
    name: 'forward-order',
    title: 'Jacobians in forward order',
    ...at('Axon #646', 'elixir-nx/axon/pull/646'),
    others: [],
    story:
      'The gradient of a loop multiplied the Jacobians of its steps in the order of time; matrices do not commute. It was the default way to unroll an LSTM or GRU.',
    right: '∂L/∂h_i = J_i₊₁ᵀ ⋯ J_Tᵀ ∂L/∂h_T',
    wrong: '∂L/∂h_i = J_Tᵀ ⋯ J_i₊₁ᵀ ∂L/∂h_T',
  },
  {
    name: 'this-step-only',
    title: 'Nothing comes back through time',
    ...at('Flux #2185', 'FluxML/Flux.jl/issues/2185'),
    others: [at('RNN #2', 'qixianbiao/RNN/issues/2'), at('AiDotNet #722', 'ooples/AiDotNet/pull/722')],
    story:
      'A report has gradients of the last step only: 3 for W where Σ over both steps is 11. Elsewhere a program passed no gradient to the step before, and a review found the same in an LSTM for GPUs.',
    right: '∂L/∂h_t = ∂L/∂y_t + Uᵀ δ_t₊₁',
    wrong: '∂L/∂h_t = ∂L/∂y_t',
  },
  {
    name: 'replaced',
    title: 'A sum that is overwritten',
    ...at('swift-apis #518', 'tensorflow/swift-apis/issues/518'),
    others: [],
    story:
      'Each step uses the weights, so their gradient is a sum over all steps. The backward loop assigned each term where it should have added it. Here, what remains is the last term assigned, that of the first step.',
    right: '∂L/∂U += δ_t h_t₋₁ᵀ, for t = T … 1',
    wrong: '∂L/∂U = δ_t h_t₋₁ᵀ, for t = T … 1',
  },
  {
    name: 'tanh-of-output',
    title: 'The derivative of tanh at its output',
    ...at('neural2d #40', 'davidrmiller/neural2d/issues/40'),
    others: [],
    story:
      '1 − tanh(h)² with the output h for the argument. The report is about a feed-forward library; here the same line is in a recurrent net.',
    right: 'tanh′(a) = 1 − h², h = tanh(a)',
    wrong: '1 − tanh(h)²',
  },
  {
    name: 'no-carousel',
    title: 'The memory without its own path',
    ...at('MXNet #4057', 'apache/mxnet/issues/4057'),
    others: [at('lstm #49', 'nicodjimenez/lstm/pull/49'), at('CS231 #1', 'cthorey/CS231/issues/1')],
    story:
      'c_t reaches the loss through h_t, and through c_t₊₁. An = for a += loses the second way, which is what an LSTM is for. The first report suspects this in an example. The others take the right code for the mistake: one proposes to remove the term, as the loss then becomes smaller.',
    right: '∂L/∂c_t += ∂L/∂h_t ⊙ o ⊙ (1 − tanh² c_t)',
    wrong: '∂L/∂c_t = ∂L/∂h_t ⊙ o ⊙ (1 − tanh² c_t)',
  },
  {
    name: 'last-state',
    title: 'The last cell state ignored',
    ...at('Deeplearning4j #8838', 'deeplearning4j/deeplearning4j/issues/8838'),
    others: [],
    story:
      'A layer returned c_T, and ignored the gradient that came back for it. A model that reads only h is right; an encoder that hands c to a decoder is not.',
    right: '∂L/∂c_T = dc_T + ∂L/∂h_T ⊙ o ⊙ (1 − tanh² c_T)',
    wrong: '∂L/∂c_T = ∂L/∂h_T ⊙ o ⊙ (1 − tanh² c_T)',
  },
  {
    name: 'copied-bias',
    title: 'One gate’s gradient for three biases',
    ...at('learn_dl #53', 'hanbt/learn_dl/issues/53'),
    others: [],
    story: 'A copied line: the biases of i and o got the gradient of f.',
    right: '∂L/∂b_i = Σ δ_i, ∂L/∂b_o = Σ δ_o',
    wrong: '∂L/∂b_i = ∂L/∂b_o = Σ δ_f',
  },
  {
    name: 'no-mask',
    title: 'Dropout ignored in the backward pass',
    ...at('PyTorch #190056', 'pytorch/pytorch/issues/190056'),
    others: [],
    story: 'On one backend, the backward pass of a stacked LSTM used outputs from before dropout, and no mask.',
    right: '∂L/∂W = Σ δ_t (m_t ⊙ x_t)ᵀ, ∂L/∂x_t = m_t ⊙ Wᵀδ_t',
    wrong: '∂L/∂W = Σ δ_t x_tᵀ, ∂L/∂x_t = Wᵀδ_t',
  },
  {
    name: 'first-mask',
    title: 'The first mask at all steps',
    ...at('haste #43', 'lmnt-com/haste/issues/43'),
    others: [],
    story:
      'With zoneout, which keeps units of h at random, the backward pass used the mask of the first step at all of them.',
    right: '∂L/∂h̃_t = (1 − m_t) ⊙ ∂L/∂h_t',
    wrong: '∂L/∂h̃_t = (1 − m_1) ⊙ ∂L/∂h_t',
  },
  {
    name: 'overwritten',
    title: 'A gradient overwritten too early',
    ...at('MXNet #18203', 'apache/mxnet/pull/18203'),
    others: [],
    story: 'In a bidirectional LSTM, ∂L/∂x was written over ∂L/∂y before the second direction had read it.',
    right: 'both directions read ∂L/∂y',
    wrong: 'the first direction stores its ∂L/∂x in the memory of ∂L/∂y, the second one reads it',
  },
  {
    name: 'clipping',
    title: 'Each parameter clipped by itself',
    ...at('DeepLearningExamples #287', 'NVIDIA/DeepLearningExamples/issues/287'),
    others: [],
    story:
      'The paper clips the global norm; a program clipped the gradient of each parameter. Each is scaled by another factor, so the step has another direction.',
    right: 'g_i · min(1, c / √(Σ_j ‖g_j‖²))',
    wrong: 'g_i · min(1, c / ‖g_i‖)',
  },
];
