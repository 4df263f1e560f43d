// Options of every drawing: its size and its title.
import { refuse } from '../checks.ts';
import { number, optional, type Schema } from '../options.ts';

/** Options of every drawing. */
export interface FigureOptions {
  /** In pixels of the drawing, 200 to 8000; it scales with the page. */
  readonly width?: number;
  /** In pixels, 120 to 8000; by default what the drawing needs. */
  readonly height?: number;
  /** Above the drawing, and its name for screen readers; by default what it shows. */
  readonly title?: string;
}

/** @internal The schema of `FigureOptions`; each drawing has defaults of its own. */
export const FIGURE_OPTIONS: Schema<FigureOptions, keyof FigureOptions> = {
  width: optional(number({ min: 200, max: 8000 })),
  height: optional(number({ min: 120, max: 8000 })),
  title: optional(requireString),
};

/** The size and the title of a drawing, with its defaults; without a height it takes what it needs. */
export interface Frame {
  readonly width: number;
  readonly height?: number;
  readonly title: string;
}

/** Returns `value` when it is a string. */
export function requireString(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(where, argument, 'be a string', value);
}
