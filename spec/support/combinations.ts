// Random nets of every cell of the library with random options.

import fc, { type Arbitrary } from 'fast-check';
import type { LayerNormPlacement } from '../../lib/cells/layer-norm-lstm-cell.ts';
import {
  Activation,
  type ActivationName,
  Bidirectional,
  Conv1D,
  Dense,
  GRU,
  Graph,
  type Layer,
  LayerNormalization,
  LayerNormLSTM,
  LSTM,
  MGU,
  Network,
  Parallel,
  Residual,
  SimpleRNN,
  type Tensor,
} from '../../lib/index.ts';
import { type Combination, type CombinedLayerOptions, combinations } from '../../lib/verify/index.ts';
import { distanceFromKinks } from './kinks.ts';

type Make = (options: CombinedLayerOptions) => Layer;

const activations: Arbitrary<ActivationName> = fc.constantFrom(
  'tanh',
  'sigmoid',
  'softsign',
  'linear',
  'relu',
  'hardSigmoidFifth',
  'hardSigmoidSixth',
);
const shares: Arbitrary<ActivationName> = fc.constantFrom('sigmoid', 'hardSigmoidFifth', 'hardSigmoidSixth');
const clips = fc.constantFrom(undefined, undefined, 0.5, 1.5);

/** Without the options that are undefined. */
const given = <O extends object>(options: O): { [K in keyof O]: Exclude<O[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;

/** Layers of each cell, plain and with random options. */
const CELLS: Readonly<Record<string, Arbitrary<Make>>> = {
  SimpleRNN: fc
    .record({ activation: activations, clip: clips, useBias: fc.boolean() })
    .map((own) => (options) => new SimpleRNN({ ...options, ...given(own) })),
  LSTM: fc
    .oneof(
      fc.record({ useBias: fc.boolean() }),
      fc.record({
        activation: activations,
        recurrentActivation: shares,
        outputActivation: fc.option(activations, { nil: undefined }),
        peepholes: fc.boolean(),
        coupledGate: fc.constantFrom(undefined, 'input' as const, 'forget' as const),
        projectionSize: fc.constantFrom(undefined, undefined, 1),
        clip: clips,
        useBias: fc.boolean(),
      }),
    )
    .map((own) => (options) => new LSTM({ ...options, ...given(own) })),
  GRU: fc
    .oneof(
      fc.record({ resetAfter: fc.boolean(), useBias: fc.boolean() }),
      fc.record({
        activation: activations,
        recurrentActivation: shares,
        resetAfter: fc.boolean(),
        clip: clips,
        useBias: fc.boolean(),
      }),
    )
    .map((own) => (options) => new GRU({ ...options, ...given(own) })),
  MGU: fc
    .record({ activation: activations, recurrentActivation: shares, clip: clips, useBias: fc.boolean() })
    .map((own) => (options) => new MGU({ ...options, ...given(own) })),
  LayerNormLSTM: fc
    .record({ normalized: fc.constantFrom<LayerNormPlacement[]>('products', 'productsAndState', 'gatesAndState') })
    .map((own) => (options) => new LayerNormLSTM({ ...options, ...own })),
};

const float64 = { dtype: 'float64' } as const;

/**
 * Layers around a recurrent one, for any number of features. Those with branches need sequences. ε is 1, because rows of few
 * features may have a variance near 0, where finite differences are not exact.
 */
const AROUND: readonly ((layer: Layer, options: CombinedLayerOptions) => Layer)[] = [
  (layer) => new Network([layer, new Activation({ activation: 'softsign' })], float64),
  (layer) =>
    new Network([layer, new Dense({ units: 2, activation: 'tanh' }), new LayerNormalization({ epsilon: 1 })], float64),
  (layer) => new Network([layer, new LayerNormalization({ epsilon: 1 })], float64),
  (layer, { goBackwards }) => {
    const convolution = new Conv1D({
      filters: 2,
      kernelSize: 3,
      padding: 'causal',
      dilationRate: 2,
      activation: 'tanh',
    });
    return goBackwards ? layer : new Network([convolution, layer], float64);
  },
  (layer, options) => (isSequence(options) ? new Residual({ layers: [layer], merge: 'concat', ...float64 }) : layer),
  (layer, options) => {
    if (!isSequence(options)) return layer;
    const convolution = new Conv1D({ filters: 1, kernelSize: 2, padding: 'causal' });
    return new Parallel({ branches: [[layer], [], [convolution]], ...float64 });
  },
  (layer, options) => {
    if (!isSequence(options)) return layer;
    const nodes = {
      dense: { layer: new Dense({ units: 2, activation: 'sigmoid' }) },
      same: { layer: new Dense({ units: 2 }), from: 'input' },
      recurrent: { layer, from: ['dense', 'same'], merge: 'sum' as const },
    };
    return new Graph({ nodes, outputs: ['same', 'recurrent', 'input'], ...float64 });
  },
];

const isSequence = ({ returnSequences, goBackwards }: CombinedLayerOptions): boolean => returnSequences && !goBackwards;

/** Least distance from a kink: above what the differences of `gradcheck` move a pre-activation by. */
const FAR = 3e-3;

/** Random nets of a cell, away from kinks. */
function netsOf(makes: Arbitrary<Make>, cell: string): Arbitrary<Combination> {
  // Deep normalized nets of few units bend too much for finite differences that are exact to 1e-9.
  const around = cell === 'LayerNormLSTM' ? [] : AROUND;
  return makes
    .chain((make) =>
      combinations<Layer>(make, {
        stack: (layers) => new Network(layers, { dtype: 'float64' }),
        bidirectional: (layers, mergeMode) => new Bidirectional({ layers, mergeMode, dtype: 'float64' }),
        around,
      }),
    )
    .filter(({ layer, call: { x, initialState, forwardOptions } }) => {
      const options = { ...forwardOptions, ...(initialState && { initialState }) };
      const pass = (): unknown => (layer as Layer).forward(x as Tensor, options as object);
      return distanceFromKinks(layer, pass) > FAR;
    });
}

/** Random stacks of a cell that read forwards, return sequences and draw nothing. */
function stacksOf(makes: Arbitrary<Make>): Arbitrary<Combination> {
  const plain = { goBackwards: false, returnSequences: true, dropout: 0, recurrentDropout: 0, zoneout: 0 };
  return makes.chain((make) =>
    combinations<Layer>((options) => make({ ...options, ...plain }), {
      stack: (layers) => new Network(layers, { dtype: 'float64' }),
      bidirectional: ([layer]) => layer,
      around: AROUND,
    }),
  );
}

const byCell = <T>(of: (makes: Arbitrary<Make>, cell: string) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(CELLS).map(([name, makes]) => [name, of(makes, name)]));

/** Random nets by cell. */
export const nets: Readonly<Record<string, Arbitrary<Combination>>> = byCell(netsOf);

/** Random stacks by cell, for truncation. */
export const stacks: Readonly<Record<string, Arbitrary<Combination>>> = byCell(stacksOf);
