// Functional ANOVA of the trials of a sweep, verified against known shares of the variance.
import { haltonSampler, parameterImportance, Study, uniform } from 'bptt/fleet';

const TRIALS = 300;
/** Number of trees. */
const TREES = 64;

/** 2x + y in five dimensions: 4/5 and 1/5 of the variance. */
function prepare() {
  const space = Object.fromEntries(['x', 'y', 'a', 'b', 'c'].map((name) => [name, uniform(0, 1)]));
  const study = new Study(space, { sampler: haltonSampler(), trials: TRIALS });
  for (let trial = study.ask(); trial !== undefined; trial = study.ask()) {
    study.tell(trial, 2 * trial.parameters.x + trial.parameters.y);
  }
  const results = { space: study.space, trials: study.trials };
  const run = () => parameterImportance(results, { trees: TREES });
  const error = () => {
    const shares = Object.fromEntries(run().parameters.map(({ name, share }) => [name, share]));
    return Math.max(Math.abs(shares.x - 0.8), Math.abs(shares.y - 0.2));
  };
  return { run, error, tolerance: 0.05 }; // of 300 points
}

export function sweepCases() {
  return [
    {
      group: 'importance of the parameters of a sweep',
      name: `${TRIALS} trials, 5 parameters`,
      shape: { n: TRIALS },
      work: { amount: TRIALS * TREES, unit: 'element' },
      prepare,
    },
  ];
}
