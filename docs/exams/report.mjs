// Summarizes the results of exams, as lines of progress and as a table.
import { wilson } from './wilson.mjs';

const count = (n) => Math.round(n).toLocaleString('en-US');
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The target of an exam, in words. */
function targetOf({ requiredShare, mostSequences }, seeds) {
  const successes = `${Math.ceil(requiredShare * seeds)} of ${seeds}`;
  return mostSequences === undefined ? successes : `${successes}, mean ≤ ${count(mostSequences)}`;
}

/** Summarizes the results of all seeds of an exam, and whether they reach the target. */
export function summarize(exam, results) {
  const { name, task, net, success, requiredShare, mostSequences = Infinity, published, tested } = exam;
  const successes = results.filter(({ wrong }) => exam.succeeds(wrong, tested)).length;
  const sequences = results.map((each) => each.sequences);
  const mean = meanOf(sequences);
  const reached = successes >= requiredShare * results.length && mean <= mostSequences;
  return {
    ...{ name, task, net, success, published, tested, seeds: results.length, successes, reached },
    target: targetOf(exam, results.length),
    interval: wilson(successes, results.length),
    sequences: {
      mean,
      least: sequences.reduce((a, b) => Math.min(a, b), Infinity),
      most: sequences.reduce((a, b) => Math.max(a, b), 0),
    },
    retested: results.filter(({ tests }) => tests > 1).length,
    wrong: results.map(({ wrong }) => wrong),
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** Progress line for the result of one seed. */
export function progressLine({ exam, seed, sequences, tests, wrong, seconds }, { tested }, done, all) {
  const again = tests > 1 ? `, test ${tests}` : '';
  const ran = `${exam}, seed ${seed}: ${count(sequences)} sequences, ${wrong} of ${count(tested)} wrong`;
  return `${String(done).padStart(String(all).length)} of ${all}  ${ran}, ${seconds.toFixed(1)} s${again}`;
}

const COLUMNS = {
  exam: ({ task }) => task,
  net: ({ net }) => net,
  success: ({ success, tested }) => `${success} of ${count(tested)}`,
  seeds: ({ successes, seeds }) => `${successes} of ${seeds}`,
  'after a second test': ({ retested }) => String(retested),
  '95 % interval': ({ interval: [low, high] }) => `${percent(low)} to ${percent(high)}`,
  'sequences, mean': ({ sequences }) => count(sequences.mean),
  range: ({ sequences }) => `${count(sequences.least)} to ${count(sequences.most)}`,
  published: ({ published }) => published,
  target: ({ target, reached }) => `${target}: ${reached ? 'reached' : 'MISSED'}`,
};

/** The summaries as a Markdown table, aligned for a terminal. */
export function table(summaries) {
  const rows = [Object.keys(COLUMNS), ...summaries.map((row) => Object.values(COLUMNS).map((cell) => cell(row)))];
  const widths = rows[0].map((_, k) => rows.reduce((width, row) => Math.max(width, row[k].length), 0));
  const line = (cells) => `| ${cells.map((cell, k) => cell.padEnd(widths[k])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}
