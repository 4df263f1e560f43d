// The plot of gates over time.

import { refuse, requireInteger, requireOneOf } from '../checks.ts';
import { oneOf, optional, readOptions, type Schema, unchecked } from '../options.ts';
import type { Axis } from './axes.ts';
import type { DrawnGates } from './drawn.ts';
import { figure } from './figure.ts';
import { requireLayer } from './flows.ts';
import { type GateInput, inputPanel, requireAnyInput, type StepRange } from './gate-input.ts';
import { type GatesDrawn, gatePanel, notesOn, QUANTITIES, requireActivations } from './gate-panel.ts';
import { ticksBetween } from './numbers.ts';
import { FIGURE_OPTIONS, type FigureOptions } from './options.ts';
import { requireList, requireObject } from './requirements.ts';
import { roomForText } from './text-panel.ts';

/** Options of `gateActivations`. */
export interface GateActivationsOptions extends FigureOptions {
  /** The input sequence, drawn above: a text, words, or numbers [T] or [T, I]. */
  readonly input?: GateInput;
  /** Names of the gates to draw, from the top down; default all. */
  readonly gates?: readonly string[];
  /** What to draw: the mean activation over the rows of the batch, or the share of saturated rows; default `'mean'`. */
  readonly quantity?: 'mean' | 'saturated';
  /** First and last step to draw, from 1 to T; default all steps. */
  readonly steps?: StepRange;
}

const OPTIONS: Schema<GateActivationsOptions, keyof FigureOptions | 'input' | 'gates' | 'steps'> = {
  ...FIGURE_OPTIONS,
  input: optional(requireAnyInput),
  gates: optional(unchecked<readonly string[]>), // checked against the layer
  quantity: optional(oneOf('mean', 'saturated'), 'mean'),
  steps: optional(unchecked<StepRange>),
};

/**
 * Draws the activations of gates over time: one heat map per gate, with one row per unit, and the input sequence above.
 *
 * @param layer - `flow.layers[0]`
 * @param options - see GateActivationsOptions
 * @returns SVG
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const forget = { mean: tensor([[0.1, 0.9], [0.2, 0.8], [0.5, 0.5]]), histogram: { low: 0, high: 1, counts: [6] } };
 * const layer = { name: 'lstm1', T: 3, H: 2, gates: { forget } };
 * gateActivations(layer, { input: 'abc' }); // SVG
 * ```
 */
export function gateActivations(layer: DrawnGates, options: GateActivationsOptions = {}): string {
  const where = 'gateActivations';
  const { input, gates: wanted, quantity, steps, ...frame } = readOptions(where, options, OPTIONS);
  const { name, ...flow } = requireLayer(where, 'layer', layer);
  const drawn = requireDrawn(where, flow, quantity, steps);
  const gates = requireObject(where, 'layer.gates', flow.gates, 'contain gates by name');
  const chosen = requireGates(where, gates, wanted);
  const [first, last] = drawn.steps;
  const above = input === undefined ? undefined : inputPanel(where, input, drawn.T, drawn.steps, drawn.x);
  const width = Math.max(720, roomFor(input, last - first + 1));
  const all = chosen.map((gate) => requireActivations(where, `layer.gates.${gate}`, gate, gates[gate]!, drawn));
  const panels = all.map((each, i) => gatePanel(each, drawn, i + 1 === all.length));
  return figure(
    { width, title: `Gates of ${name}: ${QUANTITIES[quantity]}`, ...frame },
    {
      summary: 'One row per unit; unit 0 is at the top.',
      legend: above?.legend ?? [],
      panels: [...(above === undefined ? [] : [above.panel]), ...panels],
      notes: [...(above?.notes ?? []), ...notesOn(all, drawn)],
    },
  );
}

function requireDrawn(
  where: string,
  layer: Pick<DrawnGates, 'T' | 'H'>,
  quantity: GatesDrawn['quantity'],
  steps: StepRange | undefined,
): GatesDrawn {
  const T = requireInteger(where, 'layer.T', layer.T);
  const H = requireInteger(where, 'layer.H', layer.H);
  const [first, last] =
    steps === undefined ? [1, T] : requireList(where, 'steps', steps, 'the first and the last step');
  requireInteger(where, 'steps[0]', first, 1, T);
  requireInteger(where, 'steps[1]', last, first, T);
  const ticks = ticksBetween(first!, last!, 9, 1);
  const x: Axis = {
    label: 'time step t',
    domain: [first! - 0.5, last! + 0.5],
    ticks: ticks.length > 0 ? ticks : [first!],
  };
  return { T, H, quantity, steps: [first!, last!], x };
}

function requireGates(where: string, gates: DrawnGates['gates'], chosen: unknown): string[] {
  const names = Object.keys(gates);
  if (names.length === 0) return refuse(where, 'layer.gates', 'contain a gate', gates);
  if (chosen === undefined) return names;
  return requireList(where, 'gates', chosen as string[], 'names of gates').map((name, i) =>
    requireOneOf(where, `gates[${i}]`, name, names),
  );
}

/** Width that an input needs. */
function roomFor(input: GateInput | undefined, steps: number): number {
  const isText = typeof input === 'string' || (Array.isArray(input) && typeof input[0] === 'string');
  return isText ? roomForText(steps) : 0;
}
