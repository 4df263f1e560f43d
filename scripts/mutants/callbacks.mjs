const spec = (name) => ({ killedBy: `spec/training/callbacks/${name}.spec.ts` });
const STOPPING = spec('early-stopping');
const PLATEAU = spec('reduce-lr-on-plateau');
const CSV = spec('csv-log');
const PROGRESS = spec('progress-events');

/** Mutants of callbacks that stop too early, forget, or write other numbers.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const callbacks = {
  'lib/training/callbacks/monitor.ts': [
    {
      name: 'monitor: names are not checked before the training',
      find: 'if (figures === undefined)',
      replace: 'if (true)',
      ...STOPPING,
    },
    {
      name: 'monitor: figures below a name alone',
      find: '=> name === figure ||',
      replace: '=>',
      ...STOPPING,
    },
    {
      name: 'monitor: metrics by their path alone',
      find: ' ?? figures.get(',
      replace: ' ?? [].at(',
      ...STOPPING,
    },
    {
      name: 'monitor: less is better',
      find: "mode === 'min' ? value < other",
      replace: 'mode ? value < other',
      ...STOPPING,
    },
    {
      name: 'monitor: delta the wrong way',
      find: 'value < other - delta',
      replace: 'value < other + delta',
      ...STOPPING,
    },
  ],
  'lib/training/callbacks/weights.ts': [
    {
      name: 'weights: a tensor of a state is not copied',
      find: "'be a tensor').copy()",
      replace: "'be a tensor')",
      killedBy: 'spec/bad-input/callbacks.spec.ts',
    },
    { name: 'weights: the first alone', find: 'at += extent.size;', nth: 2, replace: '', ...spec('weights') },
    {
      name: 'weights: other numbers are taken',
      find: "requireWeights(where, 'weights', parameters, copy);",
      replace: '',
      ...STOPPING,
    },
    { name: 'weights: the tape stays', find: 'arena.endPass();', replace: '', ...spec('weights') },
  ],
  'lib/training/callbacks/early-stopping.ts': [
    {
      name: 'stopping: a training that continues from its end goes on',
      find: 'onEpochBegin(_place: EpochPlace, run: TrainingRun): void {\n    this.#stopIfDue(run);',
      replace: 'onEpochBegin(_place: EpochPlace, run: TrainingRun): void {\n    void run;',
      ...STOPPING,
    },
    {
      name: 'stopping: an end at the last epoch is forgotten',
      find: 'this.#stopIfDue(run); // so',
      replace: '// so',
      ...STOPPING,
    },
    { name: 'stopping: one epoch late', find: 'wait >= this.#patience', replace: 'wait > this.#patience', ...STOPPING },
    {
      name: 'stopping: any improvement resets the wait',
      find: 'wait: beats ? 0 : wait + 1',
      replace: 'wait: 0',
      ...STOPPING,
    },
    {
      name: 'stopping: the baseline without the delta',
      find: 'this.#baseline, this.#minDelta)',
      replace: 'this.#baseline)',
      ...STOPPING,
    },
    {
      name: 'stopping: goes on from the training before',
      find: 'requireFigure(run);\n    this.#memory = { wait: 0 };',
      replace: 'requireFigure(run);',
      ...STOPPING,
    },
    {
      name: 'stopping: weights not restored',
      find: 'if (weights !== undefined) restoreWeights',
      replace: 'if (false) restoreWeights',
      ...STOPPING,
    },
    { name: 'stopping: weights without the option', find: '...(this.#restoreBest && {', replace: '...({', ...STOPPING },
  ],
  'lib/training/callbacks/reduce-lr-on-plateau.ts': [
    { name: 'plateau: one epoch early', find: 'wait > patience', replace: 'wait >= patience', ...PLATEAU },
    {
      name: 'plateau: no cooldown',
      find: '[cooling, wait] = [cooldown, 0]',
      replace: '[cooling, wait] = [0, 0]',
      ...PLATEAU,
    },
    {
      name: 'plateau: below the least rate',
      find: 'Math.max(old * factor, minLearningRate)',
      replace: 'old * factor',
      ...PLATEAU,
    },
    { name: 'plateau: any change', find: 'old - rate > epsilon', replace: 'old - rate > 0', ...PLATEAU },
    {
      name: 'plateau: the absolute threshold is relative',
      find: "thresholdMode === 'absolute'",
      replace: 'false',
      ...PLATEAU,
    },
    { name: 'plateau: takes a schedule', find: 'requireNoSchedule(run.optimizer);', replace: '', ...PLATEAU },
  ],
  'lib/training/callbacks/csv-log.ts': [
    { name: 'csv: quotation marks once', find: "replaceAll('\"', '\"\"')", replace: "replaceAll('\"', '\"')", ...CSV },
    { name: 'csv: names with line ends bare', find: '/[",\\r\\n]/', replace: '/[",]/', ...CSV },
    { name: 'csv: no sign of zero', find: "Object.is(value, -0) ? '-0' : ", replace: '', ...CSV },
    {
      name: 'csv: the header again',
      find: 'this.#columns = [...figures.keys()];',
      replace:
        'const columns = [...figures.keys()]; this.#columns = columns; queueMicrotask(() => { this.#columns = undefined; });',
      ...CSV,
    },
    {
      name: 'csv: does not wait',
      find: 'await write(lineOf(this.#columns.map((name)',
      replace: 'void write(lineOf(this.#columns!.map((name)',
      ...CSV,
    },
  ],
  'lib/training/callbacks/progress-events.ts': [
    { name: 'progress: one step behind', find: '(step + 1) / steps', replace: 'step / steps', ...PROGRESS },
    {
      name: 'progress: every batch',
      find: 'if (Math.abs(Date.now() - last) < interval) return;',
      replace: '',
      ...PROGRESS,
    },
    {
      name: 'progress: goes on from the training before',
      find: 'now = none;\n      last',
      replace: 'last',
      ...PROGRESS,
    },
    {
      name: 'progress: a stream ends at an unknown place',
      find: 'now.batch?.steps === undefined && ',
      replace: 'false && ',
      ...PROGRESS,
    },
  ],
};
