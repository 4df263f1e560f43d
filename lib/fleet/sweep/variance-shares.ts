// Functional ANOVA of a regression tree: the share of its variance that each parameter explains alone.

import type { Feature, Leaf, Part } from './regression-tree.ts';

/** Share of a parameter that a part has. */
function shareOf({ choices, low, high }: Feature, part: Part): number {
  return choices > 0 ? part.length / choices : (part[1]! - part[0]!) / (high - low);
}

/**
 * V_j / V of each parameter of a tree, for a point that is uniform in the space:
 *
 *   f₀ = Σ_b |b| m_b,   V = Σ_b |b| (m_b − f₀)²,   V_j = ∫ a_j(x)² dx,   a_j(x) = Σ_{b ∋ x in j} |b without j| (m_b − f₀)
 *
 * with the boxes b, their shares |b| of the space and their means m_b. Source: Hutter, Hoos and Leyton-Brown 2014, algorithm 1.
 *
 * @returns undefined if V is 0
 */
export function varianceShares(features: readonly Feature[], leaves: readonly Leaf[]): number[] | undefined {
  const shares = leaves.map(({ box }) => box.map((part, j) => shareOf(features[j]!, part)));
  const product = (of: readonly number[], without: number): number =>
    of.reduce((all, share, j) => (j === without ? all : all * share), 1);
  const volumes = shares.map((of) => product(of, -1));
  const mean = leaves.reduce((sum, leaf, b) => sum + volumes[b]! * leaf.mean, 0);
  const whole = leaves.reduce((sum, leaf, b) => sum + volumes[b]! * (leaf.mean - mean) * (leaf.mean - mean), 0);
  if (!(whole > 0)) return undefined;
  return features.map((feature, j) => {
    const weighted = leaves.map((leaf, b) => product(shares[b]!, j) * (leaf.mean - mean));
    const parts = leaves.map(({ box }) => box[j]!);
    const alone = feature.choices > 0 ? ofChoices(feature, parts, weighted) : ofNumbers(feature, parts, weighted);
    return alone / whole;
  });
}

/** V_j of choices: the mean of a_j² over them. */
function ofChoices({ choices }: Feature, parts: readonly Part[], weighted: readonly number[]): number {
  const marginal = new Array<number>(choices).fill(0);
  parts.forEach((part, b) => {
    for (const k of part) marginal[k] = marginal[k]! + weighted[b]!;
  });
  return marginal.reduce((sum, a) => sum + a * a, 0) / choices;
}

/** V_j of numbers: a_j is constant between the edges of boxes. */
function ofNumbers({ low, high }: Feature, parts: readonly Part[], weighted: readonly number[]): number {
  const jumps = new Map<number, number>();
  const jump = (at: number, by: number): void => void jumps.set(at, (jumps.get(at) ?? 0) + by);
  parts.forEach((part, b) => {
    jump(part[0]!, weighted[b]!);
    jump(part[1]!, -weighted[b]!);
  });
  const edges = [...jumps.keys()].sort((a, b) => a - b);
  let [marginal, sum] = [0, 0];
  for (let i = 0; i + 1 < edges.length; i++) {
    marginal += jumps.get(edges[i]!)!;
    sum += marginal * marginal * (edges[i + 1]! - edges[i]!);
  }
  return sum / (high - low);
}
