// Mutants of branches and of several outputs.

const BRANCHES = { killedBy: 'spec/layers/branches.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const branches = {
  'lib/layers/wired-pass.ts': [
    {
      name: 'branches: a value after the first overwrites it',
      find: "if (merge === 'concat') column += F;",
      nth: 1,
      replace: '',
      ...BRANCHES,
    },
    {
      name: 'branches: gradients of columns shifted',
      find: "if (merge === 'concat') column += F;",
      nth: 2,
      replace: '',
      ...BRANCHES,
    },
    { name: 'branches: a sum keeps its last value', find: "merge === 'sum' && k > 0", replace: 'false', ...BRANCHES },
    {
      name: 'branches: only the last reader counts',
      find: 'if (this.#written[value] === 0) {',
      replace: 'if (this.#written[value] < 2) {',
      ...BRANCHES,
    },
    {
      name: 'branches: gradients of an earlier pass are added to',
      find: 'this.#written.fill(0);',
      replace: '',
      ...BRANCHES,
    },
    {
      name: 'branches: every node draws the same',
      find: 'workspace.random.fork(i)',
      replace: 'workspace.random.fork(0)',
      ...BRANCHES,
    },
    {
      name: 'branches: several readers write in place',
      find: 'others.length === 0 && reader.alone',
      replace: 'reader.alone',
      ...BRANCHES,
    },
    {
      name: 'branches: a reader of several values writes in place',
      find: 'alone: sources.length === 1',
      replace: 'alone: true',
      ...BRANCHES,
    },
  ],
  'lib/layers/wiring.ts': [
    {
      name: 'branches: sums of other sizes',
      find: 'F >= 1 && first!.F >= 1 && F !== first!.F',
      replace: 'false',
      ...BRANCHES,
    },
    {
      name: 'branches: a layer twice',
      find: 'checked.inUse || before.some((node) => node.layer === checked)',
      replace: 'checked.inUse',
      ...BRANCHES,
    },
    { name: 'branches: a chain reads the input', find: 'k === 0 ? 0 : before + k', replace: '0', ...BRANCHES },
  ],
  'lib/layers/graph.ts': [
    {
      name: 'graph: outputs divided from the end',
      find: 'output.hi(...outer, end).lo(...outer, begin)',
      replace: 'output.lo(...outer, begin)',
      ...BRANCHES,
    },
    { name: 'graph: nodes that nothing reads', find: '!read.has(name)', replace: 'false', ...BRANCHES },
  ],
  'lib/losses/split-loss.ts': [
    { name: 'several losses: gradients without weights', find: '* weight * scale', replace: '* scale', ...BRANCHES },
    {
      name: 'several losses: values without weights',
      find: 'sum + part.weight * this.#add',
      replace: 'sum + this.#add',
      ...BRANCHES,
    },
    { name: 'several losses: always the first columns', find: 'from += part.size;', replace: '', ...BRANCHES },
    {
      name: 'several losses: losses of rows as sums',
      find: "loss.reduction === 'mean' ? count : 1",
      replace: '1',
      ...BRANCHES,
    },
  ],
};
