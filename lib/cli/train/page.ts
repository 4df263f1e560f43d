// The page of `bptt train --report`.

import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { History } from '../../training/fit.ts';
import { CommandError, onFile } from '../io.ts';
import type { Plot, Task } from './task.ts';

/** The functions that draw, if their package is there and the page can be written. */
export async function plotFor(page: string): Promise<Plot> {
  if (!/\.html?$/i.test(page)) throw new CommandError(`--report ${page}: the name of the page must end in .html`);
  const folder = path.dirname(page);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CommandError(`--report ${page}: there is no folder ${folder}`);
  }
  try {
    return await import('../../plot/index.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('--report draws with a package that is not installed: npm install @observablehq/plot');
  }
}

/** Writes the page: losses, and samples or forecasts. */
export function writePage(page: string, plot: Plot, task: Task, history: History, summary: readonly string[]): void {
  const settings = Object.entries(task.settings).filter(([, value]) => value !== '');
  const html = plot.report(history, undefined, {
    title: path.parse(page).name,
    summary: [...summary],
    sections: task.sections(plot),
    appendix: [
      {
        heading: 'Settings',
        table: [['option', 'value'], ...settings.map(([name, value]) => [`--${name}`, String(value)])],
      },
    ],
  });
  onFile(page, () => writeFileSync(page, html));
}
