// What a fleet found, in words, as JSON, and as a page.

import { lineChart } from '../../plot/line-chart.ts';
import { page, type Section } from '../../plot/page.ts';
import type { Point } from '../../plot/series.ts';
import { table } from '../../tensor/printed.ts';
import { average, type ForecastErrors, median, type Values } from './errors.ts';
import type { SeriesPlan } from './series-jobs.ts';

/** A forecast of known values, beside the seasonal naive one. */
export interface Evaluated {
  readonly id: string;
  readonly known: Values;
  readonly truth: Values;
  readonly forecast: readonly number[];
  readonly naive: readonly number[];
  readonly model: ForecastErrors;
  readonly plain: ForecastErrors;
}

/** What a fleet found. */
export interface FleetFindings {
  readonly plan: SeriesPlan;
  /** Series that were long enough. */
  readonly series: number;
  /** Series that were not. */
  readonly short: readonly string[];
  readonly evaluated: Evaluated[];
  readonly forecasts: Map<string, readonly number[]>;
  readonly failures: { readonly id: string; readonly message: string }[];
  /** Series with a missing value in the last window: of what a model would have to read. */
  readonly gaps: string[];
}

/** Measures by name, with the factor of their unit. */
const MEASURES = [
  ['MASE', 'mase', 1],
  ['sMAPE in %', 'smape', 100],
] as const;

const digits = (value: number): string => (Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3))));

/** Mean and median errors, and in how many windows the model is better. */
function summarize({ evaluated }: FleetFindings, key: keyof ForecastErrors) {
  const pick = (of: 'model' | 'plain'): number[] => evaluated.map((each) => each[of][key]);
  const [model, naive] = [pick('model'), pick('plain')];
  const counted = evaluated.filter((_, k) => !Number.isNaN(model[k]) && !Number.isNaN(naive[k])).length;
  return {
    model: { mean: average(model), median: median(model) },
    naive: { mean: average(naive), median: median(naive) },
    better: model.filter((each, k) => each < naive[k]!).length,
    counted,
  };
}

const naiveName = ({ season }: SeriesPlan): string => (season > 1 ? `seasonal naive (${season} steps)` : 'naive');

/** The rows of the table of errors. */
function errorRows(findings: FleetFindings): string[][] {
  const rows = MEASURES.map(([name, key, unit]) => {
    const { model, naive, better, counted } = summarize(findings, key);
    const cells = [model.mean, model.median, naive.mean, naive.median].map((value) => digits(unit * value));
    return [name, ...cells, `${better} of ${counted}`];
  });
  const naive = naiveName(findings.plan);
  return [['', 'models, mean', 'median', `${naive}, mean`, 'median', 'models better'], ...rows];
}

/** Sentences on what is missing. */
function remarksOn({ short, failures, gaps, series }: FleetFindings): string[] {
  const some = (list: readonly string[]): string => `${list.slice(0, 5).join(', ')}${list.length > 5 ? ', …' : ''}`;
  const ids = [...new Set(gaps)];
  return [
    ...(short.length > 0 ? [`${short.length} of ${series + short.length} series are too short: ${some(short)}`] : []),
    ...(ids.length > 0 ? [`${ids.length} series have a missing value in their last window: ${some(ids)}`] : []),
    ...failures.slice(0, 5).map(({ id, message }) => `${id} failed: ${message}`),
    ...(failures.length > 5 ? [`${failures.length - 5} more failed`] : []),
  ];
}

/** The findings for a terminal. */
export function inWords(findings: FleetFindings): string {
  const { plan, evaluated } = findings;
  const { windows, horizon } = plan;
  const what = `Errors of ${evaluated.length} ${evaluated.length === 1 ? 'forecast' : 'forecasts'} of ${horizon} steps that the models had not seen (${windows} a series)`;
  const errors = evaluated.length === 0 ? [] : [what, '', table(errorRows(findings), ''), ''];
  return `${[...errors, ...remarksOn(findings)].join('\n').trimEnd()}\n`;
}

/** The findings as JSON. */
export function asJson(findings: FleetFindings, files: object): string {
  const { plan, series, short, failures, gaps } = findings;
  const errors = Object.fromEntries(MEASURES.map(([, key]) => [key, summarize(findings, key)]));
  return `${JSON.stringify({ plan, series, short, gaps, failures, errors, ...files }, null, 2)}\n`;
}

/** The measure of the pictures: MASE, unless no series has one. */
const drawnOf = (findings: FleetFindings): (typeof MEASURES)[number] =>
  summarize(findings, 'mase').counted > 0 ? MEASURES[0] : MEASURES[1];

/** The share of windows whose error is at most x, for the middle 98 percent of errors. */
function distribution(findings: FleetFindings): string {
  const [name, key, unit] = drawnOf(findings);
  const points = (of: 'model' | 'plain'): Point[] => {
    const sorted = findings.evaluated
      .map((each) => unit * each[of][key])
      .filter((each) => !Number.isNaN(each))
      .sort((a, b) => a - b);
    const end = Math.max(1, Math.ceil(0.98 * sorted.length));
    return sorted.slice(0, end).map((x, k): Point => [x, (100 * (k + 1)) / sorted.length]);
  };
  const series = [
    { name: 'models', points: points('model') },
    { name: naiveName(findings.plan), points: points('plain') },
  ];
  return lineChart(series, { xLabel: name, yLabel: 'forecasts up to this error, in %', width: 832 });
}

/** One forecast, with the values before it. */
function picture({ id, known, truth, forecast, naive, model }: Evaluated, findings: FleetFindings): string {
  const { plan } = findings;
  const [name, key, unit] = drawnOf(findings);
  const before = known.slice(-Math.max(plan.input, 3 * plan.horizon));
  const from = known.length - before.length;
  const points = (values: Values, start: number): Point[] => values.map((y, k): Point => [start + k, y ?? Number.NaN]);
  const joined = (values: readonly number[]): Point[] => points([before.at(-1)!, ...values], known.length - 1);
  const lines = [
    { name: 'values', points: points([...before, ...truth], from) },
    { name: 'forecast', points: joined(forecast) },
    { name: naiveName(plan), points: joined(naive) },
  ];
  return lineChart(lines, {
    title: `${id}: ${name} ${digits(unit * model[key])}`,
    xLabel: 'time step',
    yLabel: id.slice(0, 40),
    width: 832,
  });
}

/** The page of a fleet. */
export function reportOf(file: string, findings: FleetFindings): string {
  const { plan, evaluated, series, forecasts } = findings;
  const { cell, units, input, horizon, difference, windows, epochs, patience, rate, seed } = plan;
  const [, key] = drawnOf(findings);
  const ranked = evaluated.filter(({ model }) => !Number.isNaN(model[key])).sort((a, b) => a.model[key] - b.model[key]);
  const half = ranked.length >> 1;
  const three = [...new Set([ranked[0], ranked[half], ranked.at(-1)])].filter((each) => each !== undefined);
  const { better, counted } = summarize(findings, key);
  const remarks = [
    {
      text: `${series} series of ${file}: a ${cell} of ${units} units for each, which reads ${input} ${difference > 0 ? `differences to the values ${difference} steps before` : 'values'} and forecasts ${horizon}.`,
    },
    ...(evaluated.length === 0
      ? []
      : [
          {
            text: `The models are better than the ${naiveName(plan)} forecast in ${better} of ${counted} windows that they had not seen.`,
          },
        ]),
    ...remarksOn(findings).map((text) => ({ warning: 'Left out:', text })),
  ];
  const sections: Section[] = [];
  if (evaluated.length > 0) {
    const text = [
      `Each model of the evaluation ends before its window; the last ${windows} windows of ${horizon} steps of each series count.`,
      'A MASE below 1 is less than the error of the naive forecast over the known values, step by step.',
    ];
    sections.push({ heading: 'Errors', text, table: errorRows(findings), figures: [distribution(findings)] });
  }
  if (three.length > 0) {
    const figures = three.map((each) => picture(each, findings));
    sections.push({ heading: 'The best, the median and the worst forecast', figures });
  }
  const training = `Adam with a learning rate of ${rate}, mean absolute error, at most ${epochs} epochs, patience ${patience}, seed ${seed}.`;
  sections.push({
    heading: 'Training',
    text: [training, `${forecasts.size} series have a forecast of what comes next.`],
  });
  return page(`Forecasts of ${file}`, remarks, sections);
}
