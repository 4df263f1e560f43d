import {
  attentionMap,
  eigenvalues,
  flowTriangle,
  gateActivations,
  gradientNorms,
  histograms,
  importancePlot,
  lineChart,
  lossCurve,
  parallelCoordinates,
  report,
  stateGradients,
  sweepHistory,
  sweepSlices,
} from '../../lib/plot/index.ts';
import { tensor } from '../../lib/tensor/create.ts';
import {
  type BadCall,
  type CallWith,
  each,
  notArray,
  notBoolean,
  notInteger,
  notNumber,
  notOneOf,
} from '../support/bad-values.ts';
import { batchLogs, flowOf, flowRecords, historyOf, lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import type { Subject, Table } from '../support/refusals.ts';
import { badResults, results } from '../support/study-results.ts';

const rnn = simpleRnnFlow({ T: 3, B: 2, H: 2 });
const lstm = lstmFlow({ T: 3, B: 2, H: 2 });
const flow = flowOf([rnn, lstm]);
const history = historyOf(2);
const [epoch] = history.epochs;
const [batch] = batchLogs(1, 1);
const records = flowRecords(2);
const weights = tensor([
  [1, 0, 0],
  [0.25, 0.5, 0.25],
]);
const series = [{ name: 'a', points: [[0, 1]] as const }];

const weightsWith = (last: number) => ({ data: [1, 0, 0, 0.25, 0.5, last], shape: [2, 3], stride: [3, 1], offset: 0 });

const notObject = (argument: string, call: CallWith): BadCall[] =>
  each(argument, call, [null, undefined, 0, true, 'abc']);
const notString = (argument: string, call: CallWith): BadCall[] => each(argument, call, [null, 0, true, [], {}]);
const notList = (argument: string, call: CallWith): BadCall[] => each(argument, call, [null, 0, true, 'abc', {}]);
const notAnyNumber = (argument: string, call: CallWith): BadCall[] =>
  each(argument, call, [null, undefined, '1', true, [], {}, 1n]);

/** Those of every drawing. */
const frame = (draw: (options: never) => unknown): BadCall[] => [
  ...notNumber('width', (width) => draw({ width } as never), 199, 8001, 0, -1),
  ...notNumber('height', (height) => draw({ height } as never), 119, 8001),
  ...notString('title', (title) => draw({ title } as never)),
];

/** An input that fits no gate. */
const badInput = (draw: (options: never) => unknown): BadCall[] => [
  ...each('input', (input) => draw({ input } as never), ['ab', [1, 2], [1, 'a', 2], ['a', 'b'], [], [{}, {}, {}]]),
  ...notArray('input', (input) => draw({ input } as never)).filter(([what]) => !/string|nested|undefined/.test(what)),
];

const scale = (draw: (options: never) => unknown): BadCall[] =>
  notOneOf('yScale', (yScale) => draw({ yScale } as never), 'LOG');

const badBatches = (draw: (options: never) => unknown): BadCall[] => [
  ...notList('batches', (batches) => draw({ batches } as never)),
  ...each('batches', (batches) => draw({ batches } as never), [[]]),
  ...notObject('batches[0]', (log) => draw({ batches: [log] } as never)),
  ...notAnyNumber('batches[0].loss', (loss) => draw({ batches: [{ ...batch!, loss }] } as never)),
  ...notInteger('batches[0].batches', (batches) => draw({ batches: [{ ...batch!, batches }] } as never), -1),
  ...notBoolean('batches[0].skipped', (skipped) => draw({ batches: [{ ...batch!, skipped }] } as never)),
];

const badHistory = (draw: (history: never) => unknown): BadCall[] => [
  ...notObject('history', draw),
  ...notList('history.epochs', (epochs) => draw({ epochs } as never)),
  ...each('history.epochs', (epochs) => draw({ epochs } as never), [[]]),
  ...notObject('history.epochs[0]', (log) => draw({ epochs: [log] } as never)),
  ...notInteger('history.epochs[0].epoch', (at) => draw({ epochs: [{ ...epoch!, epoch: at }] } as never), -1),
  ...notAnyNumber('history.epochs[0].loss', (loss) => draw({ epochs: [{ ...epoch!, loss }] } as never)),
  ...each(
    'history.epochs[0].validationLoss',
    (validationLoss) => draw({ epochs: [{ ...epoch!, validationLoss }] } as never),
    [null, '1'],
  ),
];

const badFlow = (draw: (flow: never) => unknown): BadCall[] => [
  ...each('flow', draw, [null, 0, true, 'abc']),
  ...notList('flow.layers', (layers) => draw({ ...flow, layers } as never)),
  ...notObject('flow.layers[0]', (layer) => draw({ ...flow, layers: [layer] } as never)),
  ...notString('flow.layers[0].name', (name) => draw({ ...flow, layers: [{ ...rnn, name }] } as never)),
];

const badRecords = (argument: string, draw: (records: never) => unknown): BadCall[] => [
  ...each(argument, draw, [[]]),
  ...notObject(`${argument}[0]`, (record) => draw([record] as never)),
  ...notInteger(`${argument}[0].step`, (step) => draw([{ ...records[0]!, step }] as never), -1),
  ...each(`${argument}[1].step`, (step) => draw([records[0]!, { ...records[1]!, step }] as never), [0]),
  ...notObject(`${argument}[0].flow`, (bad) => draw([{ step: 0, flow: bad }] as never)),
];

const badSections = (name: 'sections' | 'appendix'): BadCall[] => {
  const withSection = (section: object): unknown =>
    report(history, undefined, { [name]: [{ heading: 'a', ...section }] });
  return [
    ...notList(name, (bad) => report(history, undefined, { [name]: bad })),
    ...notObject(`${name}[0]`, (bad) => report(history, undefined, { [name]: [bad] })),
    ...(['heading', 'caption', 'code'] as const).flatMap((key) =>
      notString(`${name}[0].${key}`, (bad) => withSection({ [key]: bad })),
    ),
    ...(['text', 'figures', 'table'] as const).flatMap((key) =>
      notList(`${name}[0].${key}`, (bad) => withSection({ [key]: bad })),
    ),
    ...notString(`${name}[0].text[0]`, (bad) => withSection({ text: [bad] })),
    ...notString(`${name}[0].figures[0]`, (bad) => withSection({ figures: [bad] })),
    ...notString(`${name}[0].table[0][0]`, (bad) => withSection({ table: [[bad]] })),
  ];
};

const sweeps = Object.entries({ sweepHistory, sweepSlices, parallelCoordinates }).map(
  ([of, draw]): Subject => ({
    of,
    withOptions: (options) => draw(results, options),
    calls: [
      ...badResults(draw),
      ...notOneOf('yScale', (yScale) => draw(results, { yScale }), 'LOG'),
      ...frame((options) => draw(results, options)),
    ],
  }),
);
const importance = { parameters: [{ name: 'x', share: 0.5 }], interactions: 0.5, rSquared: 0.9, trials: 9 };
const shares = (more: object) => importancePlot({ ...importance, ...more });
const share = (more: object) => shares({ parameters: [{ ...importance.parameters[0], ...more }] });

export const plots: Table = {
  subjects: [
    ...sweeps,
    {
      of: 'importancePlot',
      withOptions: (options) => importancePlot(importance, options),
      calls: [
        ...notObject('importance', (bad) => importancePlot(bad)),
        ...notList('importance.parameters', (parameters) => shares({ parameters })),
        ...notObject('importance.parameters[0]', (bad) => shares({ parameters: [bad] })),
        ...notString('importance.parameters[0].name', (name) => share({ name })),
        ...each('importance.parameters[0].share', (bad) => share({ share: bad }), [null, undefined, '1', -0.1, 1.1]),
        ...each('importance.interactions', (interactions) => shares({ interactions }), [null, undefined, '1', -0.1, 2]),
        ...notAnyNumber('importance.rSquared', (rSquared) => shares({ rSquared })),
        ...notAnyNumber('importance.trials', (trials) => shares({ trials })),
        ...frame((options) => importancePlot(importance, options)),
      ],
    },
    {
      of: 'lineChart',
      withOptions: (options) => lineChart(series, options),
      calls: [
        ...frame((options) => lineChart(series, options)),
        ...scale((options) => lineChart(series, options)),
        ...notString('xLabel', (xLabel) => lineChart(series, { xLabel })),
        ...notString('yLabel', (yLabel) => lineChart(series, { yLabel })),
        ...notList('xDomain', (xDomain) => lineChart(series, { xDomain })),
        ...each('xDomain', (xDomain) => lineChart(series, { xDomain } as never), [[], [0, 1, 2]]),
        ...notNumber('xDomain[0]', (low) => lineChart(series, { xDomain: [low, 1] } as never)),
        ...notNumber('xDomain[1]', (high) => lineChart(series, { xDomain: [1, high] } as never), 1, 0),
        ...notList('series', (bad) => lineChart(bad)),
        ...each('series', (bad) => lineChart(bad), [[]]),
        ...notObject('series[0]', (bad) => lineChart([bad])),
        ...notString('series[0].name', (name) => lineChart([{ ...series[0]!, name }])),
        ...notBoolean('series[0].faint', (faint) => lineChart([{ ...series[0]!, faint }])),
        ...notBoolean('series[0].dots', (dots) => lineChart([{ ...series[0]!, dots }])),
        ...notList('series[0].points', (points) => lineChart([{ name: 'a', points }])),
        ...notList('series[0].points[0]', (point) => lineChart([{ name: 'a', points: [point] }])),
        ...notNumber('series[0].points[0][0]', (x) => lineChart([{ name: 'a', points: [[x, 1]] }])),
        ...notAnyNumber('series[0].points[0][1]', (y) => lineChart([{ name: 'a', points: [[1, y]] }])),
      ],
    },
    {
      of: 'lossCurve',
      withOptions: (options) => lossCurve(history, options),
      calls: [
        ...frame((options) => lossCurve(history, options)),
        ...scale((options) => lossCurve(history, options)),
        ...badBatches((options) => lossCurve(history, options)),
        ...badHistory((bad) => lossCurve(bad)),
      ],
    },
    {
      of: 'gradientNorms',
      withOptions: (options) => gradientNorms(history.epochs, options),
      calls: [
        ...frame((options) => gradientNorms(history.epochs, options)),
        ...notList('logs', (logs) => gradientNorms(logs)),
        ...each('logs', (logs) => gradientNorms(logs), [[]]),
        ...notObject('logs[0]', (log) => gradientNorms([log])),
        ...notObject('logs[1]', (log) => gradientNorms([batch!, log])),
        ...notInteger('logs[0].step', (step) => gradientNorms([{ ...batch!, step }]), -1),
        ...notAnyNumber('logs[0].gradientNorm', (gradientNorm) => gradientNorms([{ ...batch!, gradientNorm }])),
        ...notAnyNumber('logs[0].clippedNorm', (clippedNorm) => gradientNorms([{ ...epoch!, clippedNorm }])),
        ...each('logs[1].step', (log) => gradientNorms([batch!, log]), [epoch]),
      ],
    },
    {
      of: 'flowTriangle',
      withOptions: (options) => flowTriangle(rnn, options),
      calls: [
        ...frame((options) => flowTriangle(rnn, options)),
        ...notOneOf('state', (state) => flowTriangle(rnn, { state }), 'c'),
        ...notInteger('row', (row) => flowTriangle(rnn, { row }), -1, 2),
        ...notOneOf('quantity', (quantity) => flowTriangle(rnn, { quantity }), 'directPath'),
        ...notObject('layer', (layer) => flowTriangle(layer)),
        ...notObject('layer.jacobians', (jacobians) => flowTriangle({ ...rnn, jacobians })),
        ...each('layer.jacobians', (jacobians) => flowTriangle({ ...rnn, jacobians }), [{}, { h: [] }]),
        ...each('layer.jacobians.h', (h) => flowTriangle({ ...rnn, jacobians: { h } } as never), [1, null, 'abc', {}]),
        ...notObject('layer.jacobians.h[0]', (entry) => flowTriangle({ ...rnn, jacobians: { h: [entry] } })),
        ...(['from', 'to', 'row'] as const).flatMap((key) =>
          notInteger(
            `layer.jacobians.h[0].${key}`,
            (bad) => flowTriangle({ ...rnn, jacobians: { h: [{ ...rnn.jacobians.h![5]!, [key]: bad }] } }),
            -1,
          ),
        ),
        ...notAnyNumber('layer.jacobians.h[0].norm', (norm) =>
          flowTriangle({ ...rnn, jacobians: { h: [{ ...rnn.jacobians.h![0]!, norm }] } }),
        ),
      ],
    },
    {
      of: 'stateGradients',
      withOptions: (options) => stateGradients(flow, options),
      calls: [
        ...frame((options) => stateGradients(flow, options)),
        ...notOneOf('state', (state) => stateGradients(flow, { state })),
        ...badFlow((bad) => stateGradients(bad)),
        ...each('flow.layers', (layers) => stateGradients({ ...flow, layers }), [[]]),
        ...notInteger('flow.layers[0].T', (T) => stateGradients({ ...flow, layers: [{ ...rnn, T }] }), 0),
        ...notObject('flow.layers[0].decay', (decay) => stateGradients({ ...flow, layers: [{ ...rnn, decay }] })),
        ...notArray('flow.layers[0].stateGradients.h', (h) =>
          stateGradients({ ...flow, layers: [{ ...rnn, stateGradients: { h } }] }),
        ),
        ...each(
          'flow.layers[0].stateGradients.h',
          (h) => stateGradients({ ...flow, layers: [{ ...rnn, T: 4, stateGradients: { h } }] }),
          [rnn.stateGradients.h],
        ),
      ],
    },
    {
      of: 'gateActivations',
      withOptions: (options) => gateActivations(lstm, options),
      calls: [
        ...frame((options) => gateActivations(lstm, options)),
        ...badInput((options) => gateActivations(lstm, options)),
        ...notList('gates', (gates) => gateActivations(lstm, { gates })),
        ...notOneOf('gates[0]', (gate) => gateActivations(lstm, { gates: [gate] }), 'reset'),
        ...notOneOf('quantity', (quantity) => gateActivations(lstm, { quantity })),
        ...notList('steps', (steps) => gateActivations(lstm, { steps })),
        ...notInteger('steps[0]', (first) => gateActivations(lstm, { steps: [first, 3] }), 0, 4),
        ...notInteger('steps[1]', (last) => gateActivations(lstm, { steps: [2, last] }), 1, 4),
        ...notObject('layer', (layer) => gateActivations(layer)),
        ...notInteger('layer.T', (T) => gateActivations({ ...lstm, T }), 0),
        ...notInteger('layer.H', (H) => gateActivations({ ...lstm, H }), 0),
        ...notObject('layer.gates', (gates) => gateActivations({ ...lstm, gates })),
        ...notObject('layer.gates.a', (a) => gateActivations({ ...lstm, gates: { a } })),
        ...notArray('layer.gates.a.mean', (mean) =>
          gateActivations({ ...lstm, gates: { a: { ...lstm.gates.input!, mean } } }),
        ),
        ...notObject('layer.gates.a.histogram', (histogram) =>
          gateActivations({ ...lstm, gates: { a: { ...lstm.gates.input!, histogram } } }),
        ),
      ],
    },
    {
      of: 'attentionMap',
      withOptions: (options) => attentionMap(weights, options),
      calls: [
        ...frame((options) => attentionMap(weights, options)),
        ...notString('caption', (caption) => attentionMap(weights, { caption })),
        ...notArray('weights', (bad) => attentionMap(bad)),
        ...each('weights', (bad) => attentionMap(bad), [
          tensor([1, 0]),
          tensor([[[1, 0]]]),
          { data: [], shape: [0, 3], stride: [3, 1], offset: 0 },
          { data: [], shape: [2, 0], stride: [0, 1], offset: 0 },
        ]),
        ...each('weights[1][2]', (bad) => attentionMap(weightsWith(bad)), [Number.NaN, Infinity, -Infinity, -0.25]),
        ...(['source', 'target'] as const).flatMap((name) => [
          ...each(name, (words) => attentionMap(weights, { [name]: words } as never), [
            ...[null, 0, true, {}, [], '', 'a', 'abcd', ['a'], ['a', 'b', 'c', 'd']],
          ]),
          ...notString(`${name}[0]`, (word) => attentionMap(weights, { [name]: [word, 'a', 'a'] } as never)),
        ]),
      ],
    },
    {
      of: 'eigenvalues',
      withOptions: (options) => eigenvalues(rnn, options),
      calls: [
        ...frame((options) => eigenvalues(rnn, options)),
        ...each('layer', (layer) => eigenvalues(layer), [null, undefined, 0, lstm]),
        ...each('layer.recurrent', (recurrent) => eigenvalues({ ...rnn, recurrent }), [null, 0, 'abc']),
        ...notAnyNumber('layer.recurrent.norm', (norm) =>
          eigenvalues({ ...rnn, recurrent: { ...rnn.recurrent!, norm } }),
        ),
        ...notArray('layer.recurrent.eigenvalues', (bad) =>
          eigenvalues({ ...rnn, recurrent: { ...rnn.recurrent!, eigenvalues: bad } }),
        ),
      ],
    },
    {
      of: 'histograms',
      withOptions: (options) => histograms(records, options),
      calls: [
        ...frame((options) => histograms(records, options)),
        ...notOneOf('parameter', (parameter) => histograms(records, { parameter }), 'lstm9.kernel'),
        ...notOneOf('of', (of) => histograms(records, { of })),
        ...notList('records', (bad) => histograms(bad)),
        ...badRecords('records', (bad) => histograms(bad)),
        ...notList('records[0].flow.parameters', (parameters) =>
          histograms([{ step: 0, flow: { ...flow, parameters } }]),
        ),
        ...notObject('records[0].flow.parameters[0]', (bad) =>
          histograms([{ step: 0, flow: { ...flow, parameters: [bad] } }]),
        ),
        ...notObject('records[0].flow.parameters.a.values', (values) =>
          histograms([{ step: 0, flow: { ...flow, parameters: [{ ...flow.parameters[0]!, name: 'a', values }] } }]),
        ),
      ],
    },
    {
      of: 'report',
      withOptions: (options) => report(history, undefined, options),
      calls: [
        ...badHistory((bad) => report(bad)),
        ...badFlow((bad) => report(history, bad)),
        ...badRecords('flow', (bad) => report(history, bad)),
        ...notList('flow.verdicts', (verdicts) => report(history, { ...flow, verdicts })),
        ...notObject('flow.verdicts[0]', (verdict) => report(history, { ...flow, verdicts: [verdict] })),
        ...notList('flow.parameters', (parameters) => report(history, { ...flow, parameters })),
        ...notObject('flow.parameters[0]', (bad) => report(history, { ...flow, parameters: [bad] })),
        ...notString('flow.parameters[0].name', (name) =>
          report(history, { ...flow, parameters: [{ ...flow.parameters[0]!, name }] }),
        ),
        ...notString('title', (title) => report(history, undefined, { title })),
        ...notList('summary', (summary) => report(history, undefined, { summary })),
        ...notString('summary[0]', (each_) => report(history, undefined, { summary: [each_] })),
        ...badBatches((options) => report(history, undefined, options)),
        ...badInput((options) => report(history, flow, options)),
        ...badSections('sections'),
        ...badSections('appendix'),
      ],
    },
  ],
};
