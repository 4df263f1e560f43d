import {
  Adagrad,
  Adam,
  BinaryCrossEntropy,
  Lion,
  MeanSquaredError,
  NAdam,
  type OptimizerState,
  optimizerState,
  Parameters,
  RMSprop,
  randomNormal,
  SGD,
  SoftmaxCrossEntropy,
  setOptimizerState,
  tensor,
} from '../../lib/index.ts';
import { each, notArray, notBoolean, notInteger, notNumber, notOneOf, wrongShape } from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Subject, Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;
const prediction = randomNormal([4, 3], { seed: 1 });
const half = tensor([0.5, 0.5, 0.5, 0.5].map((v) => [v, v, v]));
const filled = (value: number) => {
  const target = half.copy();
  target.set(3, 2, value);
  return target;
};

const KINDS = { MeanSquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy } as const;

/** Target values that make no sense to a loss. */
const VALUES: Readonly<Record<keyof typeof KINDS, readonly number[]>> = {
  MeanSquaredError: [notANumber, Infinity, -Infinity],
  BinaryCrossEntropy: [notANumber, Infinity, -0.5, 1.5],
  SoftmaxCrossEntropy: [notANumber, Infinity, -0.5],
};

const losses = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind): Subject[] => {
  const make = (options?: object) => new KINDS[kind](options);
  const loss = make();
  const classes = kind === 'SoftmaxCrossEntropy';
  const shapes = wrongShape('target', (bad) => loss.evaluate(prediction, bad), [4, 3]);
  const huge = { data: [0], shape: [1e9, 1e9], stride: [0, 0], offset: 0 };
  return [
    ...(kind === 'MeanSquaredError'
      ? [
          {
            of: kind,
            withOptions: (options: never) => make(options),
            calls: notOneOf('reduction', (reduction) => make({ reduction }), 'none', 'Mean'),
          },
        ]
      : []),
    {
      of: `${kind}.evaluate`,
      calls: [
        ...notArray('prediction', (bad) => loss.evaluate(bad, half)),
        ...notArray('target', (bad) => loss.evaluate(prediction, bad)),
        ...each('prediction', (bad) => loss.evaluate(bad, half), [tensor(1), tensor([]), tensor([[], []])]),
        ...shapes,
        ...each('target', (bad) => loss.evaluate(prediction, filled(bad)), VALUES[kind]),
        ['a target beyond all memory', 'target', () => loss.evaluate(huge, huge)],
        ...each('weights', (weights) => loss.evaluate(prediction, half, { weights }), [
          null,
          1,
          tensor([1, 1, 1]),
          tensor([1, 1, 1, -1]),
        ]),
        ...(classes
          ? each('target', (bad) => loss.evaluate(prediction, tensor([0, 1, 2, bad])), [
              -1,
              3,
              0.5,
              notANumber,
              Infinity,
            ])
          : each('target', (bad) => loss.evaluate(prediction, bad), [tensor([0, 1, 2, 0])])),
      ],
    },
  ];
});

const own = () => Parameters.of({ w: randomNormal([5], { seed: 4 }), b: tensor([1]) });
const OPTIMIZERS = {
  SGD: () => new SGD({ momentum: 0.5 }),
  Adam: () => new Adam({ amsgrad: true, l2: 0.1 }),
  RMSprop: () => new RMSprop({ centered: true, momentum: 0.5 }),
  Adagrad: () => new Adagrad(),
  NAdam: () => new NAdam(),
  Lion: () => new Lion(),
} as const;

/** An optimizer that has taken three steps, and its equal. */
const pairs = Object.entries(OPTIMIZERS).map(([kind, make]) => {
  const [used, twin] = [make(), make()];
  const [parameters, equal] = [own(), own()];
  for (const [optimizer, stepped] of [[used, parameters] as const, [twin, equal] as const]) {
    stepped.get('w').gradient.set(2, 0.5);
    for (let k = 0; k < 3; k++) optimizer.step(stepped);
  }
  return { kind, used, twin, parameters, equal };
});

const stepping = pairs.flatMap(({ kind, used }): Subject[] => [
  {
    of: `${kind}.learningRate`,
    where: kind,
    calls: notNumber(
      'learningRate',
      (rate) => {
        used.learningRate = rate;
      },
      undefined,
      -1,
    ),
  },
  {
    of: `${kind}.step`,
    calls: [
      ...each('parameters', (bad) => used.step(bad), [undefined, null, 1, {}, [], tensor([1])]),
      ...each('parameters[1]', (bad) => used.step([own(), bad]), [undefined, null, tensor([1])]),
      ['the parameters of something else', 'parameters', () => used.step(own())],
    ],
  },
]);

const optimizers: Subject[] = [
  {
    of: 'SGD',
    withOptions: (options) => new SGD(options),
    calls: [
      ...notNumber('learningRate', (learningRate) => new SGD({ learningRate }), -0.1),
      ...each('groups', (groups) => new SGD({ groups }), [null, 0, {}, 'a']),
      ...notNumber('momentum', (momentum) => new SGD({ momentum }), -0.1, 1),
      ...notBoolean('nesterov', (nesterov) => new SGD({ nesterov })),
      ...notNumber('weightDecay', (weightDecay) => new SGD({ weightDecay }), -0.1),
      ...notNumber('dampening', (dampening) => new SGD({ momentum: 0.5, dampening }), -0.1, 1.1),
      ['dampening without momentum', 'dampening', () => new SGD({ dampening: 0.1 })],
      ['dampening with nesterov', 'dampening', () => new SGD({ momentum: 0.5, nesterov: true, dampening: 0.1 })],
    ],
  },
  {
    of: 'Adam',
    withOptions: (options) => new Adam(options),
    calls: [
      ...notNumber('learningRate', (learningRate) => new Adam({ learningRate }), -0.1),
      ...each('groups', (groups) => new Adam({ groups }), [null, 0, {}, 'a']),
      ...notNumber('beta1', (beta1) => new Adam({ beta1 }), -0.1, 1),
      ...notNumber('beta2', (beta2) => new Adam({ beta2 }), -0.1, 1),
      ...notNumber('epsilon', (epsilon) => new Adam({ epsilon }), 0, -1),
      ...notOneOf('epsilonMode', (epsilonMode) => new Adam({ epsilonMode }), 'inside'),
      ...notBoolean('amsgrad', (amsgrad) => new Adam({ amsgrad })),
      ...notNumber('weightDecay', (weightDecay) => new Adam({ weightDecay }), -0.1),
      ...notNumber('l2', (l2) => new Adam({ l2 }), -0.1),
    ],
  },
  {
    of: 'RMSprop',
    withOptions: (options) => new RMSprop(options),
    calls: [
      ...notNumber('learningRate', (learningRate) => new RMSprop({ learningRate }), -0.1),
      ...each('groups', (groups) => new RMSprop({ groups }), [null, 0, {}, 'a']),
      ...notNumber('rho', (rho) => new RMSprop({ rho }), -0.1, 1),
      ...notNumber('momentum', (momentum) => new RMSprop({ momentum }), -0.1, 1),
      ...notBoolean('centered', (centered) => new RMSprop({ centered })),
      ...notNumber('epsilon', (epsilon) => new RMSprop({ epsilon }), 0, -1),
      ...notOneOf('epsilonMode', (epsilonMode) => new RMSprop({ epsilonMode }), 'hat'),
      ...notNumber('weightDecay', (weightDecay) => new RMSprop({ weightDecay }), -0.1),
    ],
  },
  {
    of: 'Adagrad',
    withOptions: (options) => new Adagrad(options),
    calls: [
      ...notNumber('learningRate', (learningRate) => new Adagrad({ learningRate }), -0.1),
      ...each('groups', (groups) => new Adagrad({ groups }), [null, 0, {}, 'a']),
      ...notNumber('initialAccumulator', (initialAccumulator) => new Adagrad({ initialAccumulator }), -0.1),
      ...notNumber('epsilon', (epsilon) => new Adagrad({ epsilon }), 0, -1),
      ...notOneOf('epsilonMode', (epsilonMode) => new Adagrad({ epsilonMode }), 'hat'),
      ...notNumber('weightDecay', (weightDecay) => new Adagrad({ weightDecay }), -0.1),
    ],
  },
  {
    of: 'NAdam',
    withOptions: (options) => new NAdam(options),
    calls: [
      ...notNumber('learningRate', (learningRate) => new NAdam({ learningRate }), -0.1),
      ...each('groups', (groups) => new NAdam({ groups }), [null, 0, {}, 'a']),
      ...notNumber('beta1', (beta1) => new NAdam({ beta1 }), -0.1, 1),
      ...notNumber('beta2', (beta2) => new NAdam({ beta2 }), -0.1, 1),
      ...notNumber('epsilon', (epsilon) => new NAdam({ epsilon }), 0, -1),
      ...notNumber('momentumDecay', (momentumDecay) => new NAdam({ momentumDecay }), -0.1),
      ...notNumber('weightDecay', (weightDecay) => new NAdam({ weightDecay }), -0.1),
      ...notNumber('l2', (l2) => new NAdam({ l2 }), -0.1),
    ],
  },
  {
    of: 'Lion',
    withOptions: (options) => new Lion(options),
    calls: [
      ...notNumber('learningRate', (learningRate) => new Lion({ learningRate }), -0.1),
      ...each('groups', (groups) => new Lion({ groups }), [null, 0, {}, 'a']),
      ...notNumber('beta1', (beta1) => new Lion({ beta1 }), -0.1, 1),
      ...notNumber('beta2', (beta2) => new Lion({ beta2 }), -0.1, 1),
      ...notNumber('weightDecay', (weightDecay) => new Lion({ weightDecay }), -0.1),
    ],
  },
];

/** The state of an optimizer of `own` parameters: w of 5 elements, and b of 1. */
const saved = (): OptimizerState => ({
  kind: 'Adam',
  iterations: 3,
  learningRate: 0.001,
  slots: [tensor(new Float32Array(6)), tensor(new Float32Array(6)), tensor(new Float32Array(6))].slice(1),
});
const keeping = (): [Adam, Parameters] => {
  const [optimizer, parameters] = [new Adam(), own()];
  optimizer.step(parameters);
  return [optimizer, parameters];
};
const set = (bad: object): void => setOptimizerState(...keeping(), { ...saved(), ...bad });
const states: Subject[] = [
  {
    of: 'optimizerState',
    calls: [
      ...each('optimizer', (bad) => optimizerState(bad, own()), [undefined, null, {}, 'Adam', own()]),
      ...each('parameters', (bad) => optimizerState(new Adam(), bad), [undefined, null, 1, {}, [], tensor([1])]),
      ['the parameters of something else', 'parameters', () => optimizerState(keeping()[0], own())],
    ],
  },
  {
    of: 'setOptimizerState',
    calls: [
      ...each('optimizer', (bad) => setOptimizerState(bad, own(), saved()), [undefined, null, {}, 'Adam']),
      ...each('parameters', (bad) => setOptimizerState(new Adam(), bad, saved()), [undefined, null, 1, {}, []]),
      ['the parameters of something else', 'parameters', () => setOptimizerState(keeping()[0], own(), saved())],
      ...each('state', (state) => setOptimizerState(...keeping(), state), [undefined, null, 1, 'abc', []]),
      ...each('state', (more) => set({ [more as string]: 1 }), ['moments']),
      ...each('state.kind', (kind) => set({ kind }), [undefined, null, 'SGD', 1]),
      ...notInteger('state.iterations', (iterations) => set({ iterations }), undefined, -1),
      ...each('state.learningRate', (learningRate) => set({ learningRate }), [
        undefined,
        null,
        '1',
        -1,
        notANumber,
        () => 1,
      ]),
      ...each('state.slots', (slots) => set({ slots }), [undefined, null, 1, [], [saved().slots[0]]]),
      ...each('state.slots[1]', (slot) => set({ slots: [saved().slots[0], slot] }), [null, 1, tensor([1]), tensor(1)]),
      [
        'a rate for a schedule',
        'state.learningRate',
        () => setOptimizerState(new Adam({ learningRate: () => 1 }), own(), saved()),
      ],
    ],
  },
];

export const training: Table = {
  subjects: [...losses, ...optimizers, ...stepping, ...states],
  watch: () => [
    prediction.data,
    half.data,
    ...pairs.flatMap(({ used, parameters: { arena } }) => [arena.data, arena.pass, used.iterations, used.learningRate]),
  ],
  afterwards: () => {
    for (const { used, twin, parameters, equal } of pairs) {
      used.step(parameters);
      twin.step(equal);
      expectBits(parameters.arena.data, equal.arena.data);
    }
  },
};
