const RESUME = { killedBy: 'spec/training/resume.spec.ts', test: 'at any step' };
const CHECKPOINT = { killedBy: 'spec/training/checkpoint.spec.ts' };

/** Mutants of checkpoints that forget something, or take those of another training.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const checkpoints = {
  'lib/training/checkpoint/same-run.ts': [
    {
      name: 'resume: the loss and clipping are not compared',
      find: '...settingsOf(compiled),',
      replace: '...facts.settings,',
      killedBy: 'spec/training/checkpoint.spec.ts',
    },
    {
      name: 'resume: other data taken',
      find: 'if (now[name] === then[name]) continue;',
      replace: 'continue;',
      ...CHECKPOINT,
    },
  ],
  'lib/training/checkpoint/save.ts': [
    {
      name: 'checkpoint: a shared optimizer is saved in part',
      find: 'compiled.optimizer.serve(WHERE, model);',
      replace: '',
      ...CHECKPOINT,
    },
  ],
  'lib/training/checkpoint/resume.ts': [
    { name: 'resume: skipped steps forgotten', find: 'compiled.skipped = facts.skipped;', replace: '', ...RESUME },
    {
      name: 'resume: random masks from the beginning',
      find: 'model.setTrainingStep(facts.trainingStep);',
      replace: '',
      ...RESUME,
    },
    { name: 'resume: kept states forgotten', find: 'else model.keep(kept);', replace: '', ...RESUME },
    {
      name: 'resume: the context of a stream forgotten',
      find: "stream.context = arrays.has('context') ? tensorOf(arrays.get('context')) : undefined;",
      replace: '',
      ...RESUME,
    },
    {
      name: 'resume: the state of a stream forgotten',
      find: 'else copyStates(tree, saved, stream.state);',
      replace: '',
      ...RESUME,
    },
    { name: 'resume: the epoch from its beginning', find: 'progress.done = facts.done;', replace: '', ...RESUME },
    {
      name: 'resume: figures of the epoch forgotten',
      find: "progress.totals.state = [...tensorOf(arrays.get('totals')).data];",
      replace: '',
      ...RESUME,
    },
    { name: 'resume: sums of metrics forgotten', find: 'metric.sums = [', replace: 'void [', ...RESUME },
    {
      name: 'resume: the learning rate forgotten',
      find: 'optimizer.learningRate = facts.optimizer.learningRate;',
      replace: '',
      ...RESUME,
    },
    {
      name: 'resume: rate of the last step forgotten',
      find: 'progress.learningRate = facts.learningRate;',
      replace: '',
      ...RESUME,
    },
    { name: 'resume: states of callbacks forgotten', find: 'restoreCallbacks(run, contents);', replace: '', ...RESUME },
    {
      name: 'resume: callbacks before a refusal keep the new state',
      find: 'each.state = before[i]!;',
      replace: 'void before[i];',
      ...CHECKPOINT,
    },
    { name: 'resume: after the first epoch began', find: 'if (own.begun) {', replace: 'if (false) {', ...CHECKPOINT },
  ],
  'lib/training/callbacks/checkpoint.ts': [
    {
      name: 'checkpoint: one step late',
      find: '(step + 1) % this.#everySteps',
      replace: 'step % this.#everySteps',
      ...CHECKPOINT,
    },
    {
      name: 'checkpoint: all epochs',
      find: '(log.epoch + 1) % this.#everyEpochs !== 0',
      replace: 'false',
      ...CHECKPOINT,
    },
    {
      name: 'checkpoint: not the best alone',
      find: 'if (isBest || !this.#bestOnly)',
      replace: 'if (true)',
      ...CHECKPOINT,
    },
    { name: 'checkpoint: resumes every training', find: 'this.#resume = undefined;', replace: '', ...CHECKPOINT },
  ],
  'lib/training/fit-stream.ts': [
    { name: 'resume: chunks trained on twice', find: 'let left = this.count;', replace: 'let left = 0;', ...RESUME },
    {
      name: 'resume: the end of a stream twice',
      find: 'const isNew = feed.count > before || progress.epoch === 0;',
      replace: 'const isNew = true;',
      ...RESUME,
    },
  ],
  'lib/optimizers/optimizer.ts': [
    { name: 'resume: iterations from 0', find: 'share.iterations = iterations;', replace: '', ...RESUME },
  ],
};
