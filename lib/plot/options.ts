import { refuse, requireNumber, requireOptions } from '../checks.ts';

/** Options of every drawing. */
export interface FigureOptions {
  /** In pixels of the drawing, 200 to 8000; it scales with the page. */
  readonly width?: number;
  /** In pixels, 120 to 8000; by default what the drawing needs. */
  readonly height?: number;
  /** Above the drawing, and its name for screen readers; by default what it shows. */
  readonly title?: string;
}

/** The same, checked. */
export interface Frame {
  readonly width: number;
  readonly height: number | undefined;
  readonly title: string;
}

const KNOWN = ['width', 'height', 'title'];

/** Checks `options`, which may also hold `others`; `width` and `title` are the defaults. */
export function requireFrame(
  where: string,
  options: FigureOptions,
  defaults: { readonly width: number; readonly title: string },
  others: readonly string[] = [],
): Frame {
  const {
    width = defaults.width,
    height,
    title = defaults.title,
  } = requireOptions(where, options, [...KNOWN, ...others]);
  return {
    width: requireNumber(where, 'width', width, { min: 200, max: 8000 }),
    height: height === undefined ? undefined : requireNumber(where, 'height', height, { min: 120, max: 8000 }),
    title: requireString(where, 'title', title),
  };
}

/** Returns `value` when it is a string. */
export function requireString(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' ? value : refuse(where, argument, 'be a string', value);
}
