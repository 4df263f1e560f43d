// The results as a table for a terminal.

/** One row for each reader: correct and misread digits, and the number of parameters. */
export function resultTable(results, count) {
  const rows = [
    ['', 'correct', 'misread', 'parameters'],
    ...results.map(({ name, share, parameters }) => {
      return [name, `${(100 * share).toFixed(2)} %`, String(Math.round(count * (1 - share))), String(parameters)];
    }),
  ];
  const widths = rows[0].map((_, column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
  const line = ([name, ...cells]) =>
    [name.padEnd(widths[0]), ...cells.map((cell, k) => cell.padStart(widths[k + 1]))].join('  ');
  return rows.map(line).join('\n');
}
