const NORMS = { killedBy: 'spec/regularization/constraint.spec.ts' };
const TRAINING = { killedBy: 'spec/training/regularization.spec.ts' };
const REFUSED = { killedBy: 'spec/bad-input/regularization.spec.ts' };

/** Mutants of penalties and constraints.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const regularization = {
  'lib/regularization/regularizer.ts': [
    { name: 'l2: half the gradient', find: '2 * factor * data', replace: 'factor * data', ...TRAINING },
    {
      name: 'l2: the gradient replaces that of the loss',
      find: 'data[dw + j]! += 2',
      replace: 'data[dw + j] = 2',
      ...TRAINING,
    },
    { name: 'l2: half the penalty', find: 'return factor * sum', replace: 'return 0.5 * factor * sum', ...TRAINING },
  ],
  'lib/parameters/regularize.ts': [
    { name: 'penalties: the last one alone', find: 'sum += penaltyFrom', replace: 'sum = penaltyFrom', ...TRAINING },
    { name: 'penalties: none returned', find: 'return penaltyOf(parameters);', replace: 'return 0;', ...TRAINING },
  ],
  'lib/parameters/constrain.ts': [
    {
      name: 'constraints: streams keep the old weights',
      find: 'arena.endPass();',
      replace: '',
      ...TRAINING,
      test: 'by hand',
    },
  ],
  'lib/parameters/parameters.ts': [
    {
      name: 'parameters: a layer forgets its rules',
      find: 'p.value.shape, p.at, p.gradientAt, p)',
      replace: 'p.value.shape, p.at, p.gradientAt)',
      killedBy: 'spec/parameters/parameters.spec.ts',
    },
  ],
  'lib/cells/description.ts': [
    {
      name: "rules: the kernel's for all weights",
      find: 'Regularizer`], constraint: this[',
      replace: 'Regularizer`] && this.kernelRegularizer, constraint: this[',
      ...TRAINING,
    },
  ],
  'lib/training/train-step.ts': [
    {
      name: 'training: a constraint before the update',
      find: '  applyConstraints(trained);\n  return result;',
      replace: '  return result;',
      ...TRAINING,
    },
    {
      name: 'training: penalties not in the loss',
      find: 'dataLoss + addPenalties',
      replace: 'dataLoss + 0 * addPenalties',
      ...TRAINING,
    },
    {
      name: 'training: penalties after the norm',
      find: 'const loss = dataLoss + addPenalties(parameters);\n  const trained = optimizer.trained(parameters);\n  const norm = gradientNorm(trained);',
      replace:
        'const trained = optimizer.trained(parameters);\n  const norm = gradientNorm(trained);\n  const loss = dataLoss + addPenalties(parameters);',
      ...TRAINING,
    },
  ],
  'lib/training/evaluator.ts': [
    {
      name: 'evaluate: without penalties',
      find: 'this.#total.value + penaltyOf(this.#trainer.model.parameters)',
      replace: 'this.#total.value',
      ...TRAINING,
    },
  ],
  'lib/training/first-non-finite.ts': [
    { name: 'NaN: penalties not searched', find: '  addPenalties(parameters);\n', replace: '', ...TRAINING },
  ],
  'lib/flow/measure.ts': [
    {
      name: 'flow: without penalties',
      find: 'dataLoss + addPenalties(parameters)',
      replace: 'dataLoss',
      ...TRAINING,
    },
  ],
  'lib/regularization/norms.ts': [
    { name: 'norms: rounding moves a norm', find: 'max * (1 + slack)', replace: 'max', ...NORMS },
    { name: 'norms: rounding moves a small norm', find: 'min * (1 - slack)', replace: 'min', ...NORMS },
    { name: 'norms: the rate of the other part', find: '(1 - rate) * norm', replace: 'rate * norm', ...NORMS },
    { name: 'norms: one axis for all', find: 'at += n * step', replace: 'at += end', ...NORMS },
    { name: 'norms: sums that overflow', find: 'sum > 1e-280 && sum < Infinity', replace: 'sum >= 0', ...NORMS },
    { name: 'norms: zeros divided', find: 'if (norm === 0) return 0;', replace: '', ...NORMS },
    {
      name: 'norms: a factor that overflows',
      find: '(data[j]! / norms[k]!) * goals[k]!',
      replace: 'data[j]! * (goals[k]! / norms[k]!)',
      ...NORMS,
    },
    { name: 'norms: all vectors scaled', find: 'if (changes[k]! > 0) data[j]', replace: 'data[j]', ...NORMS },
  ],
  'lib/regularization/constraint.ts': [
    { name: 'nonNegative: the first number alone', find: 'shape.reduce((a, b) => a * b, 1)', replace: '1', ...NORMS },
    { name: 'constraints: an absent axis', find: 'integer(0, rank - 1)', replace: 'integer(0, rank)', ...NORMS },
    {
      name: 'constraints: max below min',
      find: "  requireOrder(where, 'max', constraint);\n",
      replace: '',
      ...REFUSED,
    },
  ],
};
