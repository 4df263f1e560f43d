// Forecasts the weather of two cities a week ahead, with intervals: a GRU learns five quantiles of three series at once.
// Reports errors relative to the seasonal naive and the coverage of the intervals on a held-out year beside four baselines, and
// fails if a series has a MASE of 1 or more, or if coverage is off by more than 3 points.
//
//   npm run example weather                         takes some seconds; writes report/weather/*.svg
//   npm run example weather -- --rehearse           holds out the year before, to choose the settings
//   npm run example weather -- --out docs/weather   writes the pictures of docs/weather.md
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { aligned } from './shared/aligned.mjs';
import { BASELINES } from './weather/baselines.mjs';
import { report } from './weather/figures.mjs';
import { buildLinear, buildModel, forecastsOf, train } from './weather/model.mjs';
import { errorChart, forecastChart } from './weather/pictures.mjs';
import { dateOf, readCities, SERIES, SOURCE } from './weather/record.mjs';
import { flattened, HORIZON, LENGTH, periods, scaleOf, windowsOf } from './weather/windows.mjs';

const { values: options } = parseArgs({
  allowPositionals: true, // `npm run example` passes the name of the example
  options: { rehearse: { type: 'boolean', default: false }, out: { type: 'string', default: 'report/weather' } },
});

// Split: training, validation to stop early, and the held-out year. The scale is that of the training years.
const cities = readCities();
const [begin, validation, heldOut, end] = periods({ rehearse: options.rehearse });
const scale = scaleOf(cities, validation);
const parts = [
  [begin, validation],
  [validation, heldOut],
  [heldOut, end],
].map(([from, to]) => windowsOf(cities, from, to, scale));
const { x, places } = parts[2];
const count = places.length * HORIZON * SERIES.length;
console.log(`Data: ${SOURCE}.`);
console.log(
  `Task: ${LENGTH} days in, ${HORIZON} days out; training to ${dateOf(validation - 1)}, validation to ${dateOf(heldOut - 1)}.`,
);
console.log(`Held out: ${count} forecasts from ${dateOf(heldOut)} to ${dateOf(end - 1)}.`);

// Train both models, each to its best validation loss.
const model = buildModel();
const { history, best } = await train(model, parts[0], parts[1]);
console.log(`Trained ${model.parameters.size} parameters: ${history.epochs.length} epochs, the best is ${best + 1}.`);
const linear = buildLinear();
await train(linear, flattened(parts[0]), flattened(parts[1]));

const all = [
  { name: 'GRU', forecasts: forecastsOf(model.predict(x), scale) },
  { name: 'linear quantile regression', forecasts: forecastsOf(linear.predict(flattened(parts[2]).x), scale) },
  ...BASELINES.map(({ name, learn }) => ({ name, forecasts: places.map(learn(cities, heldOut)) })),
];
const reports = all.map(({ name, forecasts }) => ({ name, ...report(places, forecasts, heldOut) }));
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const cells = ({ mase, pinball, wide, narrow }) => [
  mase.toFixed(3),
  pinball.toFixed(3),
  percent(wide),
  percent(narrow),
];
const head = ['MASE', 'pinball loss', 'in 80 %', 'in 50 %'];
console.log(`\nAll series:\n${aligned([['', ...head], ...reports.map(({ name, all }) => [name, ...cells(all)])])}`);
const [own] = reports;
const rows = own.rows.map((row) => [`${row.city}, ${row.series}`, ...cells(row), row.width.toFixed(1)]);
console.log(`\nThe GRU by series:\n${aligned([['', ...head, 'width of 80 %'], ...rows])}\n`);

mkdirSync(options.out, { recursive: true });
const spring = dateOf(heldOut).slice(0, 4);
writeFileSync(`${options.out}/errors.svg`, errorChart(places, all));
writeFileSync(
  `${options.out}/forecasts.svg`,
  forecastChart(places, all[0].forecasts, { from: `${spring}-03-01`, to: `${spring}-05-31` }),
);
console.log(`Pictures: ${options.out}/errors.svg, ${options.out}/forecasts.svg`);

const off = Math.max(Math.abs(own.all.wide - 0.8), Math.abs(own.all.narrow - 0.5));
const worst = own.rows.reduce((a, { mase }) => Math.max(a, mase), 0);
if (worst >= 1 || off > 0.03) {
  console.error(`The largest MASE is ${worst.toFixed(3)}; coverage is off by ${(100 * off).toFixed(1)} points.`);
  process.exitCode = 1;
}
