// Writes the tables of the page between the marks in the page: node docs/wrong-gradients/program.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BUGS } from './bugs.mjs';
import { check, wrongInOneStep } from './check.mjs';
import { errorsByStep, slopeNearKink } from './float32.mjs';
import { NETS } from './nets.mjs';
import { curvesOf } from './train.mjs';
import { numberText, percentText, placeText } from './words.mjs';

const PAGE = fileURLToPath(new URL('../wrong-gradients.md', import.meta.url));

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const linked = ({ source, url }) => `[${source}](${url})`;

/** Each fault in words, with its equation as it should be, and as it was. */
const faults = () =>
  BUGS.map(({ title, source, url, others, story, right, wrong }) => {
    const links = [{ source, url }, ...others].map(linked).join(', ');
    return `**${title}** (${links}). ${story}\n\n\`\`\`text\nright  ${right}\nwrong  ${wrong}\n\`\`\``;
  }).join('\n\n');

/** The variables that fail. */
const failed = ({ variables }) => {
  const wrong = variables.filter(({ passed }) => !passed).map(({ name }) => name);
  return wrong.length === variables.length ? 'all' : wrong.join(', ');
};

/** What the check finds in each. */
const checks = () =>
  table(
    ['Fault', 'Worst entry', 'Expected', 'Received', 'Error', 'Wrong', 'Wrong with one step'],
    BUGS.map(({ name, title }) => {
      const { broken } = check(name);
      const { numeric, analytic, relative, ...worst } = broken.worst;
      const one = wrongInOneStep(name);
      return [
        title,
        placeText(worst),
        numberText(numeric),
        numberText(analytic),
        percentText(relative),
        failed(broken),
        one === undefined ? '–' : one.join(', ') || 'nothing',
      ];
    }),
  );

/** Losses at the start and the end of the curves. */
const losses = () =>
  table(
    ['Fault', 'Start, wrong', 'End, wrong', 'End, right'],
    BUGS.filter(({ name }) => NETS[name]).map(({ name, title }) => {
      const { right, wrong } = curvesOf(NETS[name]);
      return [title, ...[wrong[0], wrong.at(-1), right.at(-1)].map((loss) => numberText(loss, 2))];
    }),
  );

/** Errors of differences by step size. */
const steps = () =>
  table(
    ['Step h', 'float32', 'float64', 'float64, fourth order'],
    errorsByStep().map(({ step, single, double, fourth }) => [
      String(step),
      ...[single, double, fourth].map((error) => numberText(error, 2)),
    ]),
  );

/** Differences of relu at 0.001 by step size. */
const kinks = () =>
  table(
    ['Step h', 'Slope of relu at 0.001'],
    [0.1, 0.01, 0.001, 0.0003].map((step) => [String(step), slopeNearKink(step).toFixed(3)]),
  );

/** The page with everything between its marks as the programs compute it. */
export function written(page) {
  const parts = { faults, checks, losses, steps, kinks };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!marks.test(text)) throw new Error(`The page has no marks for ${name}.`);
    return text.replace(marks, (_, begin, end) => `${begin}\n${part()}\n\n${end}`);
  }, page);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, written(readFileSync(PAGE, 'utf8')));
