// Mutants of the properties of losses and of metrics.

const SCORED = { killedBy: 'spec/verify/scored.spec.ts' };

const CLASSES = { killedBy: 'spec/metrics/several-classes.spec.ts' };
const NAMES = { killedBy: 'spec/names-elsewhere.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const scored = {
  'lib/verify/metric-properties.ts': [
    {
      name: 'metricProperties: batches never divided',
      find: 'figureOf(make, settings, ...parts)',
      replace: 'figureOf(make, settings, all)',
      ...SCORED,
    },
    {
      name: 'metricProperties: rows in their order',
      find: 'places.map((k) => all[k]!)',
      replace: '[...all]',
      ...SCORED,
    },
    {
      name: 'metricProperties: batch-first only',
      find: '(array: Tensor) => array, timeMajor]',
      replace: '(array: Tensor) => array]',
      ...SCORED,
    },
    {
      name: 'metricProperties: no mask given',
      find: '{ weights, mask: maskOf(sequences) }',
      replace: '{ weights }',
      ...SCORED,
    },
    { name: 'metricProperties: two of weight 1', find: 'one(twice, 2)', replace: 'one(twice, 1)', ...SCORED },
    {
      name: 'metricProperties: arguments not compared',
      find: 'expectBits(name, given[name], copy[name]);',
      replace: '',
      ...SCORED,
    },
    {
      name: 'metricProperties: arguments left alone',
      find: 'given[name].data.fill(Number.NaN);',
      replace: '',
      ...SCORED,
    },
    {
      name: 'metricProperties: a refused batch not followed up',
      find: 'if (refusal !== undefined) expectFigure',
      replace: 'if (refusal === undefined) expectFigure',
      ...SCORED,
    },
  ],
  'lib/verify/loss-properties.ts': [
    {
      name: 'lossProperties: the gradient of a sum',
      find: 'value * upstream!.get(0)',
      replace: 'value * 2',
      ...SCORED,
    },
    {
      name: 'lossProperties: unweighted mean of each',
      find: 'sum += weight * value;',
      replace: 'sum += value;',
      ...SCORED,
    },
    {
      name: 'lossProperties: any reduction',
      find: "reduction === 'mean' ? total : 1",
      replace: "reduction === 'sum' ? 1 : loss === 0 ? 1 : sum / loss",
      ...SCORED,
    },
    {
      name: 'lossProperties: bits of a second call',
      find: 'expectBits(name, again[name], kept[name]);',
      replace: '',
      killedBy: SCORED.killedBy,
    },
    {
      name: 'lossProperties: the first result forgotten',
      find: 'once[name], kept[name]',
      replace: 'once[name], once[name]',
      ...SCORED,
    },
    {
      name: 'lossProperties: gradients of others',
      find: 'if (others.some((value) => value !== 0))',
      replace: 'if (others.some((value) => value === 1))',
      ...SCORED,
    },
  ],
  'lib/metrics/metric-rows.ts': [
    {
      name: 'classes of targets: the first of equals',
      find: 'else if (!(value < best)) at = -1;',
      replace: '',
      ...CLASSES,
    },
    { name: 'classes of targets: masked rows too', find: 'rows?.[k] ?? k', replace: 'k', ...CLASSES },
  ],
  'lib/training/report.ts': [
    {
      name: 'classes of targets: checked after the step',
      find: 'outer, F, target, rows);',
      replace: 'outer, F, { ...target, shape: outer }, rows);',
      ...CLASSES,
    },
  ],
  'lib/describe.ts': [
    { name: 'names elsewhere: not known', find: 'ELSEWHERE.get(name)?.includes(value)', replace: 'false', ...NAMES },
  ],
  'lib/training/fit.ts': [
    {
      name: 'validation batches: made after the first epoch',
      find: '| undefined = iterableOf(where, name, batches);',
      replace: '| undefined;',
      ...NAMES,
    },
    { name: 'validation batches: made twice', find: 'next ?? iterableOf', replace: 'iterableOf', ...NAMES },
  ],
  'lib/model/rate-range-test.ts': [
    { name: 'range test: the signal ignored', find: ', ...(signal && { signal })', replace: '', ...NAMES },
  ],
  'lib/verify/properties/scored.ts': [
    { name: 'scored rows: predictions stay', find: '? Number.NaN : Infinity', replace: '? 1 : 2', ...SCORED },
    { name: 'scored rows: predictions equal targets', find: '(2 * k + 1) / 256', replace: 'k / 128', ...SCORED },
  ],
};
