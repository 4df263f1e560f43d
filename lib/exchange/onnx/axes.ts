// The meaning of the axes of a value in a graph: nothing is imported transposed.

import { integerOf, integersOf, type Node } from './graph.ts';

/**
 * Axes by name: the first two of the input of the graph, `'0'` and `'1'`, of which the first recurrent node tells which is
 * time; `'D'`, the directions; `'F'`, the features.
 */
export type Axes = readonly string[];

/** Says that a node does something else with the axes than layers do. */
export type FailNode = (expected: string, received: string) => never;

/** What the operators that move axes are given: axes or shapes from constants, and fixed lengths of axes. */
interface Moves {
  /** Integers of an attribute or of a constant input. */
  integers(attribute: string, input: number): readonly number[] | undefined;
  /** Fixed lengths of axes by name; undefined for one that is not fixed. */
  length(axis: string): number | undefined;
  /** Sets the length of the features, where directions join them. */
  join(size: number): void;
  fail: FailNode;
}

/** Axes after a node that moves them. */
export function movedAxes(node: Node, axes: Axes, moves: Moves): Axes {
  if (node.op === 'Transpose') return transposedAxes(node, axes, moves.fail);
  if (node.op === 'Squeeze') return squeezed(axes, moves);
  return reshaped(node, axes, moves);
}

/** Axes after Transpose. */
export function transposedAxes(node: Node, axes: Axes, fail: FailNode): Axes {
  const order = integersOf(node, 'perm') ?? axes.map((_, k) => axes.length - 1 - k);
  const sorted = [...order].sort((a, b) => a - b);
  if (order.length !== axes.length || sorted.some((axis, k) => axis !== k)) {
    fail(`order ${axes.length} axes`, `[${order.join(', ')}]`);
  }
  return order.map((axis) => axes[axis]!);
}

/** Removes the axis of the directions, if there is one of them. */
function squeezed(axes: Axes, { integers, length, fail }: Moves): Axes {
  const removed = (integers('axes', 1) ?? []).map((axis) => (axis < 0 ? axis + axes.length : axis));
  const only = removed.length === 1 ? axes[removed[0]!] : undefined;
  if (only !== 'D' || length('D') !== 1) fail('remove the axis of one direction', `axes [${removed.join(', ')}]`);
  return axes.filter((axis) => axis !== 'D');
}

/** Joins directions and features, [.., D, F], or leaves the axes as they are. */
function reshaped(node: Node, axes: Axes, { integers, length, join, fail }: Moves): Axes {
  const shape = integers('shape', 1);
  if (shape === undefined) return fail('have a shape that is constant', 'a computed one');
  const joins = axes.at(-1) === 'F' && axes.at(-2) === 'D';
  const target = joins ? [...axes.slice(0, -2), 'F'] : axes;
  const size = joins ? length('D')! * length('F')! : length('F');
  const open = shape.filter((each) => each === -1).length;
  const fits = shape.every((each, k) => {
    const axis = target[k]!;
    if (each === -1) return open === 1;
    if (axis === 'F' && k === shape.length - 1) return each === size || (each === 0 && !joins);
    return each === 0 || each === length(axis);
  });
  if (integerOf(node, 'allowzero', 0) !== 0 || shape.length !== target.length || !fits) {
    fail(`join only directions and features, or keep [${axes.join(', ')}]`, `shape [${shape.join(', ')}]`);
  }
  if (joins) join(size!);
  return target;
}
