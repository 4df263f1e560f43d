export type { Checkpointing } from './bptt/schedule.ts';
export type { Truncation } from './bptt/truncate.ts';
export { Cell, type CellOptions, type State, type StateLike } from './cells/cell.ts';
export type { Gate } from './cells/gate.ts';
export { GRUCell, type GRUOptions } from './cells/gru-cell.ts';
export { LSTMCell, type LSTMOptions } from './cells/lstm-cell.ts';
export { SimpleRNNCell, type SimpleRNNOptions } from './cells/simple-rnn-cell.ts';
export type { BackwardStep, ForwardStep, Span } from './cells/step.ts';
export { type ClipByGlobalNormOptions, type ClippedList, clipByGlobalNorm } from './clip/clip-by-global-norm.ts';
export {
  type ClipByNormOptions,
  clipByAverageNorm,
  clipByNorm,
  clipByNormBackward,
} from './clip/clip-by-norm.ts';
export { type Bound, clipByValue, clipByValueBackward } from './clip/clip-by-value.ts';
export {
  type ClipGlobalNorm,
  type ClipNorm,
  type Clipping,
  type ClipValue,
  clipGradients,
  gradientNorm,
} from './clip/clip-gradients.ts';
export { globalNorm } from './clip/norm.ts';
export type { ClipOptions, MaybeArray } from './clip/operand.ts';
export {
  ArgumentError,
  BpttError,
  type ErrorDetails,
  FormatError,
  type NonFiniteDetails,
  NonFiniteError,
  type NonFinitePlace,
  ShapeError,
  StateError,
} from './errors.ts';
export type { Kernels } from './kernels/contract.ts';
export { type Backend, backend } from './kernels/load.ts';
export { useKernels } from './kernels/use-kernels.ts';
export { Dense, type DenseActivation, type DenseOptions } from './layers/dense.ts';
export { GRU, type GRULayerOptions } from './layers/gru.ts';
export type { InputGradient, Layer } from './layers/layer.ts';
export { LSTM, type LSTMLayerOptions } from './layers/lstm.ts';
export {
  type BackwardOptions,
  type ForwardOptions,
  type OutputAndState,
  type RecurrentGradient,
  RNN,
  type RNNOptions,
  type SequenceOptions,
} from './layers/rnn.ts';
export { SimpleRNN, type SimpleRNNLayerOptions } from './layers/simple-rnn.ts';
export type { Stack } from './layers/stack.ts';
export type { Stream, StreamOptions } from './layers/stream.ts';
export type { NoState, StackState, StreamState } from './layers/stream-state.ts';
export type { ThroughTime } from './layers/through-time.ts';
export { BinaryCrossEntropy } from './losses/binary-cross-entropy.ts';
export type { Loss, LossOptions, LossResult, Reduction } from './losses/loss.ts';
export { MeanSquaredError } from './losses/mean-squared-error.ts';
export { SoftmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
export type { AbortSignalLike } from './model/abort-signal.ts';
export type { BatchOptions } from './model/batches.ts';
export type { Batch, BatchLog, BatchPlace, Callbacks, EpochLog } from './model/callbacks.ts';
export type { History } from './model/fit.ts';
export type { FitOptions } from './model/fit-options.ts';
export type { Chunk, ChunkLog, FitStreamOptions, StreamHistory } from './model/fit-stream.ts';
export type { Memory, MemoryOptions } from './model/memory.ts';
export type { NonFinitePolicy, SkippedSteps } from './model/non-finite.ts';
export { type ProgressBarOptions, progressBar } from './model/progress-bar.ts';
export { Sequential } from './model/sequential.ts';
export type { TrainStepOptions } from './model/step-span.ts';
export type { CompileOptions, StepResult } from './model/train-step.ts';
export type { TrainableStack } from './model/trainable-stack.ts';
export { Adam, type AdamOptions } from './optimizers/adam.ts';
export type { Optimizer, OptimizerOptions } from './optimizers/optimizer.ts';
export { SGD, type SGDOptions } from './optimizers/sgd.ts';
export type { Arena, Purpose, Take, Usage } from './tensor/arena.ts';
export type { Buildable, BuildOptions } from './tensor/buildable.ts';
export { type NestedNumbers, tensor, zeros } from './tensor/create.ts';
export {
  type GlorotOptions,
  type Initializer,
  type InitializerContext,
  initializers,
  type NormalOptions,
  type OrthogonalOptions,
  type UniformOptions,
} from './tensor/initializers.ts';
export type { Inspectable } from './tensor/inspectable.ts';
export { assign, type FloatNdArrayLike, type NdArrayLike } from './tensor/ndarray-like.ts';
export { type Parameter, type ParameterRun, type ParameterSpec, Parameters } from './tensor/parameters.ts';
export { Random, type RandomState } from './tensor/random.ts';
export {
  type RandomNormalOptions,
  type RandomUniformOptions,
  randomNormal,
  randomUniform,
} from './tensor/random-tensors.ts';
export { stack, unstack } from './tensor/stack.ts';
export type { DType, FloatArray, Storage, TensorOptions } from './tensor/storage.ts';
export { type AxisArgument, type NestedArray, Tensor, type TensorJSON } from './tensor/tensor.ts';
