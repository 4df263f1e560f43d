import { refuse, requireInteger, requireOneOf } from '../checks.ts';
import type { GateFlow, LayerFlow } from '../flow/gradient-flow.ts';
import type { Axis } from './axes.ts';
import { figure, type Panel } from './figure.ts';
import { requireLayer } from './flows.ts';
import { type GateInput, inputPanel, type StepRange } from './gate-input.ts';
import { blockSizes, blocks, type HeatCell, heatMap, meanOf } from './heat-map.ts';
import { inWords, ticksBetween } from './numbers.ts';
import { type FigureOptions, requireFrame } from './options.ts';
import type { RampName } from './palette.ts';
import { requireList, requireName, requireNumberIn, requireObject, requireTensor } from './requirements.ts';

/** Options of `gateActivations`. */
export interface GateActivationsOptions extends FigureOptions {
  /** The sequence that went in, drawn above; a text, words, or numbers [T] or [T, I]. */
  readonly input?: GateInput;
  /** Names of gates, in the order in which they are drawn; default all. */
  readonly gates?: readonly string[];
  /** Mean activation over the rows of the batch (default), or the share of rows that are saturated. */
  readonly quantity?: 'mean' | 'saturated';
  /** First and last step drawn, from 1 to T; default all. */
  readonly steps?: StepRange;
}

const QUANTITIES = { mean: 'mean activation', saturated: 'share of rows saturated' } as const;

const OPTIONS = ['input', 'gates', 'quantity', 'steps'];

interface Drawn {
  readonly T: number;
  readonly H: number;
  readonly quantity: keyof typeof QUANTITIES;
  readonly steps: StepRange;
  readonly x: Axis;
}

/**
 * What each gate did at each step, one heat map a gate, units from the top down, with the sequence above.
 *
 * @param layer - `flow.layers[0]`
 * @param options - see GateActivationsOptions
 * @returns SVG
 * @throws ArgumentError, ShapeError
 *
 * @example
 * ```ts
 * const forget = { mean: tensor([[0.1, 0.9], [0.2, 0.8], [0.5, 0.5]]), histogram: { low: 0, high: 1, counts: [6] } };
 * const layer = { name: 'lstm1', T: 3, H: 2, gates: { forget } } as unknown as LayerFlow;
 * gateActivations(layer, { input: 'abc' }); // '<svg xmlns=…'
 * ```
 */
export function gateActivations(layer: LayerFlow, options: GateActivationsOptions = {}): string {
  const where = 'gateActivations';
  const checked = requireFrame(where, options, { width: 720, title: '' }, OPTIONS);
  const { name, gates } = requireLayer(where, 'layer', layer);
  const drawn = requireDrawn(where, layer, options);
  const chosen = requireGates(where, gates, options.gates);
  const { first, last } = { first: drawn.steps[0], last: drawn.steps[1] };
  const width = options.width ?? Math.max(checked.width, roomFor(options.input, last - first + 1));
  const above =
    options.input === undefined ? undefined : inputPanel(where, options.input, drawn.T, drawn.steps, drawn.x);
  const notes: string[] = [];
  const panels = chosen.map((gate, i) => {
    const at = `layer.gates.${gate}`;
    return gatePanel(
      where,
      at,
      gate,
      requireObject(where, at, gates[gate], 'be a gate'),
      drawn,
      i + 1 === chosen.length,
      notes,
    );
  });
  return figure(
    { ...checked, width, title: options.title ?? `Gates of ${name}: ${QUANTITIES[drawn.quantity]}` },
    {
      summary: 'One row a unit, from 0 at the top.',
      legend: above?.legend ?? [],
      panels: [...(above === undefined ? [] : [above.panel]), ...panels],
      notes: [...new Set(notes)],
    },
  );
}

function requireDrawn(where: string, layer: LayerFlow, options: GateActivationsOptions): Drawn {
  const { quantity = 'mean', steps } = options;
  const T = requireInteger(where, 'layer.T', layer.T);
  const H = requireInteger(where, 'layer.H', layer.H);
  requireOneOf(where, 'quantity', quantity, Object.keys(QUANTITIES));
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

function requireGates(where: string, gates: LayerFlow['gates'], chosen: unknown): string[] {
  const names = Object.keys(requireObject(where, 'layer.gates', gates, 'hold gates by name'));
  if (names.length === 0) return refuse(where, 'layer.gates', 'hold a gate', gates);
  if (chosen === undefined) return names;
  return requireList(where, 'gates', chosen as string[], 'names of gates').map((name, i) =>
    requireName(where, `gates[${i}]`, name, names),
  );
}

/** A text needs some pixels a letter. */
function roomFor(input: GateInput | undefined, steps: number): number {
  const isText = typeof input === 'string' || (Array.isArray(input) && typeof input[0] === 'string');
  return isText ? Math.min(4000, 84 + 7 * steps) : 0;
}

/** Ends of the ramp: those of the activation itself. */
function rangeOf(
  where: string,
  argument: string,
  { histogram }: GateFlow,
  quantity: Drawn['quantity'],
): [number, number] {
  if (quantity === 'saturated') return [0, 1];
  const { low, high } = requireObject(where, `${argument}.histogram`, histogram, 'be { low, high, counts }');
  requireNumberIn(where, `${argument}.histogram.low`, low);
  requireNumberIn(where, `${argument}.histogram.high`, high);
  if (!(low < high)) return [low, low + 1];
  return low < 0 ? [-Math.max(-low, high), Math.max(-low, high)] : [low, high];
}

function gatePanel(
  where: string,
  argument: string,
  name: string,
  gate: GateFlow,
  { T, H, quantity, steps: [first, last], x }: Drawn,
  lowest: boolean,
  notes: string[],
): Panel {
  const values = requireTensor(where, `${argument}.${quantity}`, gate[quantity], [T, H]);
  const [low, high] = rangeOf(where, argument, gate, quantity);
  const ramp: RampName = quantity === 'mean' ? 'magnitude' : 'share';
  const [wide, tall] = blockSizes(last - first + 1, H);
  if (wide * tall > 1)
    notes.push(
      `Each cell is the mean over ${wide} ${wide === 1 ? 'step' : 'steps'} × ${tall} ${tall === 1 ? 'unit' : 'units'}.`,
    );
  const cells = blocks(last - first + 1, wide).flatMap(([from, to]) =>
    blocks(H, tall).map(([top, end]): HeatCell => {
      const block = range(from, to).flatMap((t) => range(top, end).map((j) => values.get(first - 1 + t, j)));
      return {
        x: [first + from - 0.5, first + to - 0.5],
        y: [top - 0.5, end - 0.5],
        share: (meanOf(block) - low) / (high - low),
      };
    }),
  );
  const missing = range(first - 1, last).flatMap((t) =>
    range(0, H).filter((j) => Number.isNaN(values.get(t, j))),
  ).length;
  if (missing > 0)
    notes.push(
      `${name}: ${missing} of ${(last - first + 1) * H} values are NaN${wide * tall > 1 ? ' and left out' : ': left blank'}.`,
    );
  const y: Axis = { label: 'unit', domain: [-0.5, H - 0.5], ticks: ticksBetween(0, H - 1, 4, 1), reverse: true };
  const { label: _, ...unlabelled } = x;
  const bottom = lowest ? {} : { bottom: 6 };
  const draw: Panel['draw'] = (width, height) =>
    heatMap({ cells, ramp, x: lowest ? x : unlabelled, y, ...bottom }, width, height);
  const ticks = [low, (low + high) / 2, high].map((v) => inWords(v));
  const height = Math.min(180, Math.max(48, 7 * H)) + 12 + (lowest ? 38 : 0);
  return { heading: `${name} gate`, ramp: { name: ramp, label: '', ticks }, height, draw };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
