// Draws the error by days ahead, and forecasts with their intervals.
import { lineChart } from 'bptt/plot';
import { fanChart } from '../shared/fan-chart.mjs';
import { MEDIAN } from './model.mjs';
import { dateOf, dayOf, SERIES } from './record.mjs';
import { HORIZON } from './windows.mjs';

/** Mean absolute errors of the highest temperature by days ahead, over both cities. */
export function errorChart(places, all) {
  const series = all.map(({ name, forecasts }) => {
    const points = Array.from({ length: HORIZON }, (_, h) => {
      const errors = places.map(({ city, day }, n) => Math.abs(forecasts[n][0][MEDIAN][h] - city.days[day + h][0]));
      return [h + 1, errors.reduce((sum, e) => sum + e, 0) / errors.length];
    });
    return { name, points, dots: true };
  });
  return lineChart(series, {
    title: 'Error of the highest temperature in the held-out year',
    xLabel: 'days ahead',
    yLabel: 'mean absolute error in °C',
    height: 360,
  });
}

/** Two months of forecasts of the highest temperature, one week each, issued every week. */
export function forecastChart(places, forecasts, { from, to }) {
  const [first, last] = [dayOf(from), dayOf(to)];
  const cities = [...new Set(places.map(({ city }) => city))];
  const panels = cities.map((city) => {
    const fans = places.flatMap((place, n) => {
      const shown = place.city === city && place.day >= first && place.day + HORIZON <= last;
      if (!shown || (place.day - first) % HORIZON !== 0) return [];
      const x = Array.from({ length: HORIZON }, (_, h) => place.day + h);
      return [{ x, quantiles: forecasts[n][0] }];
    });
    const observed = Array.from({ length: last - first }, (_, k) => [first + k, city.days[first + k][0]]);
    return { label: `${city.name}: ${SERIES[0]}`, observed, fans };
  });
  const xTicks = Array.from({ length: Math.ceil((last - first) / 14) }, (_, k) => first + 14 * k);
  return fanChart({
    title: 'Forecasts of a week, issued every week with the days before',
    caption: 'Blue: the median, the interval of 50 %, and that of 80 %. Orange: what came.',
    panels,
    xTicks: xTicks.map((x) => ({ x, label: dateOf(x) })),
    xDomain: [first, last],
  });
}
