import type { Cell } from '../cells/cell.ts';
import type { Parameters } from '../parameters/parameters.ts';
import type { Tape } from './tape.ts';

/** Values of one name that a pass came by at once: those of one time step, or the gradient of a parameter. */
export interface Values {
  /** The layer's name in its model; undefined for a layer by itself. */
  readonly layer?: string | undefined;
  /** A tensor is a state, `saved`, `input`, `output`, `preactivation`: whatever is neither gate nor parameter. */
  readonly kind: 'gate' | 'tensor' | 'parameter';
  readonly name: string;
  /** Time step, where there is time. */
  readonly step?: number | undefined;
  readonly at: number;
  /** [rows, units], or that of the parameter. */
  readonly shape: readonly number[];
  /** Elements from one row to the next; undefined where rows lie side by side. */
  readonly rowStride?: number | undefined;
}

/** Called for all values of a pass in the order in which it comes by them. */
export type Visit = (values: Values) => void;

/** The same within a stack, where their layer goes by a name. Property by property: a spread takes ten times as long. */
export function inLayer({ layer, kind, name, step, at, shape, rowStride }: Values, outer: string): Values {
  return { layer: layer === undefined ? outer : `${outer}.${layer}`, kind, name, step, at, shape, rowStride };
}

/** What a visitor sees `steps` later. */
export function later(visit: Visit, steps: number): Visit {
  if (steps === 0) return visit;
  return (values) => visit(values.step === undefined ? values : { ...values, step: values.step + steps });
}

/** Values [T, B, F] lying time-major, or [B, F]: step by step, from the first. */
export function visitSteps(
  name: string,
  { T, B, F, at }: { readonly T: number | undefined; readonly B: number; readonly F: number; readonly at: number },
  visit: Visit,
): void {
  const shape = [B, F];
  for (let t = 0; t < (T ?? 1); t++) {
    visit({ kind: 'tensor', name, step: T === undefined ? undefined : t, at: at + t * B * F, shape });
  }
}

/** The gradients of parameters, in order. */
export function visitParameterGradients(parameters: Parameters, visit: Visit): void {
  for (const { name, gradient, gradientAt: at } of parameters) {
    visit({ kind: 'parameter', name, at, shape: gradient.shape });
  }
}

/** What `unroll` left on the tape: step by step, in the order of `cell.forwardOrder`. */
export function visitForward(cell: Cell, tape: Tape, visit: Visit): void {
  const { T, B, H, gates, saved, states } = tape;
  const ends = states.map((at) => at + B * H); // slot t + 1 is the state after step t
  for (let t = 0; t < T; t++) visitNames(cell, cell.forwardOrder, { B, H, t, gates, saved, states: ends }, visit);
}

/** The gradient of the states after step t, once all of it has come together. */
export function visitStateGradients(cell: Cell, { B, H, dStates }: Tape, t: number, visit: Visit): void {
  cell.states.forEach((name, k) => {
    visit({ kind: 'tensor', name, step: t, at: dStates[k]!, shape: [B, H] });
  });
}

/** What step t of the way back wrote, in the order of `cell.backwardOrder`. */
export function visitStepGradients(cell: Cell, { B, H, dGates, dSaved }: Tape, t: number, visit: Visit): void {
  visitNames(cell, cell.backwardOrder, { B, H, t, gates: dGates, saved: dSaved, states: [] }, visit);
}

/** Where the values of all steps begin. */
interface Places {
  readonly B: number;
  readonly H: number;
  readonly t: number;
  readonly gates: number;
  readonly saved: number;
  readonly states: readonly number[];
}

function visitNames(cell: Cell, order: readonly string[], { B, H, t, ...at }: Places, visit: Visit): void {
  const rows = t * B;
  for (const name of order) {
    const gate = cell.gates.indexOf(name);
    const state = cell.states.indexOf(name);
    if (gate >= 0) {
      const N = cell.gateWidth;
      visit({ kind: 'gate', name, step: t, at: at.gates + rows * N + gate * H, shape: [B, H], rowStride: N });
    } else if (state >= 0) {
      visit({ kind: 'tensor', name, step: t, at: at.states[state]! + rows * H, shape: [B, H] });
    } else {
      const S = H * (at.states.length > 0 ? cell.savedBlocks : cell.gradientBlocks);
      visit({ kind: 'tensor', name, step: t, at: at.saved + rows * S, shape: [B, S] });
    }
  }
}
