// Mutants of the data of training: rows, weights, micro-batches, metrics, iterables.

const spec = (name) => ({ killedBy: `spec/training/${name}.spec.ts` });
const EPOCHS = spec('epochs');
const SEQUENCES = spec('sequences');
const VALIDATION = spec('validation');
const BATCHES = spec('batches');
const MICRO = spec('micro-batches');
const WEIGHTS = spec('weights');
const REPORTS = spec('reports');

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const data = {
  'lib/training/row-order.ts': [
    {
      name: 'fit: always the order of epoch 0',
      find: 'new Random(seed, epoch)',
      replace: 'new Random(seed, 0)',
      ...EPOCHS,
    },
    {
      name: 'buckets: the shortest first',
      find: 'stepsOf[b]! - stepsOf[a]!',
      replace: 'stepsOf[a]! - stepsOf[b]!',
      ...SEQUENCES,
    },
    {
      name: 'buckets: batches in the order of lengths',
      find: 'shuffle ? random.permutation(count) : rowRange(0, count)',
      replace: 'rowRange(0, count)',
      ...SEQUENCES,
    },
    {
      name: 'split: the first rows',
      find: 'rows.slice(0, N - kept).sort(), validation: rows.slice(N - kept).sort()',
      replace: 'rows.slice(kept).sort(), validation: rows.slice(0, kept).sort()',
      ...VALIDATION,
    },
    {
      name: 'split: training in the order of the draw',
      find: 'rows.slice(0, N - kept).sort()',
      replace: 'rows.slice(0, N - kept)',
      ...VALIDATION,
    },
  ],
  'lib/training/feed.ts': [
    {
      name: 'fit: steps count from epoch 0',
      find: '(epoch - initialEpoch) * batches',
      replace: 'epoch * batches',
      ...EPOCHS,
    },
    {
      name: 'fit: epochs in all are those of the call',
      find: 'const epochs = initialEpoch + settings.epochs;\n      let batch = 0;\n      for (const part',
      replace: 'const { epochs } = settings;\n      let batch = 0;\n      for (const part',
      ...EPOCHS,
    },
    { name: 'batches: steps count from each epoch', find: 'step: step++', replace: 'step: batch', ...BATCHES },
  ],
  'lib/training/run-step.ts': [
    {
      name: 'micro-batches: random masks of the first rows',
      find: '{ firstRow: start, weight,',
      replace: '{ firstRow: 0, weight,',
      ...MICRO,
    },
    {
      name: 'micro-batches: a mean of each',
      find: 'inParts ? steps.weightOf(examples) : undefined',
      replace: 'undefined',
      ...MICRO,
    },
    {
      name: 'micro-batches: the loss of the last',
      find: 'loss += laid.compute({});',
      replace: 'loss = laid.compute({});',
      ...MICRO,
    },
  ],
  'lib/training/step-span.ts': [
    {
      name: 'micro-batches: rows of a NaN within the part',
      find: 'place.row + firstRow',
      replace: 'place.row',
      ...MICRO,
    },
  ],
  'lib/training/targets.ts': [
    {
      name: 'weights: masked steps counted in',
      find: 'steps === undefined ? undefined : targetMask',
      replace: 'undefined',
      ...WEIGHTS,
    },
    {
      name: 'weights: those of classes forgotten',
      find: 'weight * (classes ? loss.weightOfClass(weightAt(target, row, t)) : 1)',
      replace: 'weight',
      ...WEIGHTS,
    },
    {
      name: 'weights: sequences by their steps',
      find: 'loss.needsWhole === undefined ? T : undefined',
      replace: 'T',
      ...WEIGHTS,
    },
    {
      name: 'weights: of rows in the order of the batch',
      find: 'packing === undefined ? k : packing.order[k]!',
      replace: 'k',
      ...WEIGHTS,
    },
    {
      name: 'weights: of the first step for all',
      find: 'found[k] = weightAt(weights, row, time);',
      replace: 'found[k] = weightAt(weights, row, 0);',
      ...WEIGHTS,
    },
  ],
  'lib/losses/loss.ts': [
    {
      name: 'weights: gradients without',
      find: 'this.sum(arena, run, scale * weight)',
      replace: 'this.sum(arena, run, scale)',
      ...WEIGHTS,
    },
  ],
  'lib/losses/loss-places.ts': [
    {
      name: 'weights: losses without',
      find: 'total += weight * sum(run, weight);',
      replace: 'total += sum(run, weight);',
      ...WEIGHTS,
    },
    {
      name: 'weights: the first run first, which overwrites targets',
      find: 'for (let end = rows, from = rows - 1; end > 0; end = from, from--) {\n    const weight = weights[from]!;\n    while (from > 0 && weights[from - 1] === weight) from--;',
      replace:
        'for (let from = 0, end = 1; from < rows; from = end, end++) {\n    const weight = weights[from]!;\n    while (end < rows && weights[end] === weight) end++;',
      ...WEIGHTS,
    },
  ],
  'lib/losses/ctc-loss.ts': [
    { name: 'weights: sequences without', find: '(weights?.[b] ?? 1) /', replace: '1 /', ...WEIGHTS },
  ],
  'lib/training/training-loop.ts': [
    {
      name: 'metrics: found unfit after the step',
      find: 'requireFits(where, metrics, output, scored);',
      replace: '',
      ...REPORTS,
    },
    {
      name: 'metrics: skipped steps added',
      find: 'if (!result.skipped) addToMetrics(',
      replace: 'addToMetrics(',
      ...REPORTS,
    },
    { name: 'metrics: epochs before counted in', find: 'resetMetrics(metrics);\n', replace: '', ...REPORTS },
  ],
  'lib/training/evaluator.ts': [
    { name: 'metrics: calls before counted in', find: 'resetMetrics(metrics);', replace: '', ...REPORTS },
  ],
  'lib/training/reported-step.ts': [
    {
      name: 'micro-batches: states of the last rows',
      find: '(span.state !== undefined || trainer.model.stateful)',
      replace: 'false',
      ...MICRO,
    },
  ],
  'lib/training/pair-trainer.ts': [
    {
      name: 'buckets: the mask of sources ignored',
      find: 'mask: sourceMask }',
      replace: 'mask: undefined }',
      ...SEQUENCES,
    },
  ],
  'lib/training/example-set.ts': [
    { name: 'sequences: lengths of other rows', find: 'lengths[rows[i]!]!', replace: 'lengths[i]!', ...SEQUENCES },
    {
      name: 'sequences: targets of other lengths',
      find: 'if (T === lengths[row]) continue;',
      replace: 'continue;',
      ...SEQUENCES,
    },
  ],
  'lib/tensor/sequences.ts': [
    { name: 'sequences: labels padded by 0', find: '.fill(value)', replace: '', ...SEQUENCES },
    {
      name: 'pad: zeros for the value',
      find: '.fill(value)',
      replace: '.fill(0)',
      killedBy: 'spec/layers/masking.spec.ts',
    },
    { name: 'sequences: an empty first row decides', find: 'shape[0] !== 0),', replace: 'true),', ...SEQUENCES },
  ],
  'lib/tensor/row-data.ts': [
    { name: 'sequences: features of differing number', find: '|| rank > 1', replace: '|| rank > 0', ...SEQUENCES },
    { name: 'sequences: rows without steps have one', find: 'T === 0 || ', replace: '', ...SEQUENCES },
  ],
  'lib/training/fit.ts': [
    {
      name: 'split: validation of all rows',
      find: 'validateSet(where, trainer, set, settings, split.validation)',
      replace: 'validateSet(where, trainer, set, settings)',
      ...VALIDATION,
    },
  ],
};
