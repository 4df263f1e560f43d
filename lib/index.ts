// The entry `bptt`: the list of everything public.

export { type ActivationName, activationKinds } from './cells/activations.ts';
export { Cell, type State, type StateLike, type StateOf } from './cells/cell.ts';
export type { CellConfig, CellOptions } from './cells/cell-options.ts';
export type { Config, ConfigValue, Described } from './cells/config.ts';
export type { Activations, CellMemory, StepTangent, StepValues } from './cells/facts.ts';
export type { Gate } from './cells/gate.ts';
export type { GateBiases, GateInitializers } from './cells/gate-initializers.ts';
export { GRUCell, type GRUOptions } from './cells/gru-cell.ts';
export type { GRUProduct } from './cells/gru-form.ts';
export {
  LayerNormLSTMCell,
  type LayerNormLSTMOptions,
  type LayerNormPlacement,
} from './cells/layer-norm-lstm-cell.ts';
export { LSTMCell, type LSTMOptions } from './cells/lstm-cell.ts';
export type { LSTMGate } from './cells/lstm-form.ts';
export type { CoupledGate } from './cells/lstm-memory.ts';
export { MGUCell, type MGUOptions, type MGUProduct } from './cells/mgu-cell.ts';
export type { Places } from './cells/places.ts';
export { SimpleRNNCell, type SimpleRNNOptions } from './cells/simple-rnn-cell.ts';
export type { BackwardStep, ForwardStep, InputBackward, InputForward, Segment } from './cells/step.ts';
export { type AdaptiveClippingOptions, adaptiveClipping } from './clip/adaptive-clipping.ts';
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
  type ClippingFunction,
  type ClipValue,
  clipGradients,
  gradientNorm,
} from './clip/clip-gradients.ts';
export { type ClippingGroup, groupClipping } from './clip/group-clipping.ts';
export { globalNorm } from './clip/norm.ts';
export type { ClipOptions, MaybeArray } from './clip/operand.ts';
export { type PNormClippingOptions, pNormClipping } from './clip/p-norm-clipping.ts';
export type { FeatureScaler } from './data/feature-scaler.ts';
export { MinMaxScaler, type MinMaxScalerOptions } from './data/min-max-scaler.ts';
export { StandardScaler, type StandardScalerOptions } from './data/standard-scaler.ts';
export { Vocabulary, type VocabularyFromTextOptions, type VocabularyOptions } from './data/vocabulary.ts';
export { type WindowPart, type WindowsOptions, windows } from './data/windows.ts';
export type { MaskedOptions, MaskOptions } from './engine/mask.ts';
export type { MaskScope } from './engine/random-masks.ts';
export type { Checkpointing, MemoryBudget } from './engine/schedule.ts';
export { stateFromBytes, stateToBytes } from './engine/state-file.ts';
export type { Stream, StreamOptions } from './engine/stream.ts';
export type { ThroughTime } from './engine/through-time.ts';
export type { Truncation } from './engine/truncate.ts';
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
export type { Metadata, MetadataClass } from './formats/metadata.ts';
export type { BackendName, Kernels } from './kernels/contract.ts';
export { type Backend, backend } from './kernels/report.ts';
export { useKernels } from './kernels/use-kernels.ts';
export { Activation, type ActivationOptions } from './layers/activation.ts';
export { Attention, type AttentionOptions, type AttentionScore } from './layers/attention.ts';
export { AttentionRNN, type AttentionRNNOptions } from './layers/attention-rnn.ts';
export type { BatchOptions, PredictOptions } from './layers/batches.ts';
export {
  Bidirectional,
  type BidirectionalOptions,
  type BidirectionalState,
  type Directions,
} from './layers/bidirectional.ts';
export type { MergeMode } from './layers/bidirectional-pass.ts';
export type { CompositeLayer } from './layers/composite-layer.ts';
export { Conv1D, type Conv1DOptions, type ConvolutionState } from './layers/conv1d.ts';
export type { ConvolutionPadding } from './layers/conv1d-shape.ts';
export type { CoupledModel, EncoderDecoderOptions, PairGradient, PairPassOptions } from './layers/coupled-model.ts';
export { Dense, type DenseOptions, type NoState } from './layers/dense.ts';
export type { DenseActivation } from './layers/dense-pass.ts';
export { Dropout, type DropoutOptions } from './layers/dropout.ts';
export { Embedding, type EmbeddingOptions } from './layers/embedding.ts';
export { Graph, type GraphNode, type GraphOptions } from './layers/graph.ts';
export { GRU, type GRULayerOptions } from './layers/gru.ts';
export type { Layer } from './layers/layer.ts';
export { LayerNormLSTM, type LayerNormLSTMLayerOptions } from './layers/layer-norm-lstm.ts';
export { LayerNormalization, type LayerNormalizationOptions } from './layers/layer-normalization.ts';
export { LSTM, type LSTMLayerOptions } from './layers/lstm.ts';
export { Masking, type MaskingOptions } from './layers/masking.ts';
export { MGU, type MGULayerOptions } from './layers/mgu.ts';
export { Network, type NetworkState } from './layers/network.ts';
export type { NoiseOptions } from './layers/noise-options.ts';
export type { OutOption } from './layers/out.ts';
export type { PairMaskOptions, Start } from './layers/pair-inputs.ts';
export { Parallel, type ParallelOptions } from './layers/parallel.ts';
export type { InputGradient, PassOptions } from './layers/pass-options.ts';
export type {
  Arrays,
  BackwardOptions,
  ForwardOptions,
  OutputAndState,
  RecurrentGradient,
  RNNOptions,
  SequenceOptions,
} from './layers/recurrent-options.ts';
export { type RecurrentStackOptions, recurrentStack } from './layers/recurrent-stack.ts';
export { RepeatVector, type RepeatVectorOptions } from './layers/repeat-vector.ts';
export { Residual, type ResidualOptions } from './layers/residual.ts';
export { RNN } from './layers/rnn.ts';
export type { SavedClass } from './layers/saved-layers.ts';
export type { LoadOptions } from './layers/saved-network.ts';
export { SimpleRNN, type SimpleRNNLayerOptions } from './layers/simple-rnn.ts';
export { TimeDistributed, type TimeDistributedOptions } from './layers/time-distributed.ts';
export type { WiredLayer } from './layers/wired-layer.ts';
export type { BranchMerge } from './layers/wiring.ts';
export { BinaryCrossEntropy, type BinaryCrossEntropyOptions } from './losses/binary-cross-entropy.ts';
export { type CTCDecodeOptions, type CTCHypothesis, ctcDecode } from './losses/ctc-decode.ts';
export { CTCLoss, type CTCLossOptions } from './losses/ctc-loss.ts';
export { ElementwiseLoss } from './losses/elementwise-loss.ts';
export type { LossEvaluateOptions, LossResult } from './losses/evaluation.ts';
export { GaussianNLL, type GaussianNLLOptions } from './losses/gaussian-nll.ts';
export { Huber, type HuberOptions } from './losses/huber.ts';
export { LogCosh } from './losses/log-cosh.ts';
export type { Loss, LossOptions, Reduction } from './losses/loss.ts';
export { MeanAbsoluteError } from './losses/mean-absolute-error.ts';
export { MeanSquaredError } from './losses/mean-squared-error.ts';
export type { PredictionKind } from './losses/probabilities.ts';
export { QuantileLoss, type QuantileLossOptions } from './losses/quantile-loss.ts';
export { SoftmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from './losses/softmax-cross-entropy.ts';
export { SplitLoss, type SplitLossPart } from './losses/split-loss.ts';
export type { Arena } from './memory/arena.ts';
export type { Usage } from './memory/usage.ts';
export { Accuracy, type AccuracyOptions } from './metrics/accuracy.ts';
export { AUC } from './metrics/auc.ts';
export { ConfusionMatrix, type ConfusionMatrixOptions } from './metrics/confusion-matrix.ts';
export { MAE, MAPE, MASE, type MASEOptions, RMSE, SMAPE } from './metrics/errors.ts';
export { Coverage, type CoverageOptions, Pinball, type PinballOptions } from './metrics/intervals.ts';
export { Metric, type MetricOptions } from './metrics/metric.ts';
export { BitsPerCharacter, Perplexity, type PerplexityOptions } from './metrics/perplexity.ts';
export { type ClassAverageOptions, F1, Precision, Recall } from './metrics/precision-recall.ts';
export type { PairGenerateOptions } from './model/decoding/generate.ts';
export type { Hypothesis } from './model/decoding/hypothesis.ts';
export { EncoderDecoder, type FreeRunOptions } from './model/encoder-decoder.ts';
export { type Forecast, type ForecastOptions, forecast } from './model/forecast.ts';
export { type GenerateOptions, generate } from './model/generate.ts';
export type { Generation } from './model/generation/generation.ts';
export type { ClassNumbers, Prompts } from './model/generation/prompt.ts';
export { type RateRange, type RateRangeOptions, type RateRangePoint, rateRangeTest } from './model/rate-range-test.ts';
export { Sequential } from './model/sequential.ts';
export { Adagrad, type AdagradOptions } from './optimizers/adagrad.ts';
export { Adam, type AdamOptions } from './optimizers/adam.ts';
export { Lion, type LionOptions } from './optimizers/lion.ts';
export { NAdam, type NAdamOptions } from './optimizers/nadam.ts';
export { Optimizer } from './optimizers/optimizer.ts';
export type { OptimizerOptions, UpdateStep } from './optimizers/optimizer-options.ts';
export { type OptimizerState, optimizerState, setOptimizerState } from './optimizers/optimizer-state.ts';
export { type ParameterGroup, type ParameterGroups, parameterGroups } from './optimizers/parameter-groups.ts';
export { RMSprop, type RMSpropOptions } from './optimizers/rmsprop.ts';
export { SGD, type SGDOptions } from './optimizers/sgd.ts';
export type { BuildOptions } from './parameters/build-options.ts';
export type { Buildable } from './parameters/buildable.ts';
export { constrainParameters } from './parameters/constrain.ts';
export type { Parameter, ParameterRules, ParameterSpec } from './parameters/parameter.ts';
export type { ParameterRun } from './parameters/parameter-run.ts';
export { Parameters } from './parameters/parameters.ts';
export { regularizeGradients } from './parameters/regularize.ts';
export type { ParameterFacts, ParameterSelector } from './parameters/selector.ts';
export type { RecurrentWeightOptions, WeightOptions } from './parameters/weight-options.ts';
export {
  type GlorotOptions,
  type Initializer,
  type InitializerContext,
  initializers,
  type NormalOptions,
  type OrthogonalOptions,
  type UniformOptions,
} from './random/initializers.ts';
export { Random, type RandomState } from './random/random.ts';
export {
  type RandomNormalOptions,
  type RandomUniformOptions,
  randomNormal,
  randomUniform,
} from './random/random-tensors.ts';
export { type SampleOptions, sample } from './random/sample.ts';
export type { SamplingOptions } from './random/sampler.ts';
export type { Constraint, NonNegativeConstraint, NormConstraint } from './regularization/constraint.ts';
export { l2 } from './regularization/l2.ts';
export { maxNorm } from './regularization/max-norm.ts';
export { type MinMaxNormOptions, minMaxNorm, type NormOptions } from './regularization/min-max-norm.ts';
export { nonNegative } from './regularization/non-negative.ts';
export type { Regularizer } from './regularization/regularizer.ts';
export { unitNorm } from './regularization/unit-norm.ts';

export { constantSchedule } from './schedules/constant-schedule.ts';
export {
  type CosineDecayOptions,
  type CosineRestartsOptions,
  cosineDecay,
  cosineRestarts,
} from './schedules/cosine-decay.ts';
export { type ExponentialDecayOptions, exponentialDecay } from './schedules/exponential-decay.ts';
export { type InverseSquareRootOptions, inverseSquareRoot } from './schedules/inverse-square-root.ts';
export { joinSchedules } from './schedules/join-schedules.ts';
export { type LinearWarmupOptions, linearWarmup } from './schedules/linear-warmup.ts';
export { type OneCycleOptions, oneCycle } from './schedules/one-cycle.ts';
export { type PiecewiseOptions, piecewiseSchedule } from './schedules/piecewise-schedule.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './schedules/polynomial-decay.ts';
export type { Schedule } from './schedules/schedule.ts';
export { type StepDecayOptions, stepDecay } from './schedules/step-decay.ts';

export { argMax } from './tensor/arg-max.ts';
export type { AnyIterable } from './tensor/batches.ts';
export { type NestedNumbers, type Numbers, tensor, zeros } from './tensor/create.ts';

export type { Inspectable } from './tensor/inspectable.ts';
export { assign, type FloatNdArrayLike, type NdArrayLike } from './tensor/ndarray-like.ts';
export { oneHot } from './tensor/one-hot.ts';
export { type Padded, type PadOptions, pad } from './tensor/pad.ts';
export type { RowData } from './tensor/row-data.ts';
export { softmax } from './tensor/softmax.ts';
export { stack, unstack } from './tensor/stack.ts';
export type { DType, FloatArray, Storage, TensorOptions } from './tensor/storage.ts';
export { type AxisArgument, type NestedArray, Tensor, type TensorJSON } from './tensor/tensor.ts';
export type { AbortSignalLike } from './training/abort-signal.ts';
export type { AsyncBatches, Batches, Chunks, GivenBatch, SyncBatches, YieldedBatch } from './training/batches.ts';
export { Checkpoint, type CheckpointOptions } from './training/callbacks/checkpoint.ts';
export { CsvLog, type CsvLogOptions } from './training/callbacks/csv-log.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './training/callbacks/early-stopping.ts';
export type { MonitorOptions } from './training/callbacks/monitor.ts';
export {
  type EventTargetLike,
  type ProgressEventsOptions,
  progressEvents,
  type TrainingProgress,
} from './training/callbacks/progress-events.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './training/callbacks/reduce-lr-on-plateau.ts';
export { WeightAverage, type WeightAverageOptions } from './training/callbacks/weight-average.ts';
export type {
  Batch,
  BatchLog,
  BatchPlace,
  CallbackResult,
  CallbackState,
  Callbacks,
  EpochLog,
  EpochPlace,
  JsonValue,
  LearningRates,
  TrainingRun,
} from './training/callbacks.ts';
export { resumeFromBytes } from './training/checkpoint/resume.ts';
export { checkpointToBytes } from './training/checkpoint/save.ts';
export type {
  EvaluateOptions,
  EvaluateReport,
  LossOnly,
  PairEvaluateOptions,
} from './training/evaluate.ts';
export type { Evaluation } from './training/evaluator.ts';
export type { WeightedOptions } from './training/example-set.ts';
export type { History } from './training/fit.ts';
export type {
  BatchFitOptions,
  EpochOptions,
  FitOptions,
  PairBatchFitOptions,
  PairFitOptions,
  RowOptions,
  ValidationSplit,
} from './training/fit-options.ts';
export type { Chunk, FitStreamOptions, StreamHistory } from './training/fit-stream.ts';
export type { Memory, MemoryOptions } from './training/memory.ts';
export type { NonFinitePolicy, SkippedSteps } from './training/non-finite.ts';
export type { WeightedPairOptions } from './training/pair-examples.ts';
export { type ProgressBarOptions, progressBar } from './training/progress-bar.ts';
export type { MetricLike, MetricResults, Metrics, ReportRequest } from './training/report.ts';
export type { PairTrainStepOptions, TrainStepResult } from './training/reported-step.ts';
export type { TrainStepOptions } from './training/step-span.ts';
export type { CompileOptions, StepResult } from './training/train-step.ts';
