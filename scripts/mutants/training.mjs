const spec = (name) => ({ killedBy: `spec/training/${name}.spec.ts` });
const TOTALS = spec('step-totals');
const EPOCHS = spec('epochs');
const ABORT = spec('abort');
const PLACES = spec('places');

/** Mutants with wrong numbers in histories, and fits that do not stop.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const training = {
  'lib/training/step-totals.ts': [
    { name: 'totals: parts not weighted', find: 'value * weight : value', replace: 'value : value', ...TOTALS },
    {
      name: 'totals: a sum is weighted',
      find: 'value * weight : value',
      replace: 'value * weight : value * weight',
      ...TOTALS,
    },
    {
      name: 'totals: the mean of a sum',
      find: 'this.#sum / (this.#weight || 1) : this.#sum',
      replace: 'this.#sum / (this.#weight || 1) : this.#sum / (this.#weight || 1)',
      ...TOTALS,
    },
    { name: 'totals: 0 without any part', find: 'return Number.NaN;', replace: 'return 0;', ...TOTALS },
    {
      name: 'totals: skipped steps counted in',
      find: 'this.#skipped++;\n      return;',
      replace: 'this.#skipped++;',
      ...TOTALS,
    },
    { name: 'totals: skipped steps not counted', find: 'this.#skipped++;', replace: '', ...TOTALS },
    {
      name: 'totals: norm after clipping is that before',
      find: 'add(clippedNorm, weight)',
      replace: 'add(gradientNorm, weight)',
      ...TOTALS,
    },
    {
      name: 'totals: norms reduced like the loss',
      find: 'this.#loss = new Total(reduction);',
      replace: 'this.#loss = new Total(reduction);\n    this.#gradientNorm = new Total(reduction);',
      ...TOTALS,
    },
  ],
  'lib/training/first-non-finite.ts': [
    {
      name: 'NaN: x of the first time step alone',
      find: 'offset : offset + t * stride[1]!',
      replace: 'offset : offset',
      ...spec('non-finite'),
    },
    {
      name: 'NaN: x not rounded to the precision of the network',
      find: 'Math.fround(number)',
      replace: 'number',
      ...spec('non-finite'),
    },
    {
      name: 'NaN: states after the parameters',
      find: 'placeInInput(x, arena.dtype, packing?.counted()) ?? placeInStates(states)',
      replace: 'placeInInput(x, arena.dtype, packing?.counted())',
      ...spec('through-time'),
    },
  ],
  'lib/training/training-loop.ts': [
    {
      name: 'loop: a stopped run goes on',
      find: 'if (this.stopped && batch.place.batch + 1 !== batch.place.batches)',
      replace: 'if (false)',
      ...spec('stop'),
    },
    {
      name: 'loop: a stop at the last batch discards the epoch',
      find: 'if (this.stopped && batch.place.batch + 1 !== batch.place.batches)',
      replace: 'if (this.stopped)',
      ...spec('stop'),
    },
    {
      name: 'loop: false stops nothing',
      find: 'if (result === false) run.stop();',
      replace: '',
      ...spec('events'),
    },
    {
      name: 'loop: a step after a stop before the epoch',
      find: 'let complete = !this.stopped;',
      replace: 'let complete = true;',
      ...spec('events'),
    },
    {
      name: 'loop: onTrainBegin after the first epoch began',
      find: 'await this.call((each, run) => each.onTrainBegin?.(run));',
      replace: '',
      ...spec('events'),
    },
    {
      name: 'loop: onTrainEnd after success alone',
      find: 'for (const each of this.#callbacks) {\n      const [ended]',
      replace: "if (outcomes[0]!.status === 'fulfilled') for (const each of this.#callbacks) {\n      const [ended]",
      ...spec('train-end'),
    },
    {
      name: 'loop: an error of onTrainEnd is dropped',
      find: 'for (const outcome of outcomes)',
      replace: 'for (const outcome of outcomes.slice(0, 1))',
      ...spec('train-end'),
    },
    {
      name: 'loop: training that was aborted before it began ends',
      find: 'this.#signal?.throwIfAborted();\n    const begin',
      replace: 'const begin',
      ...spec('train-end'),
    },
    {
      name: 'loop: a batch has the learning rate before its callbacks',
      find: 'await this.call((each, run) => each.onBatchBegin?.(batch(), run));\n    const { optimizer } = this.#compiled;\n    optimizer.attend(this.#run.model); // another model may have taken steps with it\n    const { learningRate, groupRates } = optimizer;',
      replace:
        'const { learningRate, groupRates } = this.#compiled.optimizer;\n    await this.call((each, run) => each.onBatchBegin?.(batch(), run));',
      ...spec('during-fit'),
    },
    {
      name: 'fit: callbacks not awaited',
      find: 'const result = await orAborted(this.#signal, call(each, run));',
      replace: 'const result = call(each, run);',
      ...ABORT,
    },
  ],
  'lib/training/turns.ts': [
    {
      name: 'turns: the next part may end late',
      find: 'soFar + last <= INTERVAL',
      replace: 'soFar <= INTERVAL',
      ...spec('turns'),
    },
    {
      name: 'turns: a pause is not counted',
      find: 'paused = called = Date.now();',
      replace: 'called = Date.now();',
      ...spec('turns'),
    },
  ],
  'lib/training/fit.ts': [
    {
      name: 'fit: validation in one turn',
      find: '(loop) => loop.finish(evaluatingSet(where, trainer, set, { batchSize, metrics, rows }))',
      replace: 'async () => [...evaluatingSet(where, trainer, set, { batchSize, metrics, rows })] as never',
      ...spec('turns'),
    },
    {
      name: 'fit: an epoch that was stopped halfway counts',
      find: 'if (!complete) break;',
      replace: '',
      ...spec('stop'),
    },
    {
      name: 'fit: each call begins at epoch 0',
      find: 'new Progress(compiled, feed.facts, settings.initialEpoch)',
      replace: 'new Progress(compiled, feed.facts, 0)',
      ...EPOCHS,
    },
  ],
  'lib/training/fit-stream.ts': [
    {
      name: 'fitStream: steps before a chunk counted in',
      find: 'this.timeSteps += T - lossFrom;',
      replace: 'this.timeSteps += T;',
      ...spec('fit-stream'),
    },
    {
      name: 'fitStream: a stopped stream does not end',
      find: 'await loop.call(',
      replace: 'if (!loop.stopped) await loop.call(',
      ...spec('stop'),
    },
    {
      name: 'fitStream: the state of a batch is that before its context',
      find: 'if (context !== undefined) this.#trainer.states.advance(this.#where, context, state);',
      replace: '',
      killedBy: 'spec/flow/record.spec.ts',
    },
    {
      name: 'fitStream: a second read of the state advances it again',
      find: 'context = undefined;\n      return state;',
      replace: 'return state;',
      killedBy: 'spec/flow/record.spec.ts',
    },
    {
      name: 'fitStream: chunk not named',
      find: 'lossFrom, chunk: this.count,',
      replace: 'lossFrom,',
      ...PLACES,
    },
  ],
  'lib/training/progress-bar.ts': [
    {
      name: 'progress bar: line left open',
      find: "if (open) write('\\n');",
      replace: '',
      ...spec('progress-bar'),
    },
    {
      name: 'progress bar: ends a line that it did not write',
      find: 'if (open) write',
      replace: 'write',
      ...spec('progress-bar'),
    },
  ],
  'lib/training/step-span.ts': [
    { name: 'place: steps from the beginning of the window', find: 'step - lossFrom', replace: 'step', ...PLACES },
    { name: 'place: rows as they were shuffled', find: '(rows?.[row] ?? row)', replace: 'row', ...PLACES },
  ],
  'lib/training/abort-signal.ts': [
    {
      name: 'abort: waits not raced',
      find: 'await Promise.race([aborted, work])',
      replace: 'await work',
      ...ABORT,
      test: 'onBatchBegin never settles',
    },
    {
      name: 'abort: not seen when it came before',
      find: 'if (signal.aborted) abort();',
      replace: '',
      ...ABORT,
      test: 'callback aborts, and never settles',
    },
    { name: 'abort: listener left', find: "signal.removeEventListener('abort', abort);", replace: '', ...ABORT },
    { name: 'abort: source not closed', find: 'if (open || signal?.aborted)', replace: 'if (open)', ...ABORT },
    { name: 'abort: a source that failed is closed', find: 'if (open || signal?.aborted)', replace: '', ...ABORT },
    {
      name: 'abort: waits for the source to close',
      find: 'orAborted(signal, close(iterator))',
      replace: 'close(iterator)',
      ...ABORT,
      test: 'source never answers',
    },
  ],
  'lib/training/trainer.ts': [
    {
      name: 'fit: rows of the batch in errors',
      find: 'mask }, { rows }, options)',
      replace: 'mask }, {}, options)',
      ...PLACES,
    },
    {
      name: 'fit: every batch weighs the same',
      find: '[this.weightOf(copied), this.outputOf(copied)]',
      replace: '[1, this.outputOf(copied)]',
      ...TOTALS,
    },
  ],
  'lib/training/base-trainer.ts': [
    {
      name: 'compile: taken during a fit',
      find: 'this.#requireIdle(where);\n    const compiled = requireCompileOptions',
      replace: 'const compiled = requireCompileOptions',
      ...spec('during-fit'),
    },
    {
      name: 'fit: never unlocked',
      find: 'this.#busy = false;\n    }',
      replace: '}',
      ...ABORT,
    },
  ],
  'lib/losses/target-values.ts': [
    {
      name: 'targets: place within the row',
      find: 'seen + j',
      nth: 1,
      replace: 'j',
      killedBy: 'spec/losses/target-values.spec.ts',
    },
    {
      name: 'classes: place within the row',
      find: 'seen + j',
      nth: 2,
      replace: 'j',
      killedBy: 'spec/losses/target-values.spec.ts',
    },
  ],
};
