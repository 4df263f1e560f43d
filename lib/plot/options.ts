// The options of all plots: size and title.

import { refuse } from '../checks.ts';
import { number, optional, type Schema } from '../options.ts';

/** Options of all plots. */
export interface FigureOptions {
  /** Width in pixels, from 200 to 8000; the default depends on the plot. The figure scales with the page. */
  readonly width?: number;
  /** Height in pixels, from 120 to 8000; default: the height that the figure needs. */
  readonly height?: number;
  /** Title above the figure, also for screen readers; default: a description of the figure. */
  readonly title?: string;
}

/** @internal The schema of `FigureOptions`. Each plot has its own defaults. */
export const FIGURE_OPTIONS: Schema<FigureOptions, keyof FigureOptions> = {
  width: optional(number({ min: 200, max: 8000 })),
  height: optional(number({ min: 120, max: 8000 })),
  title: optional(requireString),
};

/** Size and title of a figure, with defaults. A figure without `height` is as high as necessary. */
export interface Frame {
  readonly width: number;
  readonly height?: number;
  readonly title: string;
}

/** Returns `value` if it is a string. */
export function requireString(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(where, argument, 'be a string', value);
}
