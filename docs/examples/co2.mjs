// `npm start`: forecasts carbon dioxide at Mauna Loa twelve months ahead with two stacked LSTMs, and reports the error and intervals
// on the last ten years, which are not used for training, scaling or the choice of settings.
//
//   npm start                          takes some seconds; writes report/co2.html and report/co2.safetensors
//   npm start -- --rehearse            does the same ten years earlier, to choose the settings
//   npm start -- --epochs 3 --report report/short
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { backend } from 'bptt';
import { gradientFlow } from 'bptt/flow';
import { gradcheck } from 'bptt/verify';
import { BASELINES } from './co2/baselines.mjs';
import { errorsOf, errorTable, unbeaten, verdictOn } from './co2/errors.mjs';
import { coverageOf } from './co2/intervals.mjs';
import { buildModel, fingerprint, MEDIAN, SETTINGS, train, withoutDropout } from './co2/model.mjs';
import { readRecord, SOURCE } from './co2/record.mjs';
import { reportPage } from './co2/report.mjs';
import { HORIZON, INPUT, inputs, issuedFor, scaleOf, targets, toPpm } from './co2/windows.mjs';

const { values: options } = parseArgs({
  options: {
    epochs: { type: 'string', default: String(SETTINGS.epochs) },
    rehearse: { type: 'boolean', default: false },
    report: { type: 'string', default: 'report' },
  },
});
const heldOut = options.rehearse ? ['2000-05', '2010-05'] : ['2010-05', '2020-05'];

// Split the record: training windows, including their forecasts, end before the held-out decade begins.
const record = readRecord();
const [from, to] = heldOut.map(record.indexOf);
const trained = issuedFor(0, from);
const tested = issuedFor(from, to);
const span = (begin, end) => `${record.label(begin)} to ${record.label(end - 1)}`;
const split =
  `training on ${trained.length} windows of ${span(0, from)}, ` +
  `held out: ${tested.length} windows forecasting ${span(from, to)}`;
console.log(`Data: ${SOURCE}.`);
console.log(`Task: ${INPUT} months in, the next ${HORIZON} out; ${split}.`);

// Train. The scale is computed from training windows only, too.
const scale = scaleOf(record, trained);
const model = buildModel();
const begun = performance.now();
const [known, wanted] = [inputs(record, trained, scale), targets(record, trained, scale)];
const { history, batches, records } = await train(model, known, wanted, +options.epochs);
const seconds = (performance.now() - begun) / 1000;
const hash = fingerprint(model);
console.log(`Trained ${model.parameters.size} parameters in ${seconds.toFixed(1)} s (${backend().name} kernels).`);
console.log(`Parameters: SHA-256 ${hash}… (the same for the same seed, ${SETTINGS.seed})`);

// Compute the held-out errors of the model and of the baselines on the same windows.
const x = inputs(record, tested, scale);
const quantiles = toPpm(record, tested, scale, model.predict(x));
const forecasts = [
  { name: 'model', rows: quantiles.map((each) => each[MEDIAN]) },
  ...BASELINES.map(({ name, forecast }) => ({ name, rows: tested.map((t) => forecast(record, t)) })),
];
const errors = forecasts.map(({ name, rows }) => errorsOf(name, record, tested, rows));
console.log(`\nHeld-out errors in ppm, RMSE / MAE:\n${errorTable(errors)}\n`);
const coverage = coverageOf(record, tested, quantiles);
console.log(`${verdictOn(errors)}\n${coverage}\n`);

// Check the gradients of the trained model in float64, on two held-out windows.
const check = gradcheck(model.astype('float64'), { x: x.hi(2), maxEntries: 8, seed: SETTINGS.seed });
console.log(`${check}\n`);

// Measure the gradient flow of the trained model on the last training window.
const last = trained.length - 1;
const flow = gradientFlow(withoutDropout(model), known.lo(last), wanted.lo(last));

mkdirSync(options.report, { recursive: true });
const page = `${options.report}/co2.html`;
writeFileSync(
  page,
  reportPage({
    ...{
      record,
      heldOut: [from, to],
      split,
      tested,
      forecasts,
      quantiles,
      errors,
      coverage,
      history,
      batches,
      check,
      hash,
    },
    ...{ flow: [...records, { step: batches.length, flow }], input: known.pick(last, null, 0) },
  }),
);
writeFileSync(`${options.report}/co2.safetensors`, model.toBytes());
console.log(`Report: ${page}, model: ${options.report}/co2.safetensors`);

const missed = unbeaten(errors).map((name) => `"${name}"`);
if (missed.length > 0) {
  console.error(`The model does not beat ${missed.join(' and ')} at each of the months ahead of the held-out decade.`);
  process.exitCode = 1;
}
if (!check.passed) {
  console.error('The gradients of the model do not agree with finite differences.');
  process.exitCode = 1;
}
