// Composes panels, title and notes into one SVG figure.

import type { LegendEntry, Ramp } from './legend.ts';
import { legendRows, ROW, rampScale } from './legend.ts';
import type { Frame } from './options.ts';
import { INK, SOFT, styleFor } from './palette.ts';
import { element, escapeText, type SvgElement } from './svg-element.ts';

/** One drawing of a figure. Panels are stacked, and are as wide as the figure. */
export interface Panel {
  /** Heading above the panel. */
  readonly heading?: string;
  /** Legend of the colours, beside the heading. */
  readonly ramp?: Ramp;
  /** Height in pixels, without the heading. */
  readonly height: number;
  draw(width: number, height: number): SvgElement;
}

/** The content of a figure. */
export interface Figure {
  /** Text below the title. */
  readonly summary?: string;
  readonly legend?: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  /** Notes below the drawing: which values it does not show, and why. */
  readonly notes?: readonly string[];
}

const EDGE = 12;
const HEADING = 30;
/** Least height of a panel, whatever height is requested. */
const LEAST = 40;
/** Approximate width of a letter, relative to the font size. */
const LETTER = 0.56;

/** Wraps text into lines that fit. */
function wrapped(text: string, size: number, width: number): string[] {
  const room = Math.max(8, Math.floor((width - 2 * EDGE) / (size * LETTER)));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((w) => cut(w, room))) {
    if (line !== '' && [...line].length + 1 + [...word].length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function cut(word: string, room: number): string[] {
  const letters = [...word];
  const parts = Math.max(1, Math.ceil(letters.length / room));
  return Array.from({ length: parts }, (_, i) => letters.slice(i * room, (i + 1) * room).join(''));
}

/** Lines of text from `y` down, and the y below them. */
function paragraph(text: string, y: number, width: number, size: number, bold = false): [SvgElement[], number] {
  const lines = wrapped(text, size, width);
  const attributes = { 'font-size': size, 'font-weight': bold ? 600 : undefined, fill: (bold ? INK : SOFT)[0] };
  const height = size * 1.35;
  const drawn = lines.map((line, i) => element('text', { x: EDGE, y: y + size + i * height, ...attributes }, [line]));
  return [drawn, y + lines.length * height];
}

/** Composes a figure, as the text of one `<svg>` element. */
export function figure(
  { width, height, title }: Frame,
  { summary = '', legend = [], panels, notes = [] }: Figure,
): string {
  const [heading, belowTitle] = paragraph(title, 8, width, 15, true);
  const [subtitle, belowSummary] = paragraph(summary, belowTitle + 2, width, 12);
  const [entries, belowLegend] = legendRows(legend, belowSummary + 6, width);
  const footer = notes.map((note) => wrapped(note, 11, width).length * 11 * 1.35).reduce((a, b) => a + b, 10);
  const headings = panels.filter((panel) => panel.heading !== undefined).length * HEADING;
  const natural = panels.reduce((sum, panel) => sum + panel.height, 0);
  const factor = height === undefined ? 1 : Math.max(0, height - belowLegend - footer - headings) / natural;

  let body: readonly SvgElement[] = [...heading, ...subtitle, ...entries];
  let y = belowLegend;
  for (const panel of panels) {
    if (panel.heading !== undefined) {
      body = [...body, ...headingOf(panel, y, width)];
      y += HEADING;
    }
    const panelHeight = Math.max(LEAST, panel.height * factor);
    const drawn = panel.draw(width, panelHeight);
    drawn.setAttribute('y', y);
    body = [...body, drawn];
    y += panelHeight;
  }
  for (const note of notes) {
    const [lines, below] = paragraph(note, y, width, 11);
    body = [...body, ...lines];
    y = below;
  }
  return svg(width, Math.ceil(y + 10), title, body);
}

function headingOf({ heading = '', ramp }: Panel, y: number, width: number): SvgElement[] {
  const text = element('text', { x: EDGE, y: y + ROW, 'font-size': 12, 'font-weight': 600, fill: INK[0] }, [heading]);
  return ramp === undefined ? [text] : [text, ...rampScale(ramp, width - EDGE, y)];
}

/** The root element. The title is its accessible name; its style sheet has the dark colours. */
function svg(width: number, height: number, title: string, body: readonly SvgElement[]): string {
  const inside = body.join('\n');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="bptt-plot" width="${width}" height="${height}"`,
    ` viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}" color="${INK[0]}"`,
    ` font-family="system-ui, sans-serif" font-size="12">\n<title>${escapeText(title)}</title>\n`,
    `<style>${styleFor(inside)}</style>\n${inside}\n</svg>`,
  ].join('');
}
