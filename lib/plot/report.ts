// The report on a training run.

import { reading, requireInteger } from '../checks.ts';
import type { FlowRecord, GradientFlow, LayerFlow } from '../flow/gradient-flow.ts';
import { optional, readOptions, type Schema } from '../options.ts';
import type { BatchLog } from '../training/callbacks.ts';
import { eigenvalues } from './eigenvalues.ts';
import { flowTriangle } from './flow-triangle.ts';
import { requireFlow, requireJacobians, requireParameters, requireRecords } from './flows.ts';
import { gateActivations } from './gate-activations.ts';
import { type GateInput, requireAnyInput, requireInput } from './gate-input.ts';
import { gradientNorms } from './gradient-norms.ts';
import { histograms } from './histograms.ts';
import { type Epochs, requireBatchLogs, requireHistory, requireNorms } from './logs.ts';
import { lossCurve } from './loss-curve.ts';
import { requireString } from './options.ts';
import { page, requireSections, type Section } from './page.ts';
import { requireArray } from './requirements.ts';
import { stateGradients } from './state-gradients.ts';
import { remarksOn, requireVerdicts } from './verdicts.ts';

/** Options of `report`. */
export interface ReportOptions {
  /** Heading of the page; default `'Training'`. */
  readonly title?: string;
  /** Sentences at the top, before the verdicts. */
  readonly summary?: readonly string[];
  /** Logs of all batches, to draw the norms of every step instead of means of epochs. */
  readonly batches?: readonly BatchLog[];
  /** The input sequence of the flow, drawn above the gates: a text, words, or numbers [T] or [T, I]. */
  readonly input?: GateInput;
  /** Your own sections, before the sections on the training. */
  readonly sections?: readonly Section[];
  /** Your own sections, at the end of the page. */
  readonly appendix?: readonly Section[];
}

/** Width of the figures in pixels. */
const WIDTH = 832;

const OPTIONS: Schema<ReportOptions, 'batches' | 'input'> = {
  title: optional(requireString, 'Training'),
  summary: optional(requireSentences, []),
  batches: optional(requireBatchLogs),
  input: optional(requireAnyInput),
  sections: optional(requireSections, []),
  appendix: optional(requireSections, []),
};

/**
 * Creates an HTML page on a training run: verdicts, loss, gradient norms, and the gradient flow through the layers. It
 * is a single file without scripts or external resources, with light and dark colours, and printable.
 *
 * @param history - result of `fit`; only its `epochs` are read
 * @param flow - result of `gradientFlow`, or records of `recordFlow`; without it, the page shows only the history
 * @param options - see ReportOptions
 * @returns HTML
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const model = new Sequential([new LSTM({ units: 4 }), new Dense({ units: 1 })]);
 * model.compile({ optimizer: new Adam(), loss: new MeanSquaredError() });
 * const history = await model.fit(randomNormal([8, 5, 2]), zeros([8, 1]), { epochs: 3 });
 * report(history, undefined, { title: 'A first try' }); // HTML
 * ```
 */
export function report(
  history: Epochs,
  flow?: GradientFlow | readonly FlowRecord[],
  options: ReportOptions = {},
): string {
  const { title, summary, batches, input, sections, appendix } = readOptions('report', options, OPTIONS);
  const epochs = requireNorms('report', 'history.epochs', requireHistory('report', 'history', history).epochs);
  const records = flow === undefined ? [] : requireAnyFlow('report', flow, input);
  const last = records.at(-1);
  return page(
    title,
    [...summary.map((text) => ({ text })), ...remarksOn({ epochs }, batches, last)],
    [
      ...sections,
      training({ epochs }, batches ?? epochs),
      ...(last === undefined ? [] : flowSections(last, records, input)),
      ...appendix,
    ],
  );
}

function requireSentences(where: string, argument: string, value: unknown): readonly string[] {
  const sentences = requireArray(where, argument, value as readonly unknown[], 'sentences');
  return sentences.map((each, i) => requireString(where, `${argument}[${i}]`, each));
}

/** Checks a flow or records, and returns records. The page shows the verdicts and layers of the last one. */
function requireAnyFlow(
  where: string,
  flow: GradientFlow | readonly FlowRecord[],
  input: GateInput | undefined,
): readonly FlowRecord[] {
  const isList = reading(where, 'flow', () => Array.isArray(flow));
  const records = isList
    ? requireRecords(where, 'flow', flow as readonly FlowRecord[], (at, each) => requireFlow(where, at, each))
    : [{ step: 0, flow: requireFlow(where, 'flow', flow as GradientFlow) }];
  const { step, flow: last } = records.at(-1)!;
  const [verdicts, parameters] = [requireVerdicts(where, 'flow', last), requireParameters(where, 'flow', last)];
  const layers = last.layers.map((layer, i) => {
    requireInteger(where, `flow.layers[${i}].T`, layer.T);
    if (input !== undefined) requireInput(where, input, layer.T);
    return layer.jacobians === undefined
      ? layer
      : { ...layer, jacobians: requireJacobians(where, `flow.layers[${i}].jacobians`, layer.jacobians) };
  });
  return [...records.slice(0, -1), { step, flow: { ...last, verdicts, parameters, layers } }];
}

function training(history: Epochs, logs: readonly BatchLog[] | Epochs['epochs']): Section {
  return {
    heading: 'Training',
    figures: [lossCurve(history, { width: WIDTH }), gradientNorms(logs, { width: WIDTH })],
  };
}

function flowSections(
  { step, flow }: FlowRecord,
  records: readonly FlowRecord[],
  input: GateInput | undefined,
): Section[] {
  const when = records.length > 1 ? `, after ${step} training steps` : '';
  const time: Section = {
    heading: `Gradients through time${when}`,
    figures: flow.layers.length === 0 ? [] : [stateGradients(flow, { width: WIDTH })],
    caption: 'If a line falls to the left, gradients vanish towards the past; if it rises, they explode.',
  };
  const layers = flow.layers.map((layer): Section => {
    const above = input === undefined ? {} : { input };
    return {
      heading: `Layer ${layer.name}${when}`,
      figures: [...trianglesOf(layer), ...spectrumOf(layer), gateActivations(layer, above)],
    };
  });
  const { parameters } = flow;
  const spread: Section = {
    heading: 'Parameters and their gradients',
    figures: parameters.map(({ name }) => histograms(records, { parameter: name, width: WIDTH })),
  };
  return [...(flow.layers.length === 0 ? [] : [time]), ...layers, ...(parameters.length === 0 ? [] : [spread])];
}

function trianglesOf(layer: LayerFlow): string[] {
  const states = Object.entries(layer.jacobians ?? {}).filter(([, norms]) => Array.isArray(norms) && norms.length > 0);
  return states.map(([state]) => flowTriangle(layer, { state }));
}

function spectrumOf(layer: LayerFlow): string[] {
  return layer.recurrent === undefined ? [] : [eigenvalues(layer)];
}
