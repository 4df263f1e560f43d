// The pages in the order in which a reader follows them: [text, file under docs/].

export const SECTIONS = [
  {
    text: 'Start',
    pages: [
      ['Getting started', 'getting-started'],
      ['Platforms', 'platforms'],
      ['To production', 'production'],
    ],
  },
  {
    text: 'Learn',
    pages: [
      ['Playground', 'playground'],
      ['Why gradients vanish and explode', 'vanishing-and-exploding'],
      ['What the gates do', 'gates'],
      ['Wrong gradients', 'wrong-gradients'],
      ['What helps', 'remedies'],
      ['Gradient flow', 'gradient-flow'],
      ['Equations', 'equations'],
    ],
  },
  {
    text: 'Examples',
    pages: [
      ['Weather', 'weather'],
      ['Characters', 'characters'],
      ['Digits', 'digits'],
      ['Addition', 'addition'],
      ['Speech', 'speech'],
      ['Voice in a page', 'voice'],
      ['Music', 'music'],
    ],
  },
  {
    text: 'Models',
    pages: [
      ['Cells', 'cells'],
      ['Sequences', 'sequences'],
      ['Embeddings', 'embeddings'],
      ['Convolutions', 'convolutions'],
      ['Branches', 'branches'],
      ['Encoder and decoder', 'encoder-decoder'],
      ['Streaming', 'streaming'],
      ['Using a model', 'using-a-model'],
    ],
  },
  {
    text: 'Training',
    pages: [
      ['Data', 'training-data'],
      ['Preparing data', 'preparing-data'],
      ['Losses', 'losses'],
      ['Metrics', 'metrics'],
      ['Optimizers', 'optimizers'],
      ['Learning rates', 'learning-rates'],
      ['Clipping', 'clipping'],
      ['Regularization', 'regularization'],
      ['Long sequences', 'through-time'],
      ['Callbacks', 'callbacks'],
      ['Files and checkpoints', 'checkpoints'],
      ['Sweeps', 'sweeps'],
      ['Threads', 'threads'],
      ['Plots', 'plots'],
    ],
  },
  {
    text: 'Other libraries',
    pages: [
      ['Overview', 'exchange'],
      ['Inspect', 'inspect'],
      ['PyTorch', 'from-pytorch'],
      ['ONNX', 'from-onnx'],
      ['Keras', 'from-keras'],
      ['TensorFlow.js', 'from-tensorflowjs'],
      ['The command line', 'command-line'],
    ],
  },
  {
    text: 'Look up',
    pages: [
      ['Conventions', 'conventions'],
      ['Errors', 'errors'],
      ['Numbers', 'numbers'],
      ['Security', '../SECURITY'],
      ['Changelog', '../CHANGELOG'],
    ],
  },
  {
    text: 'How it is made',
    pages: [
      ['Architecture', 'architecture'],
      ['Verification', 'verification'],
      ['Golden values', 'golden'],
      ['Benchmarks', 'benchmarks'],
      ['Benchmark tasks', 'exams'],
      ['Contributing', '../CONTRIBUTING'],
      ['Adding a layer', 'adding-a-layer'],
      ['Adding an optimizer', 'adding-an-optimizer'],
      ['Adding a loss', 'adding-a-loss'],
    ],
  },
];
