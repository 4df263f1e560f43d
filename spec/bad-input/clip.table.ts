import {
  adaptiveClipping,
  type Clipping,
  clipByAverageNorm,
  clipByGlobalNorm,
  clipByNorm,
  clipByNormBackward,
  clipByValue,
  clipByValueBackward,
  clipGradients,
  globalNorm,
  gradientNorm,
  groupClipping,
  Parameters,
  pNormClipping,
  randomNormal,
  tensor,
} from '../../lib/index.ts';
import { type CallWith, each, notArray, notBoolean, notNumber, wrongShape } from '../support/bad-values.ts';
import type { Subject, Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;
const t = randomNormal([2, 3], { seed: 1 });
const dy = randomNormal([2, 3], { seed: 2 });
const parameters = Parameters.of({ w: t });
parameters.get('w').gradient.set(1, 1, 5);
const inPlace = true;

const integers = { data: new Int32Array(6), shape: [2, 3], stride: [3, 1], offset: 0 };
const plain = { ...integers, data: [1, 2, 3, 4, 5, 6] };
const huge = { data: [1], shape: [1e9, 1e9], stride: [0, 0], offset: 0 };

const clipNorm = (call: CallWith) => notNumber('clipNorm', call, undefined, 0, -1);

const axes = (call: CallWith) =>
  each('axes', call, [null, 0, '0', {}, [2], [-3], [0.5], ['0'], [null], [notANumber], new Int32Array(1)]);

/** Views whose elements share memory. */
const floats = new Float32Array(6);
const shared = [
  { data: floats, shape: [1e9, 1e9], stride: [0, 0], offset: 0 },
  { data: floats, shape: [2, 3], stride: [1, 1], offset: 0 },
];

/** What no clipping function does in place: numbers that are no floats, or have no place of their own. */
const noFloats = (argument: string, call: CallWith) => each(argument, call, [integers, plain, ...shared]);

const bounds = (clip: (min: never, max: never) => unknown): Subject['calls'] => [
  ...each('min', (min) => clip(min, 1 as never), [
    undefined,
    null,
    '0',
    true,
    {},
    [0],
    notANumber,
    tensor([notANumber]),
  ]),
  ...each('max', (max) => clip(0 as never, max), [
    undefined,
    null,
    '0',
    true,
    {},
    [0],
    notANumber,
    tensor([notANumber]),
  ]),
  ...each('max', (max) => clip(0 as never, max), [-1, tensor([1, 1, -1])]),
  ...each('max', (min) => clip(min, 0 as never), [1, tensor([-1, 1, -1])]),
  ...notArray('min', (min) => clip(min, 1 as never)).filter(([what]) => what !== 'min: a number'),
  ...notArray('max', (max) => clip(0 as never, max)).filter(([what]) => what !== 'max: a number'),
  ...each('min', (shape) => clip(randomNormal(shape) as never, 9 as never), [[2], [3, 1], [3, 2], [1, 2, 3], [0]]),
  ...each('max', (shape) => clip(-9 as never, randomNormal(shape) as never), [[2], [3, 1], [3, 2], [1, 2, 3], [0]]),
];

const byValue: Subject[] = [
  {
    of: 'clipByValue',
    withOptions: (options) => clipByValue(t, -1, 1, options),
    calls: [
      ...notArray('t', (bad) => clipByValue(bad, -1, 1)),
      ...notArray('t', (bad) => clipByValue(bad, -1, 1, { inPlace })),
      ...noFloats('t', (bad) => clipByValue(bad, -1, 1, { inPlace })),
      ['t beyond all memory', 't', () => clipByValue(huge, -1, 1)],
      ...bounds((min, max) => clipByValue(t, min, max, { inPlace })),
      ...notBoolean('inPlace', (inPlace) => clipByValue(t, -1, 1, { inPlace })),
    ],
  },
  {
    of: 'clipByValueBackward',
    calls: [
      ...notArray('dy', (bad) => clipByValueBackward(bad, t, -1, 1)),
      ...wrongShape('dy', (bad) => clipByValueBackward(bad, t, -1, 1), [2, 3]),
      ...notArray('t', (bad) => clipByValueBackward(dy, bad, -1, 1)),
      ...bounds((min, max) => clipByValueBackward(dy, t, min, max)),
    ],
  },
];

const byNorm: Subject[] = [
  {
    of: 'clipByNorm',
    withOptions: (options) => clipByNorm(t, 1, options),
    calls: [
      ...notArray('t', (bad) => clipByNorm(bad, 1)),
      ...notArray('t', (bad) => clipByNorm(bad, 1, { inPlace })),
      ...noFloats('t', (bad) => clipByNorm(bad, 1, { inPlace })),
      ...clipNorm((clipNorm) => clipByNorm(t, clipNorm, { inPlace })),
      ...axes((axes) => clipByNorm(t, 0.1, { axes, inPlace })),
      ...notBoolean('inPlace', (inPlace) => clipByNorm(t, 0.1, { inPlace })),
    ],
  },
  {
    of: 'clipByAverageNorm',
    withOptions: (options) => clipByAverageNorm(t, 1, options),
    calls: [
      ...notArray('t', (bad) => clipByAverageNorm(bad, 1)),
      ...noFloats('t', (bad) => clipByAverageNorm(bad, 1, { inPlace })),
      ...clipNorm((clipNorm) => clipByAverageNorm(t, clipNorm, { inPlace })),
      ...each('options', (options) => clipByAverageNorm(t, 1, options), [{ axes: [0] }]),
      ...notBoolean('inPlace', (inPlace) => clipByAverageNorm(t, 0.1, { inPlace })),
    ],
  },
  {
    of: 'clipByNormBackward',
    withOptions: (options) => clipByNormBackward(dy, t, 1, options),
    calls: [
      ...notArray('dy', (bad) => clipByNormBackward(bad, t, 1)),
      ...wrongShape('dy', (bad) => clipByNormBackward(bad, t, 1), [2, 3]),
      ...notArray('t', (bad) => clipByNormBackward(dy, bad, 1)),
      ...clipNorm((clipNorm) => clipByNormBackward(dy, t, clipNorm)),
      ...axes((axes) => clipByNormBackward(dy, t, 0.1, { axes })),
      ...each('options', (options) => clipByNormBackward(dy, t, 1, options), [{ inPlace }]),
    ],
  },
];

const byGlobalNorm: Subject[] = [
  {
    of: 'clipByGlobalNorm',
    withOptions: (options) => clipByGlobalNorm([t], 1, options),
    calls: [
      ...each('list', (list) => clipByGlobalNorm(list, 1), [undefined, null, 1, 'x', {}, t, new Set([t])]),
      ...notArray('list[1]', (bad) => clipByGlobalNorm([t, bad, dy], 0.1, { inPlace })).filter(
        ([what]) => !missing(what),
      ),
      ...noFloats('list[2]', (bad) => clipByGlobalNorm([t, null, bad], 0.1, { inPlace })),
      ...clipNorm((clipNorm) => clipByGlobalNorm([t], clipNorm, { inPlace })),
      ...each('useNorm', (useNorm) => clipByGlobalNorm([t], 0.1, { useNorm, inPlace }), [
        null,
        '1',
        true,
        {},
        -1,
        -Infinity,
      ]),
      ...notBoolean('inPlace', (inPlace) => clipByGlobalNorm([t], 0.1, { inPlace })),
    ],
  },
  {
    of: 'globalNorm',
    calls: [
      ...each('list', (list) => globalNorm(list), [undefined, null, 1, 'x', {}, t, new Set([t])]),
      ...notArray('list[1]', (bad) => globalNorm([t, bad])).filter(([what]) => !missing(what)),
    ],
  },
];

/** Missing entries of a list are left out, not refused. */
function missing(what: string): boolean {
  return what.endsWith(': null') || what.endsWith(': undefined');
}

const noParameters = [undefined, null, 1, {}, [], t];

const ofParameters: Subject[] = [
  { of: 'gradientNorm', calls: each('parameters', (bad) => gradientNorm(bad), noParameters) },
  {
    of: 'clipGradients',
    calls: [
      ...each('parameters', (bad) => clipGradients(bad, { norm: 1 }), noParameters),
      ...each('clipping', (bad) => clipGradients(parameters, bad), [undefined, null, 1, 'norm', [], {}]),
      ...each('clipping', (bad) => clipGradients(parameters, bad), [
        { max: 1 },
        { value: 1, norm: 1 },
        { norm: 1, x: 1 },
      ]),
      ...each('parameters[1]', (bad) => clipGradients([parameters, bad], { norm: 1 }), [
        undefined,
        null,
        t,
        parameters,
      ]),
      ...notNumber('clipping.value', (value) => clipGradients(parameters, { value }), undefined, 0, -1),
      ...notNumber('clipping.norm', (norm) => clipGradients(parameters, { norm }), undefined, 0, -1),
      ...notNumber('clipping.globalNorm', (norm) => clipGradients(parameters, { globalNorm: norm }), undefined, 0, -1),
    ],
  },
];

const flat: Clipping = { value: 1 };
const asFunctions: Subject[] = [
  {
    of: 'pNormClipping',
    withOptions: (options) => pNormClipping(1, options),
    calls: [
      ...notNumber('clipNorm', (c) => pNormClipping(c, { p: 1 }), undefined, 0, -1),
      ...each('p', (p) => pNormClipping(1, { p }), [undefined, null, '1', true, {}, [], 0.5, 0, -1, Number.NaN]),
    ],
  },
  {
    of: 'adaptiveClipping',
    withOptions: (options) => adaptiveClipping(1, options),
    calls: [
      ...notNumber('ratio', (ratio) => adaptiveClipping(ratio), undefined, 0, -1),
      ...notNumber('epsilon', (epsilon) => adaptiveClipping(1, { epsilon }), 0, -1),
    ],
  },
  {
    of: 'groupClipping',
    calls: [
      ...each('groups', (bad) => groupClipping(bad), [undefined, null, 1, 'w', {}]),
      ...each('groups[0]', (bad) => groupClipping([bad]), [
        null,
        1,
        'w',
        [],
        { parameters: 'w', clip: flat, value: 1 },
      ]),
      ...each('groups[0].parameters', (bad) => groupClipping([{ parameters: bad, clip: flat }]), [
        undefined,
        null,
        1,
        {},
        [],
      ]),
      ...each('groups[0].parameters[0]', (bad) => groupClipping([{ parameters: [bad], clip: flat }]), [
        null,
        1,
        () => true,
      ]),
      ...each('groups[0].clip', (bad) => groupClipping([{ parameters: 'w', clip: bad }]), [
        undefined,
        null,
        1,
        {},
        'norm',
      ]),
      ...notNumber('groups[0].clip.norm', (norm) => groupClipping([{ parameters: 'w', clip: { norm } }]), 0, -1),
      ...each(
        'groups[1].parameters',
        (bad) =>
          clipGradients(
            parameters,
            groupClipping([
              { parameters: /./, clip: flat },
              { parameters: bad, clip: flat },
            ]),
          ),
        ['none', /none/, () => false],
      ),
    ],
  },
];

export const clip: Table = {
  subjects: [...byValue, ...byNorm, ...byGlobalNorm, ...ofParameters, ...asFunctions],
  watch: () => [t.data, dy.data, floats, integers.data as unknown as Float32Array, parameters.arena.data],
};
