// The report: a page of one file, without scripts, with pictures of `bptt/plot`.
import { lineChart } from 'bptt/plot';
import { median, rowsOf, verdictOn, WAYS } from './figures.mjs';
import { ALL, HORIZON, INPUT } from './jobs.mjs';
import { dateOf } from './record.mjs';

const WIDTH = 832;

const STYLE = `:root{color-scheme:light dark}
body{margin:0 auto;padding:24px;max-width:880px;font:16px/1.5 system-ui,sans-serif;background:#fff;color:#1d2430}
h1{font-size:1.6em;margin:0 0 .3em}h2{font-size:1.15em;margin:1.8em 0 .3em}p{margin:.4em 0}.soft{color:#5b6472}
figure{margin:.6em 0;overflow-x:auto}figure svg{display:block;max-width:100%;height:auto;margin:.6em 0}
.table{overflow-x:auto}table{border-collapse:collapse;font-size:.9em;font-variant-numeric:tabular-nums}
th,td{padding:.2em .7em;text-align:right;border-bottom:1px solid #e4e7ec;white-space:nowrap}td:first-child{text-align:left}
@media(max-width:760px){body{padding:16px}figure svg{max-width:none}}
@media screen and (prefers-color-scheme:dark){body{background:#14171c;color:#e6e9ee}.soft{color:#a0a9b6}th,td{border-color:#2b313a}}`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function tableOf([head, ...rows]) {
  const row = (cells, tag) => `<tr>${cells.map((each) => `<${tag}>${escaped(each)}</${tag}>`).join('')}</tr>`;
  return `<div class="table"><table>${row(head, 'th')}${rows.map((each) => row(each, 'td')).join('')}</table></div>`;
}

const section = ({ heading, text = [], figures = [], table }) =>
  `<section><h2>${escaped(heading)}</h2>${text.map((each) => `<p>${escaped(each)}</p>`).join('')}
${table === undefined ? '' : tableOf(table)}${figures.length === 0 ? '' : `<figure>${figures.join('\n')}</figure>`}</section>`;

/** The share of series whose error is at most x, without the largest two percent of errors. */
function distribution(evaluated) {
  const lines = WAYS.map((name, w) => {
    const sorted = evaluated.map(({ mase }) => mase[w]).sort((a, b) => a - b);
    const shown = sorted.slice(0, Math.max(1, Math.ceil(0.98 * sorted.length)));
    return { name, points: shown.map((x, k) => [x, (100 * (k + 1)) / sorted.length]), dots: false };
  });
  const labels = { xLabel: 'MASE', yLabel: 'series up to this error, in %' };
  return lineChart(lines, { title: 'Errors of all series: further left is better', width: WIDTH, ...labels });
}

/** The MASE by days ahead, of the median series. */
function byDaysAhead(evaluated) {
  const errorOf = (w, h) =>
    median(
      evaluated.map(({ values, end, forecasts, scale }) => {
        const days = forecasts[w].flatMap((y, k) => (k % HORIZON === h ? [Math.abs(y - values[end + k])] : []));
        return days.reduce((sum, each) => sum + each, 0) / days.length / scale;
      }),
    );
  const lines = WAYS.map((name, w) => ({
    name,
    points: Array.from({ length: HORIZON }, (_, h) => [h + 1, errorOf(w, h)]),
  }));
  const labels = { xLabel: 'days ahead (the first is a Sunday)', yLabel: 'median of the MASE' };
  return lineChart(lines, { title: 'Errors by days ahead', width: WIDTH, ...labels });
}

/** The forecasts of one series, with the days before them. */
function picture({ id, values, end, forecasts, mase }) {
  const from = end - INPUT;
  const lines = [
    { name: 'what came', points: values.slice(from).map((y, k) => [from + k + 1, y]), faint: true, dots: false },
    ...WAYS.map((name, w) => ({
      name: `${name}: MASE ${mase[w].toFixed(2)}`,
      points: forecasts[w].map((y, k) => [end + k + 1, y]),
      dots: false,
    })),
  ];
  const labels = { xLabel: `day, from ${dateOf(0)}`, yLabel: 'flights a day' };
  return lineChart(lines, { title: `Flights ${id}`, width: WIDTH, ...labels });
}

/** The losses of the nets of the series, with the quartiles; and those of the net for all. */
function losses(outcomes) {
  const own = [...outcomes].filter(([name]) => name !== ALL).map(([, outcome]) => outcome.losses);
  const quartile = (share) =>
    own[0].map((_, e) => [
      e + 1,
      own.map((each) => each[e]).sort((a, b) => a - b)[Math.floor(share * (own.length - 1))],
    ]);
  const draw = (title, lines) =>
    lineChart(
      lines.map(([name, points]) => ({ name, points })),
      { title, width: WIDTH, xLabel: 'epoch', yLabel: 'mean absolute error, scaled' },
    );
  const curve = (values) => values.map((y, e) => [e + 1, y]);
  const common = outcomes.get(ALL);
  return [
    draw('A net for each series: training', [
      ['upper quartile', quartile(0.75)],
      ['median', quartile(0.5)],
      ['lower quartile', quartile(0.25)],
    ]),
    draw('One net for all series', [
      ['training', curve(common.losses)],
      ['validation', curve(common.validationLosses)],
    ]),
  ];
}

/** The page. */
export function pageOf({ facts, summary, evaluated, outcomes }) {
  const changes = ({ values, end }) => values.slice(end).some((each) => each !== values[end]);
  const ranked = evaluated.filter(changes).sort((a, b) => a.mase[0] - b.mase[0]);
  const shown = [...new Set([ranked[0], ranked[(ranked.length - 1) >> 1], ranked.at(-1)])];
  const title = 'Flights a day, a week ahead';
  const sections = [
    {
      heading: 'Errors',
      text: [
        verdictOn(summary),
        'The MASE is the mean absolute error, divided by that of the same weekday a week before in the days of the training. ' +
          '"best in" counts series by the least MASE.',
      ],
      table: rowsOf(summary),
      figures: [distribution(evaluated), byDaysAhead(evaluated)],
    },
    {
      heading: 'Where the nets of the series are best, in the middle, and worst',
      text: [
        'Ranked by the MASE of a net for each series, without series that did not change in these weeks. Four forecasts of seven days each.',
      ],
      figures: shown.map(picture),
    },
    {
      heading: 'Training',
      text: [
        'Of differences to the week before, scaled to variance 1. Validation: the last fifth of the windows of each series.',
      ],
      figures: losses(outcomes),
    },
  ];
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style>`;
  const body = [
    `<h1>${title}</h1>`,
    ...facts.map((each) => `<p class="soft">${escaped(each)}</p>`),
    ...sections.map(section),
  ];
  return `<!doctype html>\n<html lang="en"><head>${head}</head><body>\n${body.join('\n')}\n</body></html>\n`;
}
