import { choice, type StudyResults, uniform } from '../../lib/fleet/index.ts';
import { type BadCall, each, notOneOf } from './bad-values.ts';

/** Results of a study of six trials. */
export const results: StudyResults = {
  space: { x: uniform(0, 1), cell: choice(['gru', 'lstm']) },
  direction: 'minimize',
  trials: [0, 1, 2, 3, 4, 5].map((number) => ({
    number,
    state: number === 5 ? 'pruned' : 'complete',
    parameters: { x: number / 5, cell: number % 2 === 0 ? 'gru' : 'lstm' },
    value: number === 5 ? undefined : number,
    steps: [{ step: 1, value: number }],
  })),
};

/** What everything that reads results refuses. */
export function badResults(call: (study: never) => unknown): BadCall[] {
  const study = (more: object): unknown => call({ ...results, ...more } as never);
  const trial = (k: number, more: object): unknown =>
    study({ trials: results.trials.map((each, i) => (i === k ? { ...each, ...more } : each)) });
  const notRecord = [null, undefined, 'x', {}];
  return [
    ...each('study', (bad) => call(bad), [null, undefined, 1, 'study']),
    ...each('study.space', (space) => study({ space }), [null, undefined, 1, [], {}]),
    ...each('study.space.x', (x) => study({ space: { x } }), [null, 1, {}]),
    ...notOneOf('study.direction', (direction) => study({ direction }), 'min'),
    ...each('study.trials', (trials) => study({ trials }), [null, undefined, 1, 'x', {}]),
    ...each('study.trials[0]', (bad) => study({ trials: [bad] }), [null, undefined, 1, 'x']),
    ...each('study.trials[1].number', (number) => trial(1, { number }), [null, undefined, '1', -1, 0.5]),
    ...notOneOf('study.trials[1].state', (state) => trial(1, { state }), 'done', undefined),
    ...each('study.trials[1].value', (value) => trial(1, { value }), [null, undefined, '1', true]),
    ...each('study.trials[1].parameters', (parameters) => trial(1, { parameters }), [null, undefined, 1, 'x']),
    ...each('study.trials[1].parameters.x', (x) => trial(1, { parameters: { x, cell: 'gru' } }), [...notRecord, -1, 2]),
    ...each('study.trials[1].parameters.cell', (cell) => trial(1, { parameters: { x: 1, cell } }), [
      ...notRecord,
      'rnn',
    ]),
    ...each('study.trials[5].steps', (steps) => trial(5, { steps }), notRecord),
    ...each('study.trials[5].steps[0].value', (value) => trial(5, { steps: [{ step: 1, value }] }), [
      null,
      undefined,
      '1',
    ]),
  ];
}
