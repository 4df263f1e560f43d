// Baseline: an n-gram model with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999).

/** A context: how often each symbol follows it. */
class Counts {
  total = 0;
  bySymbol = new Map();

  add(symbol) {
    this.total++;
    this.bySymbol.set(symbol, (this.bySymbol.get(symbol) ?? 0) + 1);
  }
}

function add(contexts, context, symbol) {
  if (!contexts.has(context)) contexts.set(context, new Counts());
  contexts.get(context).add(symbol);
}

/** The contexts of a position: of 0 symbols, 1 symbol, … up to `order` or the start of the text. */
function contextsAt(symbols, t, order) {
  const found = [''];
  for (let k = 1; k <= Math.min(order, t); k++) found.push(String.fromCharCode(symbols[t - k]) + found[k - 1]);
  return found;
}

/** The three discounts of a level: of counts of 1, of 2, and of 3 and more. */
function discountsOf(contexts) {
  const n = [0, 0, 0, 0, 0];
  for (const { bySymbol } of contexts.values()) for (const count of bySymbol.values()) if (count <= 4) n[count]++;
  const y = n[1] / (n[1] + 2 * n[2]);
  const discounts = [1, 2, 3].map((c) => c - ((c + 1) * y * n[c + 1]) / n[c]);
  const valid = discounts.every((d, i) => d > 0 && d <= i + 1); // not with too few counts
  return valid ? [0, ...discounts] : [0, 0.5, 0.5, 0.5];
}

/** Counts of all contexts of up to `order` symbols, in texts that are lists of symbols from 0 to `size` − 1. */
export class NGrams {
  #size;
  /** Occurrences, by number of symbols of the context. */
  #counts;
  /** The same for shorter contexts: in how many different longer contexts each symbol follows. */
  #continuations;

  constructor(texts, size, order) {
    this.#size = size;
    this.#counts = Array.from({ length: order + 1 }, () => new Map());
    for (const symbols of texts) {
      for (const [t, symbol] of symbols.entries()) {
        for (const [k, context] of contextsAt(symbols, t, order).entries()) add(this.#counts[k], context, symbol);
      }
    }
    this.#continuations = this.#counts.slice(1).map((longer) => {
      const shorter = new Map();
      for (const [context, { bySymbol }] of longer) {
        for (const symbol of bySymbol.keys()) add(shorter, context.slice(1), symbol);
      }
      return shorter;
    });
  }

  /** Mean of −log₂ p in bits over all symbols of texts but the first of each, from `order` symbols before each. */
  bits(texts, order) {
    const levels = [...this.#continuations.slice(0, order), this.#counts[order]].map((contexts) => {
      return { contexts, discounts: discountsOf(contexts) };
    });
    let [sum, count] = [0, 0];
    for (const symbols of texts) {
      for (let t = 1; t < symbols.length; t++, count++) sum -= Math.log2(this.#probability(levels, symbols, t));
    }
    return sum / count;
  }

  /** Interpolates from the shortest context to the longest: (max(0, c − d) + Σd · p of the shorter one) / Σc. */
  #probability(levels, symbols, t) {
    let p = 1 / this.#size;
    for (const [k, context] of contextsAt(symbols, t, levels.length - 1).entries()) {
      const { contexts, discounts } = levels[k];
      const counts = contexts.get(context);
      if (counts === undefined) break; // so are the longer ones
      let left = 0;
      for (const count of counts.bySymbol.values()) left += discounts[Math.min(count, 3)];
      const own = counts.bySymbol.get(symbols[t]) ?? 0;
      p = (own - discounts[Math.min(own, 3)] + left * p) / counts.total;
    }
    return p;
  }
}
