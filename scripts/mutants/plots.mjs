const spec = (name) => ({ killedBy: `spec/plot/${name}.spec.ts` });

/** Mutants with wrong numbers in figures.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const plots = {
  'lib/plot/eigenvalues.ts': [
    {
      name: 'eigenvalues: sign of the real part in the tooltip',
      find: 'im < 0 ?',
      replace: 're < 0 ?',
      ...spec('eigenvalues'),
    },
    {
      name: 'eigenvalues: those on the circle outside',
      find: 'ON_CIRCLE = 1 + 1e-6',
      replace: 'ON_CIRCLE = 1',
      ...spec('eigenvalues'),
    },
  ],
  'lib/plot/attention-map.ts': [
    {
      name: 'attention map: step of the source in place of the target',
      find: 'weights.get(u, s))));\n      const hint',
      replace: 'weights.get(u, from))));\n      const hint',
      ...spec('attention-map'),
    },
    {
      name: 'attention map: colours up to 1',
      find: 'share: weight / most',
      replace: 'share: weight',
      ...spec('attention-map'),
    },
    {
      name: 'attention map: words of the next row',
      find: 'target?.[u - 1]',
      replace: 'target?.[u]',
      ...spec('attention-map'),
    },
    {
      name: 'attention map: no room for long words',
      find: 'Math.max(MARGIN.left, 38 + 6.8 * longestOf(target))',
      replace: 'MARGIN.left',
      ...spec('attention-map'),
    },
    {
      name: 'attention map: every word of the target',
      find: '(u - 1) % step === 0',
      replace: 'step > 0',
      ...spec('attention-map'),
    },
  ],
  'lib/plot/numbers.ts': [
    { name: 'numbers: one digit less', find: 'digits = 3', replace: 'digits = 2', ...spec('parts') },
    { name: 'numbers: median of an even number', find: '(lower + upper) / 2', replace: 'lower', ...spec('parts') },
    {
      name: 'numbers: 0 % for a little',
      find: "if (share > 0 && share < 0.01) return 'less than 1 %';",
      replace: '',
      ...spec('parts'),
    },
    {
      name: 'numbers: exponent without its sign',
      find: "c === '-' ? '⁻'",
      replace: "c === '-' ? ''",
      ...spec('parts'),
    },
  ],
  'lib/plot/loss-curve.ts': [
    {
      name: 'loss curve: epochs from 0',
      find: 'map(({ epoch, loss }): Point => [epoch + 1, loss])',
      replace: 'map(({ epoch, loss }): Point => [epoch, loss])',
      ...spec('curves'),
    },
    {
      name: 'loss curve: validation a copy of training',
      find: '[epoch + 1, validationLoss]',
      replace: '[epoch + 1, epochs[epoch]!.loss]',
      ...spec('curves'),
    },
    {
      name: 'loss curve: batches begin where they end',
      find: 'epoch + (batch + 1) / batches',
      replace: 'epoch + batch / batches',
      ...spec('curves'),
    },
  ],
  'lib/plot/state-gradients.ts': [
    {
      name: 'state gradients: least for the median',
      find: '[t, median(row)]',
      replace: '[t, leastOf(row)]',
      ...spec('curves'),
    },
    {
      name: 'state gradients: steps from 1',
      find: '[t, median(row)]',
      replace: '[t + 1, median(row)]',
      ...spec('curves'),
    },
  ],
  'lib/plot/verdicts.ts': [
    {
      name: 'report: last validation loss for the lowest',
      find: 'inWords(best.validationLoss!)} after',
      replace: 'inWords(last.validationLoss!)} after',
      ...spec('report'),
    },
    {
      name: 'report: share of clipped steps among all',
      find: 'const taken = (batches ?? []).filter((log) => !log.skipped);',
      replace: 'const taken = [...(batches ?? [])];',
      ...spec('report'),
    },
    {
      name: 'report: steps that were not clipped',
      find: 'log.clippedNorm < log.gradientNorm',
      replace: 'log.clippedNorm <= log.gradientNorm',
      ...spec('report'),
    },
  ],
  'lib/plot/histograms.ts': [
    {
      name: 'histogram: counts for shares',
      find: 'total === 0 ? 0 : count / total',
      replace: 'count',
      ...spec('histograms'),
    },
    {
      name: 'histogram: bins one to the right',
      find: 'from: start + i * width',
      replace: 'from: start + (i + 1) * width',
      ...spec('histograms'),
    },
  ],
  'lib/plot/trials.ts': [
    {
      name: 'trials: the worst value as the best',
      find: 'trial.value < before.value : trial.value > before.value',
      replace: 'trial.value > before.value : trial.value < before.value',
      ...spec('sweeps'),
    },
    {
      name: 'trials: pruned ones as complete',
      find: "const complete = valued.filter(({ state }) => state === 'complete');",
      replace: "const complete = valued.filter(({ state }) => state !== 'running');",
      ...spec('sweeps'),
    },
  ],
  'lib/plot/sweep-history.ts': [
    {
      name: 'sweep history: the best so far rises before its trial',
      find: "curve: 'step-after'",
      replace: "curve: 'step-before'",
      ...spec('sweeps'),
    },
  ],
  'lib/plot/parameter-axes.ts': [
    {
      name: 'parameter axes: parameters with log on a linear axis',
      find: '(log(value) - log(low)) / (log(high) - log(low))',
      replace: '(value - low) / (high - low)',
      ...spec('sweeps'),
    },
    {
      name: 'parameter axes: choices in reverse order',
      find: 'of.choices.indexOf(value) :',
      replace: 'of.choices.length - 1 - of.choices.indexOf(value) :',
      ...spec('sweeps'),
    },
  ],
  'lib/plot/parallel-coordinates.ts': [
    {
      name: 'parallel coordinates: strong colours for bad values',
      find: "direction === 'minimize' && low < high ? 1 - share : share",
      replace: "direction === 'maximize' && low < high ? 1 - share : share",
      ...spec('sweeps'),
    },
    {
      name: 'parallel coordinates: the value of a line on the axis of the first parameter',
      find: '[[0, startOf(trial as Valued, values)]',
      replace: '[[1, startOf(trial as Valued, values)]',
      ...spec('sweeps'),
    },
  ],
  'lib/plot/importance-plot.ts': [
    {
      name: 'importance plot: the first bar at the bottom',
      find: 'reverse: true,',
      replace: 'reverse: false,',
      ...spec('sweeps'),
    },
  ],
};
