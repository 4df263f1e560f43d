// Draws numbers as shades: a path of squares for each shade.
import { greatest, least } from './extremes.mjs';

/** Numbers are drawn in so many shades. */
const SHADES = 6;

/**
 * Paths of the cells of a heat map: columns to the right, rows upwards.
 *
 * @param {number[][]} columns
 * @param {{ width: number, height: number }} cell
 */
export function shades(columns, { width, height }) {
  const values = columns.flat();
  const [low, high] = [least(values), greatest(values)];
  const paths = Array.from({ length: SHADES }, () => '');
  for (const [t, column] of columns.entries()) {
    for (const [row, value] of column.entries()) {
      const shade = Math.min(SHADES - 1, Math.floor((SHADES * (value - low)) / (high - low)));
      const y = (column.length - 1 - row) * height;
      paths[shade] += `M${t * width} ${y}h${width}v${height}h-${width}z`;
    }
  }
  return paths
    .map((path, k) =>
      path === '' ? '' : `<path d="${path}" fill-opacity="${Number(((0.85 * k) / (SHADES - 1)).toFixed(1))}"/>`,
    )
    .join('');
}
