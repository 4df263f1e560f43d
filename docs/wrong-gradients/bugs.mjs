// Faults of backward passes that others have shipped.

/** `right` and `wrong` are the equation as it should be and as it was. */
export const BUGS = [
  {
    name: 'forward-order',
    title: 'Jacobians in forward order',
    source: 'Axon #646',
    url: 'https://github.com/elixir-nx/axon/pull/646',
    right: '∂L/∂h_i = J_i₊₁ᵀ ⋯ J_tᵀ ∂L/∂h_t',
    wrong: '∂L/∂h_i = J_tᵀ ⋯ J_i₊₁ᵀ ∂L/∂h_t',
  },
  {
    name: 'this-step-only',
    title: 'Nothing comes back through time',
    source: 'Flux #2185',
    url: 'https://github.com/FluxML/Flux.jl/issues/2185',
    right: '∂L/∂h_t = ∂L/∂y_t + Uᵀ δ_t₊₁',
    wrong: '∂L/∂h_t = ∂L/∂y_t',
  },
  {
    name: 'tanh-of-output',
    title: 'The derivative of tanh at its output',
    source: 'neural2d #40',
    url: 'https://github.com/davidrmiller/neural2d/issues/40',
    right: 'tanh′(a) = 1 − h², h = tanh(a)',
    wrong: '1 − tanh(h)²',
  },
  {
    name: 'no-mask',
    title: 'Dropout ignored on the way back',
    source: 'PyTorch #190056',
    url: 'https://github.com/pytorch/pytorch/issues/190056',
    right: '∂L/∂W = Σ δ_t (m_t ⊙ x_t)ᵀ, ∂L/∂x_t = m_t ⊙ Wᵀδ_t',
    wrong: '∂L/∂W = Σ δ_t x_tᵀ, ∂L/∂x_t = Wᵀδ_t',
  },
  {
    name: 'first-mask',
    title: 'The first mask at all steps',
    source: 'haste #43',
    url: 'https://github.com/lmnt-com/haste/issues/43',
    right: '∂L/∂h̃_t = (1 − m_t) ⊙ ∂L/∂h_t',
    wrong: '∂L/∂h̃_t = (1 − m_1) ⊙ ∂L/∂h_t',
  },
  {
    name: 'overwritten',
    title: 'A gradient overwritten too early',
    source: 'MXNet #18203',
    url: 'https://github.com/apache/mxnet/pull/18203',
    right: 'both directions read ∂L/∂y',
    wrong: 'the first direction stores its ∂L/∂x in the memory of ∂L/∂y, the second one reads it',
  },
  {
    name: 'copied-bias',
    title: 'One gate’s gradient for three biases',
    source: 'learn_dl #53',
    url: 'https://github.com/hanbt/learn_dl/issues/53',
    right: '∂L/∂b_i = Σ δ_i, ∂L/∂b_o = Σ δ_o',
    wrong: '∂L/∂b_i = ∂L/∂b_o = Σ δ_f',
  },
];
