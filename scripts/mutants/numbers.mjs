const spec = (name) => ({ killedBy: `spec/${name}.spec.ts` });

/** Mutants with wrong states of random generators, memory reports or schedules, but right results.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const numbers = {
  'lib/random/random.ts': [
    {
      name: 'random: counter not in the state',
      find: 'stream: this.stream, counter: this.#counter',
      replace: 'stream: this.stream, counter: 0',
      ...spec('random/random'),
    },
    {
      name: 'random: forks of streams alike',
      find: 'this.stream >>> 0, high);',
      replace: '0, high);',
      ...spec('random/random'),
    },
    {
      name: 'random: filled numbers not counted',
      find: 'this.#counter += drawn.length;\n    return drawn;',
      replace: 'return drawn;',
      ...spec('random/random'),
    },
  ],
  'lib/training/memory.ts': [
    {
      name: 'memory: total without the states of the optimizer',
      find: 'total: totalOf(usage)',
      replace: 'total: totalOf(usage) - usage.optimizer',
      ...spec('training/memory'),
    },
    {
      name: 'memory: overlaps of windows not computed again',
      find: 'overlap(windows) + advanced(windows, schedule)',
      replace: 'advanced(windows, schedule)',
      ...spec('training/memory'),
    },
    {
      name: 'memory: overlaps of growing windows not computed again',
      find: 'return within + (count',
      replace: 'return (count',
      ...spec('training/memory'),
    },
    {
      name: 'memory: the last window overlaps like the others',
      find: 'longest - (at(count - 1).to - at(count - 2).to)',
      replace: 'longest - every',
      ...spec('training/memory'),
    },
    {
      name: 'memory: growing windows as long as the others',
      find: 'sum += recomputedSteps(at(i).to, schedule)',
      replace: 'sum += recomputedSteps(longest, schedule)',
      ...spec('training/memory'),
    },
    {
      name: 'memory: many growing windows counted a segment late',
      find: 'recomputedSteps(n * length, schedule)',
      replace: 'recomputedSteps((n - 1) * length, schedule)',
      ...spec('training/memory'),
    },
    {
      name: 'memory: numbers that are not exact',
      find: '&& Number.isSafeInteger(memory.recomputed)',
      replace: '',
      ...spec('training/memory'),
    },
    {
      name: 'memory: segment of all steps',
      find: 'segment: length',
      replace: 'segment: windows.longest',
      ...spec('training/memory'),
    },
    {
      name: 'memory: snapshots where none are kept',
      find: 'length < windows.longest ? snapshots : 0',
      replace: 'snapshots',
      ...spec('training/memory'),
    },
  ],
  'lib/memory/arena.ts': [
    {
      name: 'memory: float64 counted as float32',
      find: 'float64: 8',
      replace: 'float64: 4',
      ...spec('training/memory'),
    },
  ],
  'lib/engine/schedule.ts': [
    {
      name: 'schedule: segments of √T steps',
      find: 'Math.ceil(2 * Math.sqrt(T))',
      replace: 'Math.ceil(Math.sqrt(T))',
      ...spec('engine/schedule'),
    },
    {
      name: 'schedule: one snapshot too many for a budget',
      find: '1 + Math.floor((budget - bytes) / snapshot)',
      replace: '2 + Math.floor((budget - bytes) / snapshot)',
      ...spec('engine/schedule'),
    },
    {
      name: 'schedule: one snapshot fewer than fit',
      find: '1 + Math.floor((budget - bytes) / snapshot)',
      replace: 'Math.max(1, Math.floor((budget - bytes) / snapshot))',
      ...spec('engine/schedule'),
    },
    {
      name: 'schedule: longest segment that fits',
      find: 'recomputedSteps(T, fitting(length, bytes))',
      replace: 'T - length',
      ...spec('engine/schedule'),
    },
    {
      name: 'schedule: by a bound of the bytes',
      find: 'if (known.has(least)) return',
      replace: 'if (known !== undefined) return',
      ...spec('engine/schedule'),
    },
    {
      name: 'schedule: rounding up of bytes left out',
      find: '(whole - a)) + rounding[length % 4]!',
      replace: '(whole - a)) + rounding[3]!',
      ...spec('engine/schedule'),
    },
  ],
  'lib/engine/checkpoint.ts': [
    {
      name: 'schedule: more repetitions than needed',
      find: 'enough - short > 1',
      replace: 'enough - short > 2',
      ...spec('engine/checkpoint'),
    },
    {
      name: 'schedule: advances by one segment',
      find: 'return Math.max(1, reach(s, r - 2), n - reach(s - 1, r));',
      replace: 'return 1;',
      ...spec('engine/checkpoint'),
    },
    {
      name: 'schedule: last segment counted as whole',
      find: 'Math.ceil(T / length);\n  // The last',
      replace: 'Math.floor(T / length) + 1;\n  // The last',
      ...spec('engine/checkpoint'),
    },
  ],
};
