/** Mutants whose optimizers do not detect an overflow, or do not undo the update.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const policy = {
  'lib/optimizers/trial.ts': [
    {
      name: 'trial: parameters not checked',
      find: '[...states, ...runs.map((run) => ({ ...run, slot: undefined }))]',
      replace: 'states',
    },
    {
      name: 'trial: state not checked',
      find: '[...states, ...runs.map((run) => ({ ...run, slot: undefined }))]',
      replace: 'runs.map((run) => ({ ...run, slot: undefined }))',
    },
    {
      name: 'trial: state not restored',
      find: 'arena.data.set(before[i]!, at);',
      replace: 'if (i === spans.length - 1) arena.data.set(before[i]!, at);',
    },
    {
      name: 'trial: parameters not restored',
      find: 'arena.data.set(before[i]!, at);',
      replace: 'if (i < spans.length - 1) arena.data.set(before[i]!, at);',
    },
  ],
  'lib/optimizers/optimizer.ts': [
    { name: 'optimizer: a refused step counts', find: 'share.iterations--;', replace: '' },
  ],
  'lib/optimizers/bounds.ts': [
    { name: 'optimizer: bound without decay', find: 'gradientNorm + decay * this.#weights', replace: 'gradientNorm' },
    {
      name: 'optimizer: parameters not measured after assign',
      find: 'this.#version !== arena.version);',
      replace: 'this.#version < 0);',
    },
    {
      name: 'optimizer: state not measured after a direct step',
      find: 'this.#largest = Infinity;',
      replace: '',
    },
  ],
  'lib/optimizers/sgd.ts': [
    {
      name: 'SGD: velocity without a bound',
      find: 'momentum <= 0.9999 && reach < limit',
      replace: 'momentum <= 0.9999',
    },
    { name: 'SGD: step without the rate', find: '? learningRate * reach : Infinity', replace: '? reach : Infinity' },
  ],
  'lib/optimizers/adam.ts': [
    { name: 'Adam: mean of squares without a bound', find: 'reach * reach < limit', replace: 'reach < limit' },
    { name: 'Adam: step without ε', find: '(rate / epsilon) * reach', replace: 'rate * reach' },
  ],
};
