// Mutants of the optimizers beside SGD and Adam.

const RULES = { killedBy: 'spec/optimizers/rules.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const optimizers = {
  'lib/optimizers/rmsprop.ts': [
    { name: 'RMSprop: not centered', find: 'square - mean * mean', replace: 'square', ...RULES },
    { name: 'RMSprop: the momentum is lost', find: 'data[v + i] = step;', replace: '', ...RULES },
    { name: 'RMSprop: ε outside the root', find: '(inside ? Math', replace: '(!inside ? Math', ...RULES },
    { name: 'RMSprop: no weight decay', find: '+ weightDecay * w;', replace: '+ 0 * weightDecay * w;', ...RULES },
  ],
  'lib/optimizers/adagrad.ts': [
    { name: 'Adagrad: the sum does not begin', find: 't === 1 ? this', replace: 't === 0 ? this', ...RULES },
    { name: 'Adagrad: the sum is lost', find: 'data[s! + i] = sum;', replace: '', ...RULES },
  ],
  'lib/optimizers/lion.ts': [
    {
      name: 'Lion: one mean for both',
      find: 'beta2 * mean + (1 - beta2) * g',
      replace: 'beta1 * mean + (1 - beta1) * g',
      ...RULES,
    },
    { name: 'Lion: no weight decay', find: '1 - learningRate * weightDecay;', replace: '1;', ...RULES },
  ],
  'lib/optimizers/nadam.ts': [
    {
      name: 'NAdam: the momentum of this step for the next',
      find: 'this.#momentum(t + 1)',
      replace: 'this.#momentum(t)',
      ...RULES,
    },
    {
      name: 'NAdam: a product of one factor too few',
      find: 'while (reached < t)',
      replace: 'while (reached < t - 1)',
      ...RULES,
    },
    { name: 'NAdam: decay within the gradient', find: 'kept * w -', replace: 'w -', ...RULES },
  ],
  'lib/optimizers/adam.ts': [
    { name: 'Adam: L2 of the other sign', find: 'w, -this.l2, 0, size', replace: 'w, this.l2, 0, size', ...RULES },
  ],
  'lib/optimizers/sgd.ts': [
    {
      name: 'SGD: dampening from the first step on',
      find: 'this.dampening > 0 && t > 1',
      replace: 'this.dampening > 0',
      ...RULES,
    },
  ],
};
