// Tables for a terminal.

/** Rows of texts as lines: the first column aligned to the left, the others to the right. */
export function aligned(rows) {
  const widths = rows[0].map((_, column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
  const line = ([name, ...cells]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, k) => cell.padStart(widths[k + 1]))].join('  ');
  return rows.map(line).join('\n');
}
