// Mutants of optimizers, groups of parameters and schedules.

const RULES = { killedBy: 'spec/optimizers/rules.spec.ts' };
const RATES = { killedBy: 'spec/optimizers/scheduled-rates.spec.ts' };
const GROUP_RATES = { killedBy: 'spec/optimizers/group-rates.spec.ts' };
const SHARED = { killedBy: 'spec/optimizers/shared.spec.ts' };
const STATE = { killedBy: 'spec/optimizers/optimizer-state.spec.ts' };
const GROUPS = { killedBy: 'spec/optimizers/groups.spec.ts' };
const SCHEDULES = { killedBy: 'spec/schedules/schedules.spec.ts' };
const CLIPPING = { killedBy: 'spec/clip/clipping-functions.spec.ts' };
const AVERAGE = { killedBy: 'spec/training/callbacks/weight-average.spec.ts' };
const RANGE = { killedBy: 'spec/model/rate-range-test.spec.ts' };
const POW = { killedBy: 'spec/kernels/pow.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const optimizers = {
  'lib/optimizers/rmsprop.ts': [
    { name: 'RMSprop: not centered', find: 'square - mean * mean', replace: 'square', ...RULES },
    { name: 'RMSprop: the momentum is lost', find: 'data[v + i] = d;', replace: '', ...RULES },
    { name: 'RMSprop: ε outside the root', find: '(inside ? Math', replace: '(!inside ? Math', ...RULES },
    { name: 'RMSprop: no weight decay', find: '+ weightDecay * w;', replace: '+ 0 * weightDecay * w;', ...RULES },
  ],
  'lib/optimizers/adagrad.ts': [
    { name: 'Adagrad: the sum does not begin', find: 't === 1 ? this', replace: 't === 0 ? this', ...RULES },
    { name: 'Adagrad: the sum is lost', find: 'data[s! + i] = sum;', replace: '', ...RULES },
  ],
  'lib/optimizers/lion.ts': [
    {
      name: 'Lion: one mean for both',
      find: 'beta2 * mean + (1 - beta2) * g',
      replace: 'beta1 * mean + (1 - beta1) * g',
      ...RULES,
    },
    {
      name: 'Lion: no weight decay',
      find: '1 - learningRate * (this.weightDecay * decayFactor);',
      replace: '1;',
      ...RULES,
    },
  ],
  'lib/optimizers/nadam.ts': [
    {
      name: 'NAdam: the momentum of this step for the next',
      find: 'this.#momentum(t + 1)',
      replace: 'this.#momentum(t)',
      ...RULES,
    },
    {
      name: 'NAdam: a product of one factor too few',
      find: 'while (reached < t)',
      replace: 'while (reached < t - 1)',
      ...RULES,
    },
    { name: 'NAdam: decay within the gradient', find: 'kept * w -', replace: 'w -', ...RULES },
  ],
  'lib/optimizers/adam.ts': [
    { name: 'Adam: L2 of the other sign', find: 'w, -this.l2 *', replace: 'w, this.l2 *', ...RULES },
  ],
  'lib/optimizers/sgd.ts': [
    {
      name: 'SGD: dampening from the first step on',
      find: 'this.dampening > 0 && t > 1',
      replace: 'this.dampening > 0',
      ...RULES,
    },
  ],
  'lib/optimizers/step-rates.ts': [
    {
      name: 'schedule: the rate of the step after',
      find: 'rateAt(where, argument, value, iterations);',
      replace: 'rateAt(where, argument, value, iterations + 1);',
      ...RATES,
    },
    {
      name: 'group rates: not in logs',
      find: 'named.length === 0 ? undefined',
      replace: 'named.length >= 0 ? undefined',
      ...GROUP_RATES,
    },
  ],
  'lib/optimizers/optimizer.ts': [
    {
      name: 'groups: bound of the first group alone',
      find: 'return Math.max(most, this.growth(',
      replace: 'return most || Math.max(most, this.growth(',
      ...GROUPS,
    },
    {
      name: 'group rates: evaluated while the step is under way',
      find: '    const rates = this.#ratesAt(share.iterations);\n    this.#shares.claim',
      replace: '    const rates = { ...this.#ratesAt(0), base: this.learningRate };\n    this.#shares.claim',
      ...GROUP_RATES,
    },
  ],
  'lib/optimizers/shares.ts': [
    {
      name: 'shared optimizer: models have one share',
      find: 'const share = found ?? new Share(this.#groups);',
      replace: 'const share = found ?? this.#current ?? new Share(this.#groups);',
      ...SHARED,
    },
    {
      name: 'shared optimizer: parameters of a model unknown until it steps',
      find: 'this.model?.built === true && this.model',
      replace: 'this.model?.built !== true && this.model!',
      ...SHARED,
    },
    {
      name: 'shared optimizer: tells the steps of the model before',
      find: 'this.#current = this.of(model) ?? this.#current;',
      replace: '',
      ...SHARED,
    },
    {
      name: 'shared optimizer: a range test changes steps',
      find: 'share.iterations = iterations;',
      replace: '',
      ...RANGE,
    },
  ],
  'lib/optimizers/optimizer-state.ts': [
    {
      name: 'optimizer state: slots are views',
      find: '.map((tensor) => tensor.copy())',
      replace: '',
      ...STATE,
    },
    {
      name: 'optimizer state: the slots of the first model for all',
      find: 'slots.slice(i * count, (i + 1) * count)',
      replace: 'slots.slice(0, count)',
      ...STATE,
    },
    {
      name: 'optimizer state: the rate of now',
      find: 'if (learningRate !== undefined) optimizer.learningRate = learningRate;',
      replace: '',
      ...STATE,
    },
  ],
  'lib/optimizers/optimizer-options.ts': [
    {
      name: 'groups: one rate for all',
      find: 'own[group] ?? base * rateFactor',
      replace: 'base',
      ...GROUPS,
    },
  ],
  'lib/optimizers/members.ts': [
    {
      name: 'several models: only the first may run out of memory',
      find: 'for (const { slots } of members) slots.release();',
      replace: 'for (const { slots } of members) void slots;',
      ...GROUPS,
    },
  ],
  'lib/optimizers/parameter-groups.ts': [
    { name: 'groups: the last one counts', find: 'this.#groups.find(', replace: 'this.#groups.findLast(', ...GROUPS },
    {
      name: 'groups: all share the state of the first',
      find: 'start: run.start + start',
      replace: 'start: run.start',
      ...GROUPS,
    },
    {
      name: 'groups: frozen ones have state',
      find: '=> !treatments.get(each)!.frozen);',
      replace: '=> true);',
      ...GROUPS,
    },
    {
      name: 'groups: unknown names',
      find: 'requireFound(this.#where, choices, all);',
      replace: 'void all;',
      ...GROUPS,
    },
    {
      name: 'groups: rows of a table stay those of the first step',
      find: 'every(({ sparse }) => sparse === undefined)',
      replace: 'every(() => true)',
      ...GROUPS,
    },
  ],
  'lib/parameters/selector.ts': [
    {
      name: 'selector: the beginning of a name',
      find: 'name === given ||',
      replace: 'name.startsWith(given) ||',
      ...GROUPS,
    },
    {
      name: 'selector: a pattern keeps its position',
      find: "given.flags.replace(/[gy]/g, '')",
      replace: 'given.flags',
      ...GROUPS,
    },
  ],
  'lib/training/train-step.ts': [
    {
      name: 'frozen: counts in the norm',
      find: 'const norm = gradientNorm(trained);',
      replace: 'const norm = gradientNorm(parameters);',
      ...GROUPS,
    },
    {
      name: 'frozen: is constrained',
      find: 'applyConstraints(trained);',
      replace: 'applyConstraints(parameters);',
      ...GROUPS,
    },
  ],
  'lib/kernels/pow.ts': [
    { name: 'pow: one part of the logarithm', find: 'y * low;', replace: '0 * low;', ...POW },
    {
      name: 'pow: no lower part of the exponent',
      find: 'const v = (low - (t - rest)) * LN2 + t * LN2_LOW;',
      replace: 'const v = t * LN2_LOW;',
      ...POW,
    },
  ],
  'lib/kernels/cos-pi.ts': [
    {
      name: 'cosPi: π of 53 bits',
      find: 'error + PI_ERROR * t;',
      replace: 'error;',
      killedBy: 'spec/kernels/cos-pi.spec.ts',
    },
  ],
  'lib/schedules/schedule.ts': [
    {
      name: 'schedule: a rate below 0',
      find: 'requireNumber(where, call, value, { min: 0 });',
      replace: 'requireNumber(where, call, value);',
      ...RATES,
    },
  ],
  'lib/schedules/formula.ts': [
    {
      name: 'schedule: ends of a mix by rounding',
      find: 'from * weight + to * (1 - weight)',
      replace: 'to + (from - to) * weight',
      ...SCHEDULES,
    },
  ],
  'lib/schedules/step-decay.ts': [
    {
      name: 'step decay: a step late',
      find: 'Math.floor(step / every)',
      replace: 'Math.floor((step - 1) / every)',
      ...SCHEDULES,
    },
  ],
  'lib/schedules/exponential-decay.ts': [
    {
      name: 'exponential: no least rate',
      find: 'Math.max(start * pow(factor, step / n), minimum)',
      replace: 'start * pow(factor, step / n)',
      ...SCHEDULES,
    },
  ],
  'lib/schedules/polynomial-decay.ts': [
    { name: 'polynomial: a line', find: 'pow(1 - step / n, power)', replace: '1 - step / n', ...SCHEDULES },
  ],
  'lib/schedules/cosine-decay.ts': [
    { name: 'cosine: rises again', find: 'step < n ? mix(start', replace: 'step < 2 * n ? mix(start', ...SCHEDULES },
    {
      name: 'restarts: one cycle is a step longer',
      find: 'while (step >= begin',
      replace: 'while (step > begin',
      ...SCHEDULES,
    },
    { name: 'restarts: the peak of the first', find: 'start * pow(peakFactor, cycle)', replace: 'start', ...SCHEDULES },
  ],
  'lib/schedules/one-cycle.ts': [
    { name: 'one cycle: the peak a step late', find: 'rise * n - 1', replace: 'rise * n', ...SCHEDULES },
  ],
  'lib/schedules/inverse-square-root.ts': [
    { name: 'inverse square root: begins at 0', find: '(step + 1) / warmup', replace: 'step / warmup', ...SCHEDULES },
  ],
  'lib/schedules/linear-warmup.ts': [
    { name: 'warm-up: within the schedule', find: 'at(step - warmup)', replace: 'at(step)', ...SCHEDULES },
  ],
  'lib/schedules/join-schedules.ts': [
    { name: 'joined: a boundary late', find: 'step < begins[i]!', replace: 'step <= begins[i]!', ...SCHEDULES },
  ],
  'lib/schedules/piecewise-schedule.ts': [
    { name: 'piecewise: a boundary late', find: 'step < read[i]![0]', replace: 'step <= read[i]![0]', ...SCHEDULES },
  ],
  'lib/clip/p-norm-clipping.ts': [
    {
      name: 'p-norm: powers of the gradients themselves',
      find: 'Math.abs(data[j]!) / s;',
      replace: 'Math.abs(data[j]!);',
      ...CLIPPING,
    },
    { name: 'p-norm: no root', find: 'p === 1 ? sum : pow(sum, 1 / p)', replace: 'sum', ...CLIPPING },
    {
      name: 'p-norm: a power too few',
      find: 'let k = 1; products && k < p',
      replace: 'let k = 2; products && k < p',
      ...CLIPPING,
    },
  ],
  'lib/clip/adaptive-clipping.ts': [
    {
      name: 'adaptive: a kernel is one unit',
      find: 'value.dimension < 2 ? 1 :',
      replace: 'value.dimension < 9 ? 1 :',
      ...CLIPPING,
    },
    { name: 'adaptive: no ε', find: ', epsilon);\n  const dtype', replace: ', 0);\n  const dtype', ...CLIPPING },
    { name: 'adaptive: sums overflow', find: 'sum > 1e-280 && sum < Infinity', replace: 'sum >= 0', ...CLIPPING },
  ],
  'lib/clip/group-clipping.ts': [
    {
      name: 'group clipping: each group that fits',
      find: 'read.findIndex(({ choices }) => choices',
      replace: 'read.findLastIndex(({ choices }, k) => k <= i && choices',
      ...CLIPPING,
    },
    {
      name: 'group clipping: norm of all',
      find: 'normOfGradients(own)',
      replace: 'normOfGradients(list)',
      ...CLIPPING,
    },
  ],
  'lib/clip/clip-gradients.ts': [
    {
      name: 'clip: a norm for each model',
      find: 'list.flatMap((each) => normsOf',
      replace: 'list.slice(0, 1).flatMap((each) => normsOf',
      ...CLIPPING,
    },
  ],
  'lib/training/step-totals.ts': [
    {
      name: 'log: a skipped step is clipped',
      find: 'if (clippedNorm < gradientNorm) this',
      replace: 'if (clippedNorm <= gradientNorm) this',
      ...CLIPPING,
    },
  ],
  'lib/training/training-run.ts': [
    {
      name: 'average: lent before there is one',
      find: 'lender !== undefined && lender.updates > 0',
      replace: 'lender !== undefined',
      ...AVERAGE,
    },
  ],
  'lib/training/training-loop.ts': [
    {
      name: 'average: validation uses the weights in training',
      find: 'lender === undefined ? evaluate() : lender.use(parameters, evaluate)',
      replace: 'lender === undefined || parameters ? evaluate() : lender.use(parameters, evaluate)',
      ...AVERAGE,
    },
  ],
  'lib/training/callbacks/weights.ts': [
    {
      name: 'average: early stopping keeps the weights in training',
      find: 'lender === undefined ? copyWeights',
      replace: 'lender !== null ? copyWeights',
      ...AVERAGE,
    },
  ],
  'lib/training/callbacks/weight-average.ts': [
    {
      name: 'average: two may be validated',
      find: 'if (lenders > 1)',
      replace: 'if (lenders > 2)',
      ...AVERAGE,
    },
    { name: 'average: no bias correction', find: '(1 - decay) / (1 - next)', replace: '1 - decay', ...AVERAGE },
    { name: 'average: of skipped steps too', find: 'if (!skipped) this', replace: 'this', ...AVERAGE },
    {
      name: 'average: an error leaves it in the model',
      find: 'if (!waits) this.#swap(where, parameters);',
      replace: '',
      ...AVERAGE,
    },
    {
      name: 'average: state without the product',
      find: 'this.#memory = { updates, product, ...(average',
      replace: 'this.#memory = { updates, product: 1, ...(average',
      ...AVERAGE,
    },
  ],
  'lib/model/rate-range-test.ts': [
    {
      name: 'range test: the gradients stay changed',
      find: '...runs.map(({ gradientsAt: at, size }) => ({ at, size }))',
      replace: '...runs.slice(0, 0).map(({ gradientsAt: at, size }) => ({ at, size }))',
      ...RANGE,
    },
    { name: 'range test: the optimizer stays changed', find: '    optimizer();\n', replace: '', ...RANGE },
    { name: 'range test: masks go on', find: 'model.setTrainingStep(trainingStep);', replace: '', ...RANGE },
    { name: 'range test: a rate too many', find: 'step / (steps - 1)', replace: 'step / steps', ...RANGE },
  ],
};
