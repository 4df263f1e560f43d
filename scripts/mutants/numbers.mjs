const spec = (name) => ({ killedBy: `spec/${name}.spec.ts` });

/** Wrong numbers of random generators, of memory and of schedules, whose results are right otherwise.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const numbers = {
  'lib/tensor/random.ts': [
    {
      name: 'random: counter not in the state',
      find: 'stream: this.stream, counter: this.#counter',
      replace: 'stream: this.stream, counter: 0',
      ...spec('tensor/random'),
    },
    {
      name: 'random: forks of streams alike',
      find: 'this.stream >>> 0, high);',
      replace: '0, high);',
      ...spec('tensor/random'),
    },
    {
      name: 'random: filled numbers not counted',
      find: 'this.#counter += drawn.length;\n    return drawn;',
      replace: 'return drawn;',
      ...spec('tensor/random'),
    },
  ],
  'lib/model/memory.ts': [
    {
      name: 'memory: total without the states of the optimizer',
      find: 'total: totalOf(usage)',
      replace: 'total: totalOf(usage) - usage.optimizer',
      ...spec('model/memory'),
    },
    {
      name: 'memory: overlaps of windows not computed again',
      find: 'return before - from + recomputedSteps',
      replace: 'return recomputedSteps',
      ...spec('model/memory'),
    },
    {
      name: 'memory: segment of all steps',
      find: 'segment: length',
      replace: 'segment: longestOf(windows)',
      ...spec('model/memory'),
    },
    {
      name: 'memory: snapshots where none are kept',
      find: 'length < longestOf(windows) ? snapshots : 0',
      replace: 'snapshots',
      ...spec('model/memory'),
    },
  ],
  'lib/tensor/arena.ts': [
    { name: 'memory: float64 counted as float32', find: 'float64: 8', replace: 'float64: 4', ...spec('model/memory') },
  ],
  'lib/bptt/checkpoint.ts': [
    {
      name: 'schedule: segments of √T steps',
      find: 'Math.ceil(2 * Math.sqrt(T))',
      replace: 'Math.ceil(Math.sqrt(T))',
      ...spec('bptt/checkpoint'),
    },
    {
      name: 'schedule: one snapshot too many for a budget',
      find: '1 + Math.floor((budget - one) / snapshot)',
      replace: '2 + Math.floor((budget - one) / snapshot)',
      ...spec('bptt/checkpoint'),
    },
    {
      name: 'schedule: one snapshot fewer than fit',
      find: '1 + Math.floor((budget - one) / snapshot)',
      replace: 'Math.max(1, Math.floor((budget - one) / snapshot))',
      ...spec('bptt/checkpoint'),
    },
    {
      name: 'schedule: longest segment that fits',
      find: '< fewest) {',
      replace: '< Infinity && best === undefined) {',
      ...spec('bptt/checkpoint'),
    },
    {
      name: 'schedule: advances by one segment',
      find: 'return Math.max(1, reach(s, r - 2), n - reach(s - 1, r));',
      replace: 'return 1;',
      ...spec('bptt/checkpoint'),
    },
    {
      name: 'schedule: last segment counted as whole',
      find: 'Math.ceil(T / length);\n  // The last',
      replace: 'Math.floor(T / length) + 1;\n  // The last',
      ...spec('bptt/checkpoint'),
    },
  ],
};
