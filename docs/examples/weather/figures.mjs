// Figures of forecasts: errors relative to the seasonal naive, and how often intervals cover what came.
import { Coverage, MASE, Pinball, tensor } from 'bptt';
import { MEDIAN, QUANTILES } from './model.mjs';
import { SERIES } from './record.mjs';
import { HORIZON } from './windows.mjs';

const YEAR = 365;

/** What came after the windows of some places: [N, HORIZON] of one series. */
const truth = (places, j) =>
  tensor(places.map(({ city, day }) => city.days.slice(day, day + HORIZON).map((each) => each[j])));

/** Predictions for metrics: quantile by quantile, all days ahead. */
const stacked = (forecasts, j, quantiles) => tensor(forecasts.map((each) => quantiles.flatMap((q) => each[j][q])));

/** Figures of one series of one city. `end`: the day before which the errors of the seasonal naive are measured. */
function figuresOf(places, forecasts, j, end) {
  const y = truth(places, j);
  const history = tensor(places[0].city.days.slice(0, end).map((day) => day[j]));
  const of = (metric, quantiles) => metric.evaluate(stacked(forecasts, j, quantiles), y);
  const wide = new Coverage();
  return {
    mase: of(new MASE({ history, season: YEAR }), [MEDIAN]),
    pinball: of(new Pinball({ quantiles: QUANTILES }), [...QUANTILES.keys()]),
    wide: of(wide, [0, QUANTILES.length - 1]),
    width: wide.width,
    narrow: of(new Coverage(), [1, QUANTILES.length - 2]),
  };
}

/** Figures by city and series, and over all: means, as all have as many forecasts. */
export function report(places, forecasts, end) {
  const cities = [...new Set(places.map(({ city }) => city))];
  const rows = cities.flatMap((city) => {
    const own = [...places.keys()].filter((n) => places[n].city === city);
    return SERIES.map((series, j) => ({
      city: city.name,
      series,
      ...figuresOf(
        own.map((n) => places[n]),
        own.map((n) => forecasts[n]),
        j,
        end,
      ),
    }));
  });
  const mean = (key) => rows.reduce((sum, row) => sum + row[key], 0) / rows.length;
  return { rows, all: { mase: mean('mase'), wide: mean('wide'), narrow: mean('narrow'), pinball: mean('pinball') } };
}
