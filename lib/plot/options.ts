// Options of all plots: size and title.

import { refuse } from '../checks.ts';
import { number, optional, type Schema } from '../options.ts';

/** Options of all plots. */
export interface FigureOptions {
  /** Width in pixels, 200 to 8000. The figure scales with the page. */
  readonly width?: number;
  /** Height in pixels, 120 to 8000; by default as the figure needs. */
  readonly height?: number;
  /** Title above the figure, also for screen readers; by default a description of the figure. */
  readonly title?: string;
}

/** @internal The schema of `FigureOptions`; each drawing has defaults of its own. */
export const FIGURE_OPTIONS: Schema<FigureOptions, keyof FigureOptions> = {
  width: optional(number({ min: 200, max: 8000 })),
  height: optional(number({ min: 120, max: 8000 })),
  title: optional(requireString),
};

/** Size and title of a figure, with defaults. Without a height, the figure takes the height it needs. */
export interface Frame {
  readonly width: number;
  readonly height?: number;
  readonly title: string;
}

/** Returns `value` if it is a string. */
export function requireString(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(where, argument, 'be a string', value);
}
