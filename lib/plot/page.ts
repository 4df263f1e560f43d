// Composes the HTML page of a report.

import { requireString } from './options.ts';
import { FAINT, GRID, INK, PAPER, SERIES, SOFT } from './palette.ts';
import { requireArray, requireList, requireObject } from './requirements.ts';
import { escapeText } from './svg-element.ts';

/** A section of a report. Its parts are shown in this order. */
export interface Section {
  /** Title of the section. */
  readonly heading: string;
  /** Paragraphs of plain text. */
  readonly text?: readonly string[];
  /** SVG texts, for example results of the functions of `bptt/plot`; inserted unchanged. */
  readonly figures?: readonly string[];
  /** Caption below the figures. */
  readonly caption?: string;
  /** Rows of cells; the first row is the header. */
  readonly table?: readonly (readonly string[])[];
  /** Preformatted text. */
  readonly code?: string;
}

const colours = (i: 0 | 1): string =>
  `--page:${PAPER[i]};--ink:${INK[i]};--soft:${SOFT[i]};--grid:${GRID[i]};--faint:${FAINT[i]};--mark:${SERIES[0]![i]};--warn:${SERIES[1]![i]}`;

const STYLE = `
:root{color-scheme:light dark;${colours(0)}}
@media screen and (prefers-color-scheme:dark){:root{${colours(1)}}}
body{margin:0 auto;padding:24px;max-width:880px;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6em;margin:0 0 .3em}h2{font-size:1.15em;margin:1.8em 0 .3em;break-after:avoid}p{margin:.4em 0}
figure{margin:.6em 0;overflow-x:auto}figure svg{display:block;max-width:100%;height:auto;margin:.6em 0;break-inside:avoid}
@media screen and (max-width:760px){body{padding:16px}figure svg{max-width:none}}
figcaption{color:var(--soft);font-size:.9em}
ul.verdicts{list-style:none;margin:.8em 0;padding:0}
ul.verdicts li{margin:.5em 0;padding:.3em .8em;border-left:4px solid var(--mark)}ul.verdicts li.warning{border-color:var(--warn)}
.table{overflow-x:auto}table{border-collapse:collapse;font-size:.85em;font-variant-numeric:tabular-nums}
th,td{padding:.15em .7em;text-align:right;border-bottom:1px solid var(--grid)}th{color:var(--soft);font-weight:600}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8em;line-height:1.4;background:var(--grid);padding:.8em;border-radius:4px}
@media print{body{padding:0;max-width:none}pre{break-inside:avoid}}`;

/** A sentence at the top of the page. `warning`: the start of a sentence about a problem, which is highlighted. */
export interface Remark {
  readonly warning?: string;
  readonly text: string;
}

/** Returns a complete HTML page, without scripts and external resources. */
export function page(title: string, remarks: readonly Remark[], sections: readonly Section[]): string {
  const heading = escapeText(title);
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title>`;
  return [
    `<!doctype html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head><body>`,
    `<h1>${heading}</h1>`,
    remarks.length === 0 ? '' : `<ul class="verdicts">\n${remarks.map(remarkOf).join('\n')}\n</ul>`,
    ...sections.map(sectionOf),
    '</body></html>\n',
  ].join('\n');
}

function remarkOf({ warning, text }: Remark): string {
  if (warning === undefined) return `<li>${escapeText(text)}</li>`;
  return `<li class="warning"><strong>${escapeText(warning)}</strong> ${escapeText(text)}</li>`;
}

function sectionOf({ heading, text = [], figures = [], caption, table, code }: Section): string {
  const below = caption === undefined ? '' : `<figcaption>${escapeText(caption)}</figcaption>`;
  return [
    `<section><h2>${escapeText(heading)}</h2>`,
    ...text.map((line) => `<p>${escapeText(line)}</p>`),
    ...(figures.length === 0 ? [] : [`<figure>${figures.join('\n')}${below}</figure>`]),
    ...(table === undefined ? [] : [tableOf(table)]),
    ...(code === undefined ? [] : [`<pre>${escapeText(code)}</pre>`]),
    '</section>',
  ].join('\n');
}

function tableOf([head = [], ...body]: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  const rows = body.map((cells) => row(cells, 'td')).join('');
  return `<div class="table"><table><thead>${row(head, 'th')}</thead><tbody>${rows}</tbody></table></div>`;
}

/** Checks the caller's sections and copies them. */
export function requireSections(where: string, argument: string, value: unknown): readonly Section[] {
  const strings = (at: string, list: readonly string[]): readonly string[] =>
    requireList(where, at, list, 'strings').map((each, i) => requireString(where, `${at}[${i}]`, each));
  return requireArray(where, argument, value as readonly Section[], 'sections').map((given, i): Section => {
    const at = `${argument}[${i}]`;
    const section = requireObject(where, at, given, 'be a section');
    const { heading, text, figures, caption, table, code } = section;
    requireString(where, `${at}.heading`, heading);
    if (caption !== undefined) requireString(where, `${at}.caption`, caption);
    if (code !== undefined) requireString(where, `${at}.code`, code);
    const rows = table === undefined ? undefined : requireList(where, `${at}.table`, table, 'rows');
    return {
      ...section,
      ...(text !== undefined && { text: strings(`${at}.text`, text) }),
      ...(figures !== undefined && { figures: strings(`${at}.figures`, figures) }),
      ...(rows !== undefined && { table: rows.map((row, k) => strings(`${at}.table[${k}]`, row)) }),
    };
  });
}
