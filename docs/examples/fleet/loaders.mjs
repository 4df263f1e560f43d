// The loader of the job for all series: each thread imports this module.
import { StandardScaler, tensor, windows } from 'bptt';

const column = (values) => tensor(values.map((each) => [each]));

/** The scale of one series. */
export const scalerOf = (values) => new StandardScaler().fit(column(values));

/** Windows of all series, each scaled by itself; the last windows of each are for validation. */
export function panel({ series, input, horizon, validation }) {
  const parts = series.map((values) => {
    const scaled = scalerOf(values).transform(column(values));
    const [{ x, y }] = windows(scaled, { length: input, horizon });
    return {
      x: tensor(x).toArray(),
      y: tensor(y)
        .toArray()
        .map((days) => days.flat()),
    };
  });
  const cut = (from, to) =>
    ['x', 'y'].map((name) => tensor(parts.flatMap((part) => part[name].slice(from(part), to(part)))));
  const first = ({ x }) => x.length - Math.floor(validation * x.length);
  const [x, y] = cut(() => 0, first);
  return { x, y, validation: cut(first, ({ x }) => x.length), metadata: { input, horizon } };
}
