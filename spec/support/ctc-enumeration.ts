// All paths of connectionist temporal classification, one by one.

/** Merges runs of one class, then removes blanks. */
export function spelled(path: readonly number[], blank: number): string {
  return path.filter((c, t) => c !== path[t - 1] && c !== blank).join(' ');
}

interface Sums {
  /** Sum of the probabilities of the paths that spell each text. */
  readonly total: Map<string, number>;
  /** For each text, of those that have class k at time t: [t·F + k]. */
  readonly through: Map<string, Float64Array>;
}

/** Enumerates all paths over probabilities [T, F]. */
export function enumerate(p: readonly (readonly number[])[], blank: number): Sums {
  const [T, F] = [p.length, p[0]!.length];
  const [total, through] = [new Map<string, number>(), new Map<string, Float64Array>()];
  for (let code = 0; code < F ** T; code++) {
    const path = Array.from({ length: T }, (_, t) => Math.floor(code / F ** t) % F);
    const probability = path.reduce((product, k, t) => product * p[t]![k]!, 1);
    const text = spelled(path, blank);
    total.set(text, (total.get(text) ?? 0) + probability);
    const sums = through.get(text) ?? new Float64Array(T * F);
    path.forEach((k, t) => {
      sums[t * F + k]! += probability;
    });
    through.set(text, sums);
  }
  return { total, through };
}
