const spec = (name) => ({ killedBy: `spec/flow/${name}.spec.ts` });

/** Mutants with wrong numbers or verdicts of gradient flows.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const measured = {
  'lib/flow/decay.ts': [
    { name: 'decay: of the first row', find: 'row < B', replace: 'row < 1', ...spec('decay') },
    {
      name: 'decay: one intercept for all rows',
      find: 'ty += sums.ty - (sums.t * sums.y) / sums.n',
      replace: 'ty += sums.ty',
      ...spec('decay'),
    },
    { name: 'decay: rate towards the future', find: 'exp64(-slope)', replace: 'exp64(slope)', ...spec('decay') },
    {
      name: 'decay: without any gradient, gradients vanish',
      find: 'if (!found) return',
      replace: 'if (false) return',
      ...spec('decay'),
    },
    {
      name: 'decay: horizon of gradients whatever the Jacobians',
      find: 'horizonOf(jacobians) ?? horizon',
      replace: 'horizon',
      ...spec('decay'),
    },
    { name: 'decay: sum for the mean of a distance', find: 'y: y / n', replace: 'y', ...spec('decay') },
  ],
  'lib/flow/jacobian/sweeps.ts': [
    {
      name: 'sweeps: a step too few',
      find: 'if (slot < last) back',
      replace: 'if (slot < last - 1) back',
      ...spec('sweeps'),
      test: 'sweepBack',
    },
    {
      name: 'sweeps: never ended',
      find: 'if (lowest.get(to) === slot) sweeps.delete(to)',
      replace: 'if (lowest.get(to) === slot) sweeps.get(to)',
      ...spec('sweeps'),
      test: 'sweepBack',
    },
  ],
  'lib/flow/cell-state.ts': [
    {
      name: 'cell state: sum of squares for the mean',
      find: 'sqrt(sum / (B * H))',
      replace: 'sqrt(sum)',
      ...spec('cell-state'),
    },
    { name: 'cell state: saturated from 1 on', find: 'size > TANH_EDGE', replace: 'size > 1', ...spec('cell-state') },
  ],
  'lib/flow/verdicts/cell-state.ts': [
    {
      name: 'verdicts: drift never found',
      find: 'if (!(share >= MOSTLY)) return undefined',
      replace: 'if (share > 0) return undefined',
      ...spec('cell-state'),
    },
    {
      name: 'verdicts: bias of another input gate',
      find: 'mean / numbers.rms',
      replace: 'mean * numbers.rms',
      ...spec('cell-state'),
    },
  ],
  'lib/flow/verdicts/not-finite.ts': [
    {
      name: 'verdicts: NaN in x is an explosion',
      find: 'isX || isState ?',
      replace: 'isState ?',
      ...spec('not-finite'),
    },
  ],
  'lib/flow/verdicts/update.ts': [
    {
      name: 'verdicts: biases judged',
      find: '!/bias$/i.test(name) && norm > 0',
      replace: 'norm > 0',
      ...spec('values'),
    },
    {
      name: 'verdicts: a rate ten times too high',
      find: '(learningRate * USUAL) / ratio',
      replace: '(10 * learningRate * USUAL) / ratio',
      ...spec('values'),
    },
  ],
  'lib/flow/parameter-flow.ts': [
    {
      name: 'update ratio: squares for norms',
      find: 'Math.sqrt(moved / norm)',
      replace: 'moved / norm',
      ...spec('values'),
    },
  ],
  'lib/flow/gate-statistics.ts': [
    { name: 'gates: saturated on one side', find: 'value < below || ', replace: '', ...spec('values') },
    { name: 'gates: sum for the mean', find: 'sums[j]! / B', replace: 'sums[j]!', ...spec('values') },
  ],
  'lib/flow/histogram.ts': [
    { name: 'histograms: from 0 on', find: '(value + high) * perUnit', replace: 'value * perUnit', ...spec('values') },
  ],
  'lib/flow/recurrent-spectrum.ts': [
    {
      name: 'spectral radius: the real part',
      find: 'real * real + imaginary * imaginary',
      replace: 'real * real',
      ...spec('values'),
    },
    { name: 'spectrum: the least norm', find: 'singular[0]!', replace: 'singular.at(-1)!', ...spec('values') },
  ],
  'lib/flow/verdicts/vanishing.ts': [
    {
      name: 'verdicts: forget bias of half the sequence',
      find: 'exp64(-THOUSAND_FOLD / T)',
      replace: 'exp64((-2 * THOUSAND_FOLD) / T)',
      ...spec('values'),
    },
  ],
  'lib/flow/verdicts/exploding.ts': [
    {
      name: 'verdicts: growth of one step less',
      find: 'T * log(rate)',
      replace: '(T - 1) * log(rate)',
      ...spec('values'),
    },
  ],
};
