import {
  attentionMap,
  flowTriangle,
  gateActivations,
  gradientNorms,
  histograms,
  lineChart,
  lossCurve,
  report,
  stateGradients,
} from '../../lib/plot/index.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { type BadCall, type CallWith, each } from '../support/bad-values.ts';
import { flowOf, historyOf, lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import type { Table } from '../support/refusals.ts';

const rnn = simpleRnnFlow({ T: 3, B: 2, H: 2 });
const lstm = lstmFlow({ T: 3, B: 2, H: 2 });
const flow = flowOf([rnn, lstm]);
const history = historyOf(2);

/** Lists in which the first element is missing, not undefined. */
const sparse = (argument: string, call: CallWith): BadCall[] => {
  const hole: unknown[] = [];
  hole.length = 3;
  return each(argument, call, [hole]);
};

const calls: readonly (readonly [of: string, calls: BadCall[]])[] = [
  [
    'lineChart',
    [
      ...sparse('series[0]', (bad) => lineChart(bad)),
      ...sparse('series[0].points[0]', (points) => lineChart([{ name: 'a', points }])),
    ],
  ],
  ['lossCurve', sparse('history.epochs[0]', (epochs) => lossCurve({ epochs }))],
  ['gradientNorms', sparse('logs[0]', (logs) => gradientNorms(logs))],
  ['flowTriangle', sparse('layer.jacobians.h[0]', (h) => flowTriangle({ ...rnn, jacobians: { h } }))],
  ['stateGradients', sparse('flow.layers[0]', (layers) => stateGradients({ ...flow, layers }))],
  [
    'gateActivations',
    [
      ...sparse('gates[0]', (gates) => gateActivations(lstm, { gates })),
      ...sparse('steps[0]', (steps) => gateActivations(lstm, { steps })),
      ...sparse('input', (input) => gateActivations(lstm, { input })),
    ],
  ],
  [
    'attentionMap',
    [
      ...sparse('source[0]', (source) => attentionMap(tensor([[1]]), { source })),
      ...sparse('target[0]', (target) => attentionMap(tensor([[1]]), { target })),
    ],
  ],
  [
    'histograms',
    [
      ...sparse('records[0]', (bad) => histograms(bad)),
      ...sparse('records[0].flow.parameters[0]', (parameters) =>
        histograms([{ step: 0, flow: { ...flow, parameters } }]),
      ),
      ...sparse('records[0].flow.parameters.a.values.counts[0]', (counts) => {
        const parameter = { ...flow.parameters[0]!, name: 'a', values: { low: 0, high: 1, counts } };
        return histograms([{ step: 0, flow: { ...flow, parameters: [parameter] } }]);
      }),
    ],
  ],
  [
    'report',
    [
      ...sparse('summary[0]', (summary) => report(history, undefined, { summary })),
      ...sparse('sections[0]', (sections) => report(history, undefined, { sections })),
      ...sparse('batches[0]', (batches) => report(history, undefined, { batches })),
      ...sparse('input', (input) => report(history, undefined, { input })),
      ...sparse('flow[0]', (bad) => report(history, bad)),
      ...sparse('flow.verdicts[0]', (verdicts) => report(history, { ...flow, verdicts })),
      ...sparse('flow.parameters[0]', (parameters) => report(history, { ...flow, parameters })),
    ],
  ],
];

/** Functions that draw, given lists with holes. */
export const sparseLists: Table = { subjects: calls.map(([of, calls_]) => ({ of, calls: calls_ })) };
