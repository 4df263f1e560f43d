const LAYERS = { killedBy: 'spec/layers/noise.spec.ts' };
const DROPOUT = { killedBy: 'spec/layers/dropout.spec.ts' };

/** Mutants of dropout and zoneout.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const noise = {
  'lib/engine/dropout-pass.ts': [
    {
      name: 'dropout: the backward pass ignores the mask',
      find: 'this.#multiply(run, this.dInput, dy);',
      replace: 'this.#workspace.kernels.repeatRow(this.dInput, dy, 1, signalSize(this.#x));',
      ...DROPOUT,
    },
    {
      name: 'dropout: the mask of the first step',
      find: 'masks.at(run.rows, t)',
      replace: 'masks.at(run.rows, 0)',
      ...DROPOUT,
    },
  ],
  'lib/engine/dropped-input-pass.ts': [
    {
      name: 'dropout: gradient of the dropped input',
      find: 'this.dInput = dropout.dInput;',
      replace: 'this.dInput = layer.dInput;',
      ...LAYERS,
    },
  ],
  'lib/engine/random-masks.ts': [
    {
      name: 'masks: the same in each training step',
      find: 'keyOf(this.#key, draw.trainingStep)',
      replace: 'keyOf(this.#key, 0)',
      ...DROPOUT,
    },
    {
      name: 'masks: steps counted from the segment',
      find: 'from + t, rowsOf',
      replace: 't, rowsOf',
      ...DROPOUT,
    },
    {
      name: 'masks: rows in the order of lengths',
      find: '(firstRow + (order === undefined ? row : order[row]!)) * blocks',
      replace: 'row * blocks',
      ...DROPOUT,
    },
    {
      name: 'masks: rows overlap',
      find: 'const blocks = ceil(F / 2);',
      replace: 'const blocks = floor(F / 2);',
      ...DROPOUT,
    },
    {
      name: 'masks: high word of the training step',
      find: 'floor(trainingStep / TWO_32)',
      replace: '0',
      ...DROPOUT,
    },
  ],
  'lib/engine/recurrent-dropout.ts': [
    {
      name: 'recurrent dropout: the backward pass ignores the mask',
      find: 'this.#kernels.multiply(dh, n, dh, n, mask, n, 1, n);',
      replace: ';',
      ...LAYERS,
    },
    {
      name: 'recurrent dropout: the gradient of a GRU ignores the mask',
      find: 'this.#kernels.multiplyAdd(dh, n, dRecurrent, n, mask, n, 1, n);',
      replace: 'this.#kernels.accumulate(dh, dRecurrent, n);',
      ...LAYERS,
    },
    {
      name: 'recurrent dropout: weight gradients of the h before dropout',
      find: 'if (this.dRecurrent === undefined) before[0] = step.recurrent;',
      replace: 'if (this.dRecurrent === undefined && step.dGates < 0) before[0] = step.recurrent;',
      ...LAYERS,
    },
    {
      name: 'recurrent dropout: gradients of products add up over time',
      find: 'this.#kernels.repeatRow(dRecurrent, this.#zeros, 1, rowsOf(rows, t) * this.#slot.width);',
      replace: ';',
      ...LAYERS,
    },
    {
      name: 'recurrent dropout: the masked h of the first step',
      find: 'step.recurrent = this.#masked + rowsBefore(rows, t) * this.#slot.width;',
      replace: 'step.recurrent = this.#masked;',
      ...LAYERS,
    },
  ],
  'lib/engine/zoneout.ts': [
    {
      name: 'zoneout: the kept state has no gradient',
      find: 'this.#kernels.accumulate(dStates',
      replace: 'if (t < 0) this.#kernels.accumulate(dStates',
      ...LAYERS,
    },
    {
      name: 'zoneout: the share that is not kept',
      find: '...dropoutNumbers(1 - rate), scale: 1',
      replace: '...dropoutNumbers(rate), scale: 1',
      ...LAYERS,
    },
    {
      name: 'zoneout: the cell writes to the tape of states',
      find: 'after[this.#index] = this.#fresh +',
      replace: 'if (after.length > 9) after[this.#index] = this.#fresh +',
      ...LAYERS,
    },
    {
      name: 'zoneout: half the share in predictions',
      find: 'this.#kernels.dropoutMask(this.#share, 0, this.#rate,',
      replace: 'this.#kernels.dropoutMask(this.#share, 0, 0.5 * this.#rate,',
      ...LAYERS,
    },
  ],
  'lib/layers/network-pass.ts': [
    {
      name: 'masks: all layers draw the same',
      find: 'workspace.random.fork(i)',
      replace: 'workspace.random.fork(0)',
      ...DROPOUT,
    },
  ],
  'lib/layers/bidirectional-pass.ts': [
    {
      name: 'masks: both directions draw the same',
      find: 'random: random.fork(1)',
      replace: 'random: random.fork(0)',
      ...LAYERS,
    },
  ],
  'lib/training/run-step.ts': [
    {
      name: 'masks: training steps are not counted',
      find: 'setTrainingStep(steps.model.trainingStep + 1)',
      replace: 'setTrainingStep(steps.model.trainingStep)',
      ...DROPOUT,
    },
  ],
  'lib/layers/saved-network.ts': [
    {
      name: 'files: the training step is lost',
      find: 'model.setTrainingStep(trainingStep);',
      replace: '',
      ...DROPOUT,
    },
    {
      name: 'files: the seed of masks is lost',
      find: '(seed && { seed })',
      replace: '{}',
      ...DROPOUT,
    },
  ],
  'lib/cells/gru-cell.ts': [
    {
      name: 'recurrent dropout: a GRU drops its state',
      find: 'override readonly readsRecurrent = true;',
      replace: '',
      ...LAYERS,
    },
  ],
};
