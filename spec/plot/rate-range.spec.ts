import { expect, test } from '@jest/globals';
import { rateRangePlot } from '../../lib/plot/index.ts';

const points = [1e-4, 1e-3, 1e-2, 1e-1].map((learningRate, step) => {
  const loss = [2, 1.5, 0.5, 3][step]!;
  return { step, learningRate, loss, smoothed: loss };
});

test('the plot of a range test marks the suggested rate, and nothing where there is none', () => {
  const marked = rateRangePlot({ points, suggestion: 1e-3, diverged: true });
  expect(marked).toContain('suggested rate');
  const paths = [...marked.matchAll(/ d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/g)];
  const upright = paths.filter(([, x0, y0, x1, y1]) => x0 === x1 && Math.abs(Number(y0) - Number(y1)) > 100);
  expect(upright).toHaveLength(1);
  const without = rateRangePlot({ points, suggestion: undefined, diverged: true });
  expect(without).not.toContain('suggested rate');
});
