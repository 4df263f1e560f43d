// Random nets around a recurrent layer: stacks, directions, masks, states, noise and checkpoints in all combinations.

import type { Arbitrary } from 'fast-check';
import fc from 'fast-check';
import { requireEntries, requireFunction } from '../checks.ts';
import type { MaskScope } from '../engine/random-masks.ts';
import { optional, readOptions, required, type Schema } from '../options.ts';
import { Random } from '../random/random.ts';
import { randomNormal } from '../random/random-tensors.ts';
import { assign } from '../tensor/ndarray-like.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { arbitraries } from './arbitraries.ts';
import type { DifferentiableLayer } from './differentiable.ts';
import type { LayerCall, StatesGiven } from './layer-subject.ts';
import { printed, printedAs } from './printed.ts';
import type { RecurrentLayerOptions } from './recurrent-layer.ts';

const dtype = 'float64';

/** Options of a new layer of a random net, all for the layer. */
export interface CombinedLayerOptions extends Omit<RecurrentLayerOptions, 'inputSize'> {
  /** Whether it reads sequences from the end. */
  readonly goBackwards: boolean;
  /** Whether its initial state is a parameter. */
  readonly trainInitialState: boolean;
  /** Probability of dropout of its input. */
  readonly dropout: number;
  /** Probability of dropout of what the recurrent weights multiply. */
  readonly recurrentDropout: number;
  /** Whether its dropout has a mask for the sequence, or one for each step. */
  readonly dropoutPer: MaskScope;
  /** Probability of zoneout of its states. */
  readonly zoneout: number;
}

/** How a bidirectional layer merges the outputs of both directions. */
export type MergeMode = 'concat' | 'sum' | 'mul' | 'average';

/** How nets are made of layers. */
export interface CombinationMakers<L extends DifferentiableLayer = DifferentiableLayer> {
  /** `(layers) => new Network(layers, { dtype: 'float64' })` */
  readonly stack: (layers: [L, ...L[]]) => DifferentiableLayer;
  /** `(layers, mergeMode) => new Bidirectional({ layers, mergeMode, dtype: 'float64' })` */
  readonly bidirectional: (layers: [L, L], mergeMode: MergeMode) => L;
  /**
   * Ways to put other layers around one, such as `(layer) => new Network([new Conv1D(…), layer])`. Each layer of a net has
   * one of them, or none. A way returns the layer itself if it does not fit the options. Default none.
   */
  readonly around?: readonly ((layer: L, options: CombinedLayerOptions) => L)[];
}

const MAKERS: Schema<CombinationMakers> = {
  stack: required(requireFunction<CombinationMakers['stack']>),
  bidirectional: required(requireFunction<CombinationMakers['bidirectional']>),
  around: optional(requireFunctions, []),
};

function requireFunctions(where: string, argument: string, value: unknown): readonly Around[] {
  const list = requireEntries(where, argument, value as readonly Around[], 'be an array of functions');
  return list.map((way, k) => requireFunction<Around>(where, `${argument}[${k}]`, way));
}

type Around = NonNullable<CombinationMakers['around']>[number];

/** A random net and a random pass of it, for `assertGradients(layer, call)`. Printed as its choices. */
export interface Combination {
  /** A layer, two directions, or a stack; in float64. */
  readonly layer: DifferentiableLayer;
  /** Input, initial states and options of the forward pass. */
  readonly call: LayerCall;
}

/** The call of `forward` that returns the states. */
interface Stateful {
  forward(x: Tensor, options: { readonly returnState: true }): { readonly state: StatesGiven };
}

/** What is drawn. */
interface Choices {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly units: number;
  readonly depth: number;
  readonly direction: 'forwards' | 'backwards' | MergeMode;
  readonly returnSequences: boolean;
  readonly initialState: 'zeros' | 'given' | 'trained';
  readonly mask: readonly (readonly boolean[])[] | undefined;
  readonly zeroOutputForMask: boolean;
  readonly checkpoint: 'sqrt' | number | undefined;
  readonly noise: Pick<CombinedLayerOptions, 'dropout' | 'recurrentDropout' | 'dropoutPer' | 'zoneout'>;
  readonly trainingStep: number;
  readonly seed: number;
  /** What is around each layer: 0 for nothing, or the number of a way, from 1. */
  readonly around: readonly number[];
}

/** Largest number of layers in a stack. */
const DEEPEST = 3;

const noises = fc.oneof(
  { withCrossShrink: true },
  fc.constant({ dropout: 0, recurrentDropout: 0, dropoutPer: 'sequence' as MaskScope, zoneout: 0 }),
  fc.record({
    dropout: fc.constantFrom(0, 0.4),
    recurrentDropout: fc.constantFrom(0, 0.4),
    dropoutPer: fc.constantFrom<MaskScope[]>('sequence', 'step'),
    zoneout: fc.constantFrom(0, 0.3),
  }),
);

const sizes = fc.record({
  T: fc.integer({ min: 1, max: 4 }),
  B: fc.integer({ min: 1, max: 3 }),
  I: fc.integer({ min: 1, max: 2 }),
  units: fc.integer({ min: 1, max: 3 }),
});

const choicesOf = (ways: number): Arbitrary<Choices> =>
  sizes.chain(({ T, B, I, units }) =>
    fc.record({
      T: fc.constant(T),
      B: fc.constant(B),
      I: fc.constant(I),
      units: fc.constant(units),
      depth: fc.constantFrom(1, 1, 2, DEEPEST),
      direction: fc.constantFrom<Choices['direction'][]>(
        'forwards',
        'forwards',
        'backwards',
        'concat',
        'sum',
        'mul',
        'average',
      ),
      returnSequences: fc.boolean(),
      initialState: fc.constantFrom<Choices['initialState'][]>('zeros', 'given', 'trained'),
      mask: fc.option(arbitraries.mask({ B, T }), { nil: undefined }),
      zeroOutputForMask: fc.boolean(),
      checkpoint: fc.constantFrom<Choices['checkpoint'][]>(undefined, undefined, 'sqrt', 1, 2),
      noise: noises,
      trainingStep: fc.nat(3),
      seed: fc.nat(1e6),
      around: fc.array(fc.nat(ways), { minLength: DEEPEST, maxLength: DEEPEST }),
    }),
  );

/**
 * fast-check arbitrary of random nets in float64 around a recurrent layer, each with a random pass: one to three layers,
 * forwards, backwards or in both directions, with zero, given or trained initial states, masks, dropout, zoneout and
 * checkpoints, and other layers around them.
 *
 * @param make - creates a layer from all of its options
 * @param makers - how nets are made of layers; every call of `make` is for one net
 * @throws ArgumentError for makers that are no functions
 *
 * @example
 * ```ts
 * const make = ({ units, seed, dtype, ...sequence }: CombinedLayerOptions) =>
 *   new RNN({ cell: new LSTMCell({ units, seed, dtype }), ...sequence });
 * const nets = combinations<Layer>(make, {
 *   stack: (layers) => new Network(layers, { dtype: 'float64' }),
 *   bidirectional: (layers, mergeMode) => new Bidirectional({ layers, mergeMode, dtype: 'float64' }),
 * });
 * fc.assert(fc.property(nets, ({ layer, call }) => void assertGradients(layer, { ...call, maxEntries: 2 })));
 * ```
 */
export function combinations<L extends DifferentiableLayer>(
  make: (options: CombinedLayerOptions) => L,
  makers: CombinationMakers<L>,
): Arbitrary<Combination> {
  const where = 'combinations';
  requireFunction(where, 'make', make);
  const made = readOptions(where, makers as unknown as CombinationMakers, MAKERS, 'makers');
  return choicesOf(made.around.length).map((chosen) => combinationOf(chosen, make, made));
}

const isMerged = (direction: Choices['direction']): direction is MergeMode =>
  direction !== 'forwards' && direction !== 'backwards';

function combinationOf(
  chosen: Choices,
  make: (options: CombinedLayerOptions) => DifferentiableLayer,
  { stack, bidirectional, around }: Required<CombinationMakers>,
): Combination {
  const { T, B, I, depth, direction, seed, mask, zeroOutputForMask, checkpoint, trainingStep, initialState } = chosen;
  const random = new Random(seed);
  const normal = (shape: readonly number[]): Tensor => randomNormal(shape, { seed: random, sd: 0.7, dtype });
  const layers = Array.from({ length: depth }, (_, k) => {
    const options = optionsOf(chosen, k);
    const layer = isMerged(direction) ? bidirectional([make(options), make(options)], direction) : make(options);
    const way = chosen.around[k]!;
    return way === 0 ? layer : around[way - 1]!(layer, options);
  });
  const layer = depth === 1 ? layers[0]! : stack(layers as [DifferentiableLayer]);
  const forwardOptions = {
    trainingStep,
    ...(mask && { mask, zeroOutputForMask }),
    ...(checkpoint !== undefined && !isMerged(direction) && { checkpoint }),
  };
  const x = normal([B, T, I]);
  const { state } = (layer as unknown as Stateful).forward(x, { returnState: true }); // builds the layer
  for (const { value } of layer.parameters) assign(value, normal(value.shape));
  const given = initialState === 'given' ? { initialState: likewise(state, normal) } : {};
  const combination = { layer, call: { x, ...given, forwardOptions } };
  return printedAs(combination, () => printed(chosen));
}

/** Options of layer k. */
function optionsOf(chosen: Choices, k: number): CombinedLayerOptions {
  const { units, depth, direction, returnSequences, initialState, noise, seed } = chosen;
  return {
    units,
    seed,
    dtype,
    returnSequences: returnSequences || k < depth - 1,
    goBackwards: direction === 'backwards' && k === 0,
    trainInitialState: initialState === 'trained',
    ...noise,
  };
}

/** A tree of arrays of the same shapes. */
function likewise(states: StatesGiven, make: (shape: readonly number[]) => Tensor): StatesGiven {
  return Object.fromEntries(
    Object.entries(states).map(([name, value]) => {
      const { shape } = value as Tensor;
      return [name, Array.isArray(shape) ? make(shape) : likewise(value as StatesGiven, make)];
    }),
  );
}
