const spec = (name) => ({ killedBy: `spec/kernels/threads/${name}.spec.ts` });

/** Mutants of threads.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const threads = {
  'lib/layers/summary.ts': [
    {
      name: 'threads: the summary names divided cells',
      find: 'cell === undefined ? [] : [line]',
      replace: 'cell !== undefined ? [] : [line]',
      killedBy: 'spec/layers/summary.spec.ts',
    },
  ],
  'lib/layers/rnn.ts': [
    {
      name: 'threads: each cell is said to run on one thread',
      find: 'this.cell.dividesRows ? undefined : this.cell.kind',
      replace: 'this.cell.kind',
      killedBy: 'spec/layers/summary.spec.ts',
    },
  ],
  'lib/kernels/threads/divisions.ts': [
    {
      name: 'threads: the rows of a product begin too early',
      find: '(a[i + 2]! + r * a[i + 3]!) | 0, a[i + 3]! | 0, a[i + 4]! | 0, n, a[i + 6]! | 0, a[i + 7]! | 0, a[i + 8]! === 1)',
      replace: 'a[i + 2]! | 0, a[i + 3]! | 0, a[i + 4]! | 0, n, a[i + 6]! | 0, a[i + 7]! | 0, a[i + 8]! === 1)',
      ...spec('kernels'),
    },
    {
      name: 'threads: three gates of an LSTM to a row',
      find: 'k.lstmStepForward(0, (a[i]! + r * 4 *',
      replace: 'k.lstmStepForward(0, (a[i]! + r * 3 *',
      ...spec('kernels'),
    },
    {
      name: 'threads: columns of a sum begin at the first one',
      find: 'k.columnSums(0, (a[i]! + j) | 0, (a[i + 1]! + j) | 0',
      replace: 'k.columnSums(0, (a[i]! + j) | 0, a[i + 1]! | 0',
      ...spec('kernels'),
    },
    {
      name: 'threads: a sum of products is divided by rows',
      find: 'kernel === MULTIPLY_ADD && a[i + 1] === 0 && a[i + 6]! > 1 ?',
      replace: 'kernel === MULTIPLY_ADD && a[i + 1] === 1 && a[i + 6]! > 1 ?',
      ...spec('shares'),
    },
    {
      name: 'threads: calls of any number of elements are by rows',
      find: "if (kind === 'elements') return n % of === 0;",
      replace: "if (kind === 'elements') return true;",
      ...spec('shares'),
    },
    {
      name: 'threads: calls of other rows are by rows',
      find: "kind === 'rows' && (n === of ||",
      replace: "kind === 'rows' && (n >= 1 ||",
      ...spec('shares'),
    },
  ],
  'lib/kernels/threads/shares.ts': [
    {
      name: 'threads: the last part is left out',
      find: 'const n = startOf(M, grain, part + 1, parts) - from;',
      replace: 'const n = part + 1 < parts ? startOf(M, grain, part + 1, parts) - from : 0;',
      ...spec('shares'),
    },
    {
      name: 'threads: workers use the scratch of the caller',
      find: 'const scratch = part === 0 ? own : this.#scratch;',
      replace: 'const scratch = own;',
      ...spec('shares'),
    },
    {
      name: 'threads: weight gradients without a limit of columns',
      find: 'part === 0 ? to - from : GRADIENT_COLUMNS;',
      replace: 'to - from;',
      ...spec('shares'),
    },
    {
      name: 'threads: the counter of a mask does not move',
      find: 'a[i + 5]! + from / 2',
      replace: 'a[i + 5]!',
      ...spec('shares'),
    },
    {
      name: 'threads: panels lie as in a matrix of one block',
      find: '[p + k * width + from * depth,',
      replace: '[p + k * width + from * BLOCK,',
      ...spec('shares'),
    },
  ],
  'lib/kernels/threads/divided-calls.ts': [
    {
      name: 'threads: nobody waits when the rows change',
      find: 'if (this.#parts > 1) this.#join(this.#parts);\n    this.#rows',
      replace: 'this.#rows',
      ...spec('kernels'),
      test: 'calls by rows',
    },
    {
      name: 'threads: nobody waits before a call of other rows',
      find: 'this.#join(this.#parts);\n    this.#crew.watch.begin();\n    return false;',
      replace: 'this.#crew.watch.begin();\n    return false;',
      ...spec('kernels'),
      test: 'calls by rows',
    },
    {
      name: 'threads: nobody waits for a call by itself',
      find: 'this.#join(parts);\n    return true;',
      replace: 'return true;',
      ...spec('kernels'),
      test: 'a call by itself',
    },
  ],
  'lib/kernels/threads/threaded-backend.ts': [
    {
      name: 'threads: workers go on after a failure',
      find: 'teams.stop();',
      replace: '',
      ...spec('failures'),
    },
    {
      name: 'threads: a model stays where a lost worker writes',
      find: '        lost();\n',
      replace: '',
      ...spec('failures'),
    },
  ],
  'lib/memory/arena.ts': [
    {
      name: 'threads: packed weights survive a failure',
      find: 'openHeap(dtype, backend, 0, () => this.endPass())',
      replace: 'openHeap(dtype, backend, 0, () => {})',
      ...spec('failures'),
    },
  ],
  'lib/cells/description.ts': [
    {
      name: 'threads: steps of a class that extends a cell are divided',
      find: "Object.hasOwn(this.constructor, 'dividesRows')",
      replace: "'dividesRows' in this.constructor",
      ...spec('failures'),
    },
  ],
  'lib/kernels/threads/team.ts': [
    {
      name: 'threads: workers share one scratch',
      find: 'scratch + k * THREAD_SCRATCH',
      replace: 'scratch',
      ...spec('teams'),
    },
    {
      name: 'threads: workers stay when another one does not start',
      find: 'this.stop(); // those before the one that did not start',
      replace: '',
      ...spec('teams'),
    },
  ],
  'lib/kernels/threads/teams.ts': [
    {
      name: 'threads: a team is never too small',
      find: ' && this.#workers >= workers) return',
      replace: ') return',
      ...spec('teams'),
    },
    {
      name: 'threads: idle workers stay',
      find: 'if (team.written === written) this.stop();',
      replace: '',
      ...spec('teams'),
    },
    {
      name: 'threads: any failure of a worker is for ever',
      find: 'if (this.#team === team && team.threads === 1) this.#failure',
      replace: 'this.#failure',
      ...spec('teams'),
    },
  ],
  'lib/kernels/threads/queue.ts': [
    {
      name: 'threads: commands are overwritten',
      find: '(this.#written - ROOM / 2) | 0, limit)',
      replace: '(this.#written - ROOM) | 0, limit)',
      ...spec('queue'),
    },
    {
      name: 'threads: only the parts of the last command are waited for',
      find: 'if (parts > this.#pending) this.#pending = parts;',
      replace: 'this.#pending = parts;',
      ...spec('queue'),
    },
    {
      name: 'threads: workers after a gap count',
      find: 'this.#hasStarted(this.#started)) this.#started++;',
      replace: 'this.#hasStarted(this.#started + 1)) this.#started++;',
      ...spec('queue'),
    },
    {
      name: 'threads: a worker behind commands that were written over counts',
      find: '((this.#written - Atomics.load(words, at)) | 0) < ROOM / 2',
      replace: 'true',
      ...spec('queue'),
    },
  ],
  'lib/kernels/threads/payoff.ts': [
    {
      name: 'threads: waiting may cost more than it brings',
      find: 'const WORTH = 0.8;',
      replace: 'const WORTH = 1.8;',
      ...spec('payoff'),
    },
    {
      name: 'threads: pauses have no end',
      find: 'Math.min(2 * this.#pause, LONGEST)',
      replace: '2 * this.#pause',
      ...spec('payoff'),
    },
  ],
};
