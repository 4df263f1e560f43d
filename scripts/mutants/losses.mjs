// Mutants of losses and of metrics.

const FORMULAS = { killedBy: 'spec/losses/formulas.spec.ts' };
const METRICS = { killedBy: 'spec/metrics/metrics.spec.ts' };
const EVALUATION = { killedBy: 'spec/losses/evaluate-options.spec.ts' };
const CTC = { killedBy: 'spec/losses/ctc-loss.spec.ts' };
const DECODING = { killedBy: 'spec/losses/ctc-decode.spec.ts' };
const TRAINING = { killedBy: 'spec/training/losses.spec.ts' };
const MEMORY = { killedBy: 'spec/training/metric-memory.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const losses = {
  'lib/metrics/metric.ts': [
    { name: 'metrics: rows of weight 0 added', find: 'weight === 0 || ', replace: '', ...METRICS },
    {
      name: 'metrics: masked rows counted',
      find: 'const rows = mask && timeStepsOf(mask);',
      replace: 'const rows = mask && undefined;',
      ...METRICS,
    },
    {
      name: 'metrics: ignored rows counted',
      find: ' || (this.takesClasses && t[0] === this.ignored)',
      replace: '',
      ...METRICS,
    },
  ],
  'lib/metrics/metric-rows.ts': [
    {
      name: 'metrics: time-major rows in another order',
      find: 'offset + b * rowStep + (row - b * T) * timeStep',
      replace: 'offset + row * rowStep',
      ...MEMORY,
      test: 'are those of the step',
    },
    {
      name: 'metrics: targets of one feature all of class 0',
      find: 'if (F === 1) return',
      replace: 'if (F === 0) return',
      ...MEMORY,
    },
  ],
  'lib/metrics/perplexity.ts': [
    {
      name: 'perplexity: losses of another metric read',
      find: "return own && this.from === 'logits' && this.ignored === undefined;",
      replace: 'return own;',
      ...MEMORY,
    },
    {
      name: 'perplexity: losses without weights',
      find: 'weightOf === undefined ? 1 : weightOf(row)',
      replace: '1',
      ...MEMORY,
      test: 'count by the weights',
    },
  ],
  'lib/training/metric-memory.ts': [
    {
      name: 'perplexity: losses of soft targets read',
      find: 'sparse && loss.isEntropy',
      replace: 'loss.isEntropy',
      ...MEMORY,
    },
    {
      name: 'metrics: outputs of a user overwritten',
      find: 'output || !others.every(({ takesViews }) => takesViews)',
      replace: 'output',
      ...MEMORY,
    },
    {
      name: 'metrics: outputs of a larger batch kept',
      find: 'before?.length === size ? before : ',
      replace: 'before !== undefined ? before : ',
      ...MEMORY,
    },
  ],
  'lib/metrics/mean.ts': [
    {
      name: 'metrics: values without weights',
      find: 'this.#sum += weight * value;',
      replace: 'this.#sum += value;',
      ...METRICS,
    },
  ],
  'lib/metrics/accuracy.ts': [
    {
      name: 'accuracy: the threshold of probabilities for all',
      find: 'y[0]! >= this.threshold',
      replace: 'y[0]! > 0.5',
      ...METRICS,
    },
    {
      name: 'accuracy: all of equal scores are right',
      find: '(other === score && k >= target)',
      replace: 'other === score',
      ...METRICS,
    },
    {
      name: 'accuracy: rows of a subclass passed over',
      find: 'F === 1 || weightOf !== undefined || this.addRow !== Accuracy.prototype.addRow',
      replace: 'F === 1 || weightOf !== undefined',
      ...MEMORY,
    },
    {
      name: 'accuracy: time steps in another order',
      find: 'row < count; row += T, start += rowStep',
      replace: 'row < count; row += T, start += timeStep',
      killedBy: 'spec/training/reports.spec.ts',
    },
  ],
  'lib/metrics/precision-recall.ts': [
    {
      name: 'precision and recall exchanged',
      find: 'return [right, right + falsePositive];',
      replace: 'return [right, right + 0 * falsePositive];',
      ...METRICS,
    },
    {
      name: 'averages: classes of no rows left out',
      find: "this.average === 'macro' ? 1 : right + falseNegative",
      replace: 'right + falseNegative',
      ...METRICS,
    },
  ],
  'lib/metrics/auc.ts': [
    { name: 'auc: equal scores count nothing', find: 'totals[0]! + tied[0]! / 2', replace: 'totals[0]!', ...METRICS },
  ],
  'lib/metrics/intervals.ts': [
    {
      name: 'coverage: the second quantile for the last',
      find: 'const last = y.length - t.length;',
      replace: 'const last = t.length;',
      ...METRICS,
    },
  ],
  'lib/losses/ctc-paths.ts': [
    {
      name: 'ctc: blanks skipped between equal labels',
      find: ' && label !== labels[from + (s >> 1) - 1]',
      replace: '',
      ...CTC,
    },
    {
      name: 'ctc: paths end with a blank only',
      find: 'states > 1 ? alpha[last - 1]! : -Infinity',
      replace: '-Infinity',
      ...CTC,
    },
    { name: 'ctc: no skip on the way back', find: 's + 2 < states && skips[s + 2] === 1', replace: 'false', ...CTC },
    { name: 'ctc: gradient without scale', find: 'scale * (p -', replace: '(p -', ...CTC },
  ],
  'lib/losses/ctc-labels.ts': [{ name: 'ctc: equal labels need no blank', find: 'steps++;', replace: '', ...CTC }],
  'lib/losses/ctc-loss.ts': [
    {
      name: 'ctc: labels in the order of the caller',
      find: 'packing === undefined ? b : packing.order[b]!',
      replace: 'b',
      killedBy: 'spec/training/ctc.spec.ts',
    },
    {
      name: 'ctc: more labels copied than there is room',
      find: 'Math.min(shape[1]!, T + 1)',
      replace: 'shape[1]!',
      killedBy: 'spec/training/ctc.spec.ts',
    },
    { name: 'ctc: masked time steps counted', find: 'mask.times[mask.offsets[b]! + t]!', replace: 't', ...CTC },
  ],
  'lib/losses/ctc-decode.ts': [
    {
      name: 'ctc decode: equal labels merged over blanks',
      find: 'before = best;',
      replace: 'if (best !== blank) before = best;',
      ...DECODING,
    },
    {
      name: 'ctc decode: the last of equal classes',
      find: 'logs[at + k]! > logs[at + best]!',
      replace: 'logs[at + k]! >= logs[at + best]!',
      ...DECODING,
    },
    {
      name: 'ctc decode: masked time steps read',
      find: 'mask === undefined ? i :',
      replace: 'mask !== undefined ? i :',
      ...DECODING,
    },
    { name: 'ctc decode: another beam by default', find: 'beamWidth ?? 16', replace: 'beamWidth ?? 15', ...DECODING },
  ],
  'lib/losses/ctc-beam.ts': [
    {
      name: 'ctc beam: equal labels without a blank',
      find: 'k === label ? blank : total',
      replace: 'total',
      ...DECODING,
    },
    {
      name: 'ctc beam: paths of a shorter prefix lost',
      find: 'longer.last = logSum(longer.last,',
      replace: 'longer.last = logSum(NEGATIVE_INFINITY,',
      ...DECODING,
    },
    {
      name: 'ctc beam: runs of one label lost',
      find: 'same.last = logSum(same.last, last',
      replace: 'same.last = logSum(same.last, NEGATIVE_INFINITY',
      ...DECODING,
    },
    { name: 'ctc beam: the worst go on', find: 'b.total - a.total', replace: 'a.total - b.total', ...DECODING },
    {
      name: 'ctc beam: one more goes on',
      find: 'possible.slice(0, this.#width)',
      replace: 'possible.slice(0, this.#width + 1)',
      ...DECODING,
    },
  ],
  'lib/kernels/exp.ts': [
    {
      name: 'exp: the low part of ln 2 forgotten',
      find: 'const low = n * LN2_LOW;',
      replace: 'const low = 0;',
      killedBy: 'spec/kernels/exp.spec.ts',
    },
    {
      name: 'exp: powers out of range',
      find: 'power * powerOfTwo(half) * powerOfTwo(n - half)',
      replace: 'power * powerOfTwo(n)',
      killedBy: 'spec/kernels/exp.spec.ts',
    },
  ],
  'lib/losses/loss.ts': [
    {
      name: 'loss: NaN where no step counts',
      find: '(total || 1)',
      replace: 'total',
      ...FORMULAS,
    },
  ],
  'lib/losses/evaluation.ts': [
    { name: 'evaluation: weights forgotten', find: '...(weights && { weights })', replace: '', ...EVALUATION },
    {
      name: 'evaluation: weights of other rows than those that count',
      find: 'Float64Array.from(counted, (row) => weights[row]!)',
      replace: 'weights',
      ...EVALUATION,
    },
    {
      name: 'evaluation: rows that count taken from the front',
      find: 'data[rows[k]! * size + j]!;',
      replace: 'data[k * size + j]!;',
      ...EVALUATION,
    },
    {
      name: 'evaluation: gradients put to the front',
      find: 'all[rows[k]! * size + j] =',
      replace: 'all[k * size + j] =',
      ...EVALUATION,
    },
  ],
  'lib/losses/loss-places.ts': [
    {
      name: 'evaluation: losses that another run overwrote',
      find: 'if (losses !== undefined) data.set(losses, each);',
      replace: '',
      ...EVALUATION,
    },
  ],
  'lib/losses/row-weights.ts': [
    {
      name: 'metrics: the weight of a sequence for its first step only',
      find: 'const each = sizeOf(outer.slice(1));',
      replace: 'const each = 1;',
      ...METRICS,
    },
    {
      name: 'row weights: one of the batch for all',
      find: 'data[floor(row / each)]!',
      replace: 'data[0]!',
      ...EVALUATION,
    },
  ],
  'lib/losses/huber.ts': [
    { name: 'huber: linear part without its offset', find: '(size - delta / 2)', replace: 'size', ...FORMULAS },
    {
      name: 'huber: gradient without limit',
      find: 'Math.min(Math.max(y - t, -delta), delta)',
      replace: 'y - t',
      ...FORMULAS,
    },
  ],
  'lib/losses/log-cosh.ts': [
    {
      name: 'log-cosh: difference of logarithms near 0',
      find: 'const NEAR = 1;',
      replace: 'const NEAR = 1e-12;',
      ...FORMULAS,
    },
    { name: 'log-cosh: too few terms', find: 'const TERMS = 9;', replace: 'const TERMS = 6;', ...FORMULAS },
  ],
  'lib/losses/quantile-loss.ts': [
    {
      name: 'quantiles: features before quantiles',
      find: 'Math.floor(j / size)',
      replace: '(j % this.quantiles.length)',
      ...FORMULAS,
    },
    {
      name: 'quantiles: sides exchanged',
      find: 'e < 0 ? -q : e > 0 ? 1 - q : 0',
      replace: 'e < 0 ? q - 1 : e > 0 ? q : 0',
      ...FORMULAS,
    },
  ],
  'lib/losses/gaussian-nll.ts': [
    {
      name: 'gaussian: 0 · ∞ where the mean is exact',
      find: 'e === 0 ? 0 : e * root',
      replace: 'e * root',
      ...FORMULAS,
    },
    { name: 'gaussian: constant forgotten', find: 'this.full ? CONSTANT : 0', replace: '0', ...FORMULAS },
    {
      name: 'gaussian: the mean counts predictions',
      find: 'override lossesPerRow(F: number): number {\n    return F / 2;',
      replace: 'override lossesPerRow(F: number): number {\n    return F;',
      ...FORMULAS,
    },
  ],
  'lib/losses/softmax-cross-entropy.ts': [
    {
      name: 'perplexity: smoothed losses read',
      find: ' && labelSmoothing === 0;',
      replace: ';',
      ...MEMORY,
    },
    {
      name: 'cross entropy: spread from the first row',
      find: 'let i = rows - 1; i >= 0; i--',
      replace: 'let i = 0; i < rows; i++',
      ...FORMULAS,
    },
    {
      name: 'cross entropy: weights of classes forgotten in the spread',
      find: '(classWeights?.[j] ?? 1)',
      replace: '1',
      ...FORMULAS,
    },
  ],
  'lib/losses/probabilities.ts': [
    { name: 'probabilities: infinite losses', find: 'Math.max(log(p), SMALLEST_LOG)', replace: 'log(p)', ...FORMULAS },
    { name: 'probabilities: infinite gradients', find: 'Math.max(p, SMALLEST_DIVISOR)', replace: 'p', ...FORMULAS },
  ],
  'lib/losses/binary-cross-entropy.ts': [
    {
      name: 'binary: weight of positives in the loss alone',
      find: 'const slope = no * p - yes * complement;',
      replace: 'const slope = no * p - t * complement;',
      ...FORMULAS,
    },
    {
      name: 'binary: features not summed',
      find: 'if (each >= 0 && this.sumFeatures)',
      replace: 'if (each < -1)',
      ...FORMULAS,
    },
  ],
  'lib/training/loss-pass.ts': [
    {
      name: 'weights: targets as wide as predictions',
      find: 'sparse ? 1 : this.#loss.targetSize(F)',
      replace: 'sparse ? 1 : F',
      ...TRAINING,
    },
  ],
  'lib/training/examples.ts': [
    {
      name: 'ctc: impossible rows found too late',
      find: 'loss.requireSteps(where, yName, target, stepsOf, rows);',
      replace: '',
      killedBy: 'spec/training/ctc.spec.ts',
    },
  ],
};
