import { Conv1D, randomNormal } from '../../lib/index.ts';
import { each, notBoolean, notFunction, notInteger, notOneOf } from '../support/bad-values.ts';
import { expectBits } from '../support/bits.ts';
import type { Table } from '../support/refusals.ts';
import { layerSubjects } from './branches.table.ts';
import { weightOptions } from './regularization.table.ts';

const x = randomNormal([2, 5, 3], { seed: 1 });
const make = (options: object = {}) =>
  new Conv1D({ filters: 4, kernelSize: 3, padding: 'causal', seed: 5, ...options });
const option = (name: string) => (value: never) => make({ [name]: value });
const [used, twin] = [make(), make()] as const;
for (const layer of [used, twin]) layer.forward(x);

export const convolutions: Table = {
  subjects: [
    {
      of: 'Conv1D',
      withOptions: (options) => new Conv1D(options),
      calls: [
        ...notInteger('filters', option('filters'), undefined, 0, -1),
        ...notInteger('kernelSize', option('kernelSize'), undefined, 0, -1),
        ...notInteger('dilationRate', option('dilationRate'), 0, -1),
        ...notOneOf('padding', option('padding'), undefined, 'same', 'Causal'),
        ...notOneOf('activation', option('activation'), 'softmax', 'constructor'),
        ...notBoolean('useBias', option('useBias')),
        ...notFunction('kernelInitializer', option('kernelInitializer')),
        ...notFunction('biasInitializer', option('biasInitializer')),
        ...weightOptions(option, 'kernel', 'bias'),
        ...notInteger('inputSize', option('inputSize'), 0, -1),
        ...notInteger('seed', option('seed'), -1),
        ...notOneOf('dtype', option('dtype'), 'int8'),
        ...notOneOf('backend', option('backend'), 'webgl', 'SIMD'),
        ...each('options', (options) => new Conv1D(options as never), [undefined]),
      ],
    },
    ...layerSubjects('Conv1D', make, used),
  ],
  watch: () => [used.parameters.arena.data, used.parameters.arena.pass],
  afterwards: () => {
    const dy = randomNormal([2, 5, 4], { seed: 2 });
    expectBits(used.backward(dy).dx, twin.backward(dy).dx);
    expectBits(used.parameters.arena.data, twin.parameters.arena.data);
  },
};
