/** The floors of lib/, from the top. A module may import only from its own folder and from floors below. */
const floors = [
  ['cli'],
  ['content'],
  ['index.ts', 'browser.ts', 'ndarray.ts', 'node.ts'],
  ['plot'],
  ['fleet'],
  ['flow'],
  ['exchange'],
  ['model'],
  ['training'],
  ['metrics'],
  ['layers', 'losses', 'optimizers', 'clip', 'verify', 'data'],
  ['engine'],
  ['cells'],
  ['parameters'],
  ['random', 'regularization', 'schedules'],
  ['memory', 'formats', 'files'],
  ['tensor'],
  ['kernels'],
  ['options.ts'],
  ['checks.ts', 'json.ts'],
  ['describe.ts'],
  ['errors.ts'],
];

const inside = (...names) => `^lib/(${names.join('|')})(/|$)`;
const installed = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** `$1` is the folder of the importing module. */
const downwardsOnly = floors.map((names, i) => ({
  name: `only-down-from-${names.join('-').replaceAll('.ts', '')}`,
  severity: 'error',
  from: { path: inside(...names) },
  to: { path: '^lib/', pathNot: [inside('$1'), inside(...floors.slice(i + 1).flat(), 'no-more-floors')] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...downwardsOnly,
    {
      name: 'every-folder-has-a-floor',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: inside(...floors.flat()) },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-node-builtins-in-lib',
      comment: 'The library also runs in browsers.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/cli/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'ndarray-at-run-time-only-in-bptt/ndarray',
      comment: 'ndarray compiles code with new Function, which content security policies forbid.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/ndarray\\.ts$' },
      to: { path: installed('ndarray', 'ndarray-ops'), preCompilationOnly: false },
    },
    {
      name: 'fast-check-only-in-bptt/verify',
      comment: 'An optional peer dependency: neither its code nor its types may be needed elsewhere.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/verify/' },
      to: { path: installed('fast-check') },
    },
    {
      name: 'plotting-only-in-bptt/plot',
      comment: 'An optional peer dependency: neither its code nor its types may be needed elsewhere.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/plot/' },
      to: { path: installed('@observablehq', 'd3', 'd3-[^/]+') },
    },
    {
      name: 'queues-only-in-bptt/fleet/bullmq',
      comment: 'Optional peer dependencies; bptt/fleet needs none. Commands load them when they need them.',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['^lib/fleet/bullmq/', '^lib/cli/'] },
      to: { path: [installed('bullmq', 'ioredis'), '^lib/fleet/bullmq/'] },
    },
    {
      name: 'main-entry-reaches-no-extras',
      severity: 'error',
      from: { path: '^lib/index\\.ts$' },
      to: {
        path: [
          inside('fleet', 'plot', 'exchange'),
          installed('ndarray-ops', 'cwise', 'cwise-compiler', 'fast-check', '@observablehq', 'd3', 'd3-[^/]+'),
        ],
        reachable: true,
      },
    },
    {
      name: 'no-development-packages-in-lib',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/cli/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: installed('bullmq', 'fast-check', 'ioredis', '@observablehq', '@types'),
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
