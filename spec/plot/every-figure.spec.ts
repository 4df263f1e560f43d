import { describe, expect, it } from '@jest/globals';
import { choice, type StudyResults, uniform } from '../../lib/fleet/index.ts';
import {
  attentionMap,
  eigenvalues,
  type FigureOptions,
  flowTriangle,
  gateActivations,
  gradientNorms,
  histograms,
  importancePlot,
  lineChart,
  lossCurve,
  parallelCoordinates,
  rateRangePlot,
  schedulePlot,
  stateGradients,
  sweepHistory,
  sweepSlices,
} from '../../lib/plot/index.ts';
import { tensor } from '../../lib/tensor/create.ts';
import { batchLogs, flowOf, flowRecords, historyOf, lstmFlow, simpleRnnFlow } from '../support/flow-specimens.ts';
import { all, read, wordsOf } from '../support/svg.ts';

const rnn = simpleRnnFlow({ T: 9, B: 3, H: 5 });
const lstm = lstmFlow({ T: 9, B: 3, H: 3 });
const one = { rnn: simpleRnnFlow({ T: 1, B: 1, H: 1 }), lstm: lstmFlow({ T: 1, B: 1, H: 1 }) };
const weights = tensor([0, 1, 2, 3].map((u) => [u / 4, 0, 1 - u / 4]));
const points = [0, 1, 2, 3].map((x) => [x, x * x] as const);

const STATES = ['complete', 'complete', 'pruned', 'failed', 'complete', 'running'] as const;
const study: StudyResults = {
  space: { 'a<"&': uniform(1e-3, 1, { log: true }), cell: choice(['<&>', '', true]) },
  trials: STATES.map((state, number) => ({
    number,
    state,
    parameters: { 'a<"&': (number + 1) / 9, cell: (['<&>', '', true] as const)[number % 3]! },
    value: state === 'complete' ? (number === 4 ? Infinity : number) : undefined,
    steps: state === 'pruned' ? [{ step: 1, value: -1 }] : [],
  })),
};
const failures: StudyResults = { ...study, trials: study.trials.filter(({ state }) => state === 'failed') };

type Draw = (options?: FigureOptions) => string;
const FIGURES: Readonly<Record<string, Draw>> = {
  lossCurve: (o) => lossCurve(historyOf(5), { batches: batchLogs(5, 4), ...o }),
  'lossCurve of one epoch': (o) => lossCurve(historyOf(1, false), o),
  gradientNorms: (o) => gradientNorms(batchLogs(3, 5), o),
  'gradientNorms of epochs': (o) => gradientNorms(historyOf(3).epochs, o),
  'gradientNorms of one step': (o) => gradientNorms(batchLogs(1, 1), o),
  flowTriangle: (o) => flowTriangle(rnn, o),
  'flowTriangle of one step': (o) => flowTriangle(one.rnn, o),
  stateGradients: (o) => stateGradients(flowOf([rnn, lstm]), o),
  'stateGradients of one step': (o) => stateGradients(flowOf([one.lstm]), o),
  gateActivations: (o) => gateActivations(lstm, { input: 'a <&> "bc', ...o }),
  'gateActivations of one unit': (o) => gateActivations(one.lstm, o),
  attentionMap: (o) => attentionMap(weights, { source: 'a<"', target: ['x', '<&>', 'long words', ' '], ...o }),
  'attentionMap of one step': (o) => attentionMap(tensor([[1]]), o),
  eigenvalues: (o) => eigenvalues(rnn, o),
  'eigenvalues of one unit': (o) => eigenvalues(one.rnn, o),
  histograms: (o) => histograms(flowRecords(4), o),
  'histograms of one record': (o) => histograms(flowRecords(1), o),
  rateRangePlot: (o) =>
    rateRangePlot(
      {
        points: points.map(([step, loss]) => ({ step, learningRate: 10 ** step, loss, smoothed: -loss })),
        suggestion: 0.1,
        diverged: true,
      },
      o,
    ),
  schedulePlot: (o) => schedulePlot((step) => step, { steps: 9, ...o }),
  'schedulePlot of two, on a logarithmic axis': (o) =>
    schedulePlot({ 'a <&': () => 0, b: (step) => step }, { steps: 2000, yScale: 'log', ...o }),
  'schedulePlot of one step': (o) => schedulePlot(() => 0, { steps: 1, ...o }),
  lineChart: (o) => lineChart([{ name: 'squares', points }], o),
  sweepHistory: (o) => sweepHistory(study, o),
  'sweepHistory of failures': (o) => sweepHistory(failures, { yScale: 'log', ...o }),
  sweepSlices: (o) => sweepSlices(study, { yScale: 'log', ...o }),
  'sweepSlices of failures': (o) => sweepSlices(failures, o),
  parallelCoordinates: (o) => parallelCoordinates(study, o),
  'parallelCoordinates of failures': (o) => parallelCoordinates(failures, { yScale: 'log', ...o }),
  importancePlot: (o) =>
    importancePlot({ parameters: [{ name: 'a<"&', share: 0.7 }], interactions: 0.3, rSquared: 0.6, trials: 9 }, o),
  'importancePlot of equal values': (o) =>
    importancePlot({ parameters: [{ name: 'x', share: 0 }], interactions: 0, rSquared: 0, trials: 9 }, o),
};

const HOSTILE = `</title><script>alert("x")</script>&'${'long'.repeat(60)}\u0000\ud800`;

describe.each(Object.entries(FIGURES))('%s', (_, draw) => {
  const svg = draw();
  const drawn = read(svg);

  it('is one well-formed svg element of the size it says', () => {
    const { width, height, viewBox, xmlns } = drawn.attributes;
    expect([drawn.name, xmlns]).toEqual(['svg', 'http://www.w3.org/2000/svg']);
    expect(viewBox).toBe(`0 0 ${width} ${height}`);
  });

  it('gives the same text again', () => {
    expect(draw()).toBe(svg);
  });

  it('holds nothing from elsewhere, no script, no id, and no number that is none', () => {
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|url\(|@import|<script|href|\son\w+=|\sid=/,
    );
    const numbers = all(drawn, () => true).flatMap(({ attributes: { 'aria-label': __, ...rest } }) =>
      Object.values(rest),
    );
    expect(numbers.filter((value) => /NaN|undefined|Infinity|null/.test(value))).toEqual([]);
    expect(drawn.text).not.toMatch(/undefined|null|\[object|⚠/);
  });

  it('has colours for dark pages, and light ones on paper', () => {
    const [style] = all(drawn, ({ name }) => name === 'style');
    expect(svg).toContain('@media screen and (prefers-color-scheme:dark){.bptt-plot{background:#14171c');
    expect(all(drawn, ({ name }) => name === 'style')).toEqual([style]);
  });

  it('has axes with labels and ticks', () => {
    for (const axis of ['x', 'y']) expect(svg).toContain(`aria-label="${axis}-axis tick label"`);
    const axisLabels = all(drawn, ({ name, attributes }) => name === 'text' && attributes['text-anchor'] === 'middle');
    expect(axisLabels.filter(({ attributes }) => attributes.transform?.endsWith('rotate(-90)')).length).toBeGreaterThan(
      0,
    );
  });

  it('keeps all text and marks inside', () => {
    const [width, height] = [Number(drawn.attributes.width), Number(drawn.attributes.height)];
    for (const { attributes } of drawn.children) {
      if (attributes.y !== undefined) expect(Number(attributes.y)).toBeLessThanOrEqual(height);
      if (attributes.height !== undefined)
        expect(Number(attributes.y) + Number(attributes.height)).toBeLessThanOrEqual(height);
      if (attributes.width !== undefined) expect(Number(attributes.width)).toBe(width);
    }
  });

  it('takes a title of any kind as text', () => {
    const titled = read(draw({ title: HOSTILE })); // throws where a character is not escaped
    const visible = wordsOf(titled).join('').replaceAll(/\s/g, '');
    expect(titled.attributes['aria-label']).toBe(HOSTILE.replace('\u0000', '\ufffd').replace('\ud800', '\ufffd'));
    expect(visible).toContain('</title><script>alert("x")</script>&\'longlonglong');
  });

  it('is as wide and as high as asked, unless that is too low for what it holds', () => {
    const { width, height } = read(draw({ width: 500, height: 1000 })).attributes;
    expect(width).toBe('500');
    expect(Math.abs(Number(height) - 1000)).toBeLessThanOrEqual(12);
    expect(Number(read(draw({ height: 120 })).attributes.height)).toBeGreaterThanOrEqual(120);
  });
});
