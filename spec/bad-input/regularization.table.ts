import {
  constrainParameters,
  Dense,
  l2,
  maxNorm,
  minMaxNorm,
  nonNegative,
  regularizeGradients,
  tensor,
  unitNorm,
} from '../../lib/index.ts';
import { type BadCall, type CallWith, each, notInteger, notNumber } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const { NaN: notANumber } = Number;
const good = { name: 'minMaxNorm', min: 0, max: 2, rate: 1, axis: 0 };

/** Bad values of the options for regularizers and constraints of these weights. */
export function weightOptions(option: (name: string) => CallWith, ...weights: readonly string[]): BadCall[] {
  return weights.flatMap((of) => [
    ...each(`${of}Regularizer`, option(`${of}Regularizer`), [
      ...[null, 0.01, 'l2', true, [], {}, l2, () => l2(), { name: 'l1', factor: 1 }, maxNorm(1)],
    ]),
    ...each(`${of}Regularizer`, option(`${of}Regularizer`), [{ name: 'l2', factor: 1, more: 1 }]),
    ...notNumber(
      `${of}Regularizer.factor`,
      (factor) => option(`${of}Regularizer`)({ name: 'l2', factor } as never),
      undefined,
      -1,
    ),
    ...each(`${of}Constraint`, option(`${of}Constraint`), [
      ...[null, 2, 'maxNorm', true, [], {}, maxNorm, () => maxNorm(), { name: 'maxNorm', max: 1 }, l2(1)],
      ...[
        { ...good, more: 1 },
        { name: 'nonNegative', min: 0 },
      ],
    ]),
    ...(['min', 'max', 'rate', 'axis'] as const).flatMap((name) =>
      each(`${of}Constraint.${name}`, option(`${of}Constraint`), [
        ...[undefined, null, '1', -1, notANumber].map((bad) => ({ ...good, [name]: bad })),
        { ...good, min: 3, [name]: { min: 1e39, max: 2, rate: 1.5, axis: 0.5 }[name] },
      ]),
    ),
  ]);
}

const axis = (make: (options: never) => unknown): BadCall[] =>
  notInteger('axis', (bad) => make({ axis: bad } as never), -1);

const kernelRegularizer = l2(0.1);
const { parameters } = new Dense({ units: 2, kernelRegularizer, kernelConstraint: nonNegative() }).build(3);
const noParameters = [undefined, null, 1, {}, [], tensor([1]), [parameters]];

export const regularization: Table = {
  subjects: [
    { of: 'l2', calls: notNumber('factor', (factor) => l2(factor), -1) },
    {
      of: 'maxNorm',
      calls: [...notNumber('max', (max) => maxNorm(max), 0, -1), ...axis((options) => maxNorm(1, options))],
      withOptions: (options) => maxNorm(1, options),
    },
    {
      of: 'minMaxNorm',
      calls: [
        ...notNumber('min', (min) => minMaxNorm(min, 1e39), -1, 1e39),
        ...notNumber('max', (max) => minMaxNorm(0.5, max), 0, -1, 0.4),
        ...notNumber('rate', (rate) => minMaxNorm(0, 1, { rate }), 0, -1, 1.1),
        ...axis((options) => minMaxNorm(0, 1, options)),
      ],
      withOptions: (options) => minMaxNorm(0, 1, options),
    },
    { of: 'unitNorm', calls: axis((options) => unitNorm(options)), withOptions: (options) => unitNorm(options) },
    { of: 'regularizeGradients', calls: each('parameters', (bad) => regularizeGradients(bad), noParameters) },
    { of: 'constrainParameters', calls: each('parameters', (bad) => constrainParameters(bad), noParameters) },
  ],
  watch: () => [parameters.arena.data, parameters.arena.pass],
};
