// Regression trees on the parameters of a space: boxes, each with the mean of the values in it.

const { max } = Math;

/** A parameter, and its value in each row. */
export interface Feature {
  /** Number of choices; 0 for numbers. */
  readonly choices: number;
  /** The range of numbers. */
  readonly low: number;
  readonly high: number;
  /** Numbers on the scale of the parameter, or indices of choices, by row. */
  readonly values: readonly number[];
}

/** A part of a parameter: a range of numbers, or the indices of choices. */
export type Part = readonly number[];

/** A box, a part of each parameter, and the mean of the values in it. */
export interface Leaf {
  readonly box: readonly Part[];
  readonly mean: number;
}

/** A split: `left` holds numbers up to the threshold, or the choices of a set. */
interface Split {
  readonly feature: number;
  readonly threshold: number;
  readonly chosen: ReadonlySet<number> | undefined;
  readonly left: Node;
  readonly right: Node;
}
type Node = Split | Leaf;

/** Fewest rows of a leaf, and the longest way to one. */
const [LEAST, DEEPEST] = [2, 64];

/** Part of a parameter that a split separates, and Σ²/n of both sides: the larger, the less variance is left. */
interface Cut {
  readonly feature: number;
  readonly below: number;
  readonly above: number;
  /** Choices in the order of their means; undefined for numbers. */
  readonly order: readonly number[] | undefined;
  readonly gain: number;
}

/**
 * A regression tree: each box is divided where the sum of squared distances to the means of both sides is least. Choices are
 * first put in the order of their means, in which the best of all divisions lies (Breiman et al. 1984, theorem 4.5).
 */
export class RegressionTree {
  /** Boxes that fill the space without overlap. */
  readonly leaves: Leaf[] = [];
  readonly #features: readonly Feature[];
  readonly #y: readonly number[];
  readonly #root: Node;

  /** @param rows - indices of the rows to learn, repeated ones included */
  constructor(features: readonly Feature[], y: readonly number[], rows: readonly number[]) {
    this.#features = features;
    this.#y = y;
    const whole = features.map(
      ({ choices, low, high }): Part => (choices > 0 ? Array.from({ length: choices }, (_, k) => k) : [low, high]),
    );
    this.#root = this.#grow(rows, whole, 0);
  }

  /** The mean of the box of a row. */
  predict(row: number): number {
    let node = this.#root;
    while ('left' in node) {
      const x = this.#features[node.feature]!.values[row]!;
      const isLeft = node.chosen === undefined ? x <= node.threshold : node.chosen.has(x);
      node = isLeft ? node.left : node.right;
    }
    return node.mean;
  }

  #grow(rows: readonly number[], box: readonly Part[], depth: number): Node {
    const mean = rows.reduce((sum, row) => sum + this.#y[row]!, 0) / rows.length;
    const cut = depth < DEEPEST ? this.#bestCut(rows, mean) : undefined;
    if (cut === undefined) {
      const leaf = { box, mean };
      this.leaves.push(leaf);
      return leaf;
    }
    const { feature, below, above, order } = cut;
    const threshold = below + (above - below) / 2 < above ? below + (above - below) / 2 : below;
    const chosen = order && new Set(order.slice(0, above));
    const { values } = this.#features[feature]!;
    const isLeft = (x: number): boolean => (chosen === undefined ? x <= threshold : chosen.has(x));
    const part = box[feature]!;
    const halves = chosen
      ? [part.filter(isLeft), part.filter((k) => !isLeft(k))]
      : [
          [part[0]!, threshold],
          [threshold, part[1]!],
        ];
    const [left, right] = [true, false].map((side, k) =>
      this.#grow(
        rows.filter((row) => isLeft(values[row]!) === side),
        box.map((each, j) => (j === feature ? halves[k]! : each)),
        depth + 1,
      ),
    );
    return { feature, threshold, chosen, left: left!, right: right! };
  }

  /** The cut that leaves the least variance; undefined if none leaves less than there is. */
  #bestCut(rows: readonly number[], mean: number): Cut | undefined {
    let best: Cut | undefined;
    const y = rows.map((row) => this.#y[row]! - mean);
    for (let feature = 0; feature < this.#features.length; feature++) {
      const { choices, values } = this.#features[feature]!;
      const x = rows.map((row) => values[row]!);
      const order = choices > 0 ? orderOf(x, y, choices) : undefined;
      const places = order === undefined ? x : placesIn(order, x);
      const found = cutOf(places, y);
      if (found !== undefined && found.gain > (best?.gain ?? 0)) best = { ...found, feature, order };
    }
    return best;
  }
}

/** Choices in the order of their means; those without rows, about which nothing is known, come in the middle. */
function orderOf(x: readonly number[], y: readonly number[], choices: number): number[] {
  const [sums, counts] = [new Array<number>(choices).fill(0), new Array<number>(choices).fill(0)];
  x.forEach((k, i) => {
    sums[k] = sums[k]! + y[i]!;
    counts[k] = counts[k]! + 1;
  });
  const means = sums.map((sum, k) => sum / max(1, counts[k]!));
  return means.map((_, k) => k).sort((a, b) => means[a]! - means[b]! || a - b);
}

function placesIn(order: readonly number[], x: readonly number[]): number[] {
  const places = new Array<number>(order.length);
  order.forEach((k, place) => {
    places[k] = place;
  });
  return x.map((k) => places[k]!);
}

/** Between which neighbours to divide; `y` has a mean of about 0. */
function cutOf(x: readonly number[], y: readonly number[]): Pick<Cut, 'below' | 'above' | 'gain'> | undefined {
  const n = x.length;
  const order = x.map((_, i) => i).sort((a, b) => x[a]! - x[b]! || a - b);
  const total = y.reduce((a, b) => a + b, 0);
  const least = 1e-12 * y.reduce((sum, each) => sum + each * each, 0); // roundings
  let [sum, best] = [0, undefined as Pick<Cut, 'below' | 'above' | 'gain'> | undefined];
  for (let count = 1; count <= n - LEAST; count++) {
    sum += y[order[count - 1]!]!;
    const [below, above] = [x[order[count - 1]!]!, x[order[count]!]!];
    if (count < LEAST || below === above) continue;
    const gain = (sum * sum) / count + ((total - sum) * (total - sum)) / (n - count);
    if (gain > (best?.gain ?? least)) best = { below, above, gain };
  }
  return best;
}
