// The gradient of a table of which each step uses few rows: only those rows, side by side.

import type { Arena } from '../memory/arena.ts';

/** The rows of a table that have a gradient, and where their gradients lie. */
export class SparseRows {
  /** Rows of the table. */
  readonly rows: number;
  /** Features of a row. */
  readonly width: number;
  /** Place of each row among the used ones; −1 without a gradient. */
  readonly #placeOf: Int32Array;
  /** The used rows, in the order of their places. */
  #used: number[] = [];
  #capacity = 0;
  #at = 0;
  #sorted: readonly number[] | undefined;

  constructor(rows: number, width: number) {
    this.rows = rows;
    this.width = width;
    this.#placeOf = new Int32Array(rows).fill(-1);
  }

  /** The used rows, ascending. */
  get used(): readonly number[] {
    this.#sorted ??= [...this.#used].sort((a, b) => a - b);
    return this.#sorted;
  }

  /** Where the gradient of a used row lies. */
  at(row: number): number {
    return this.#at + this.#placeOf[row]! * this.width;
  }

  /** Makes room for `count` more rows, as far as the table has so many. If memory runs out, nothing changes. */
  reserve(arena: Arena, count: number, where: string): void {
    const capacity = Math.min(this.rows, this.#used.length + count);
    if (capacity <= this.#capacity) return;
    const at = arena.keepAll((take) => take(capacity * this.width), 'gradients', where);
    arena.data.copyWithin(at, this.#at, this.#at + this.#used.length * this.width);
    if (this.#capacity > 0) arena.release([this.#at], this.#capacity * this.width, 'gradients');
    this.#at = at;
    this.#capacity = capacity;
  }

  /** Gives rows a gradient of zeros unless they have one. There has to be room for them. */
  use({ data }: Arena, rows: Int32Array): void {
    // Neighbours in the table become neighbours here as far as possible: what treats gradients alike takes them together.
    for (const row of rows.slice().sort()) {
      if (this.#placeOf[row]! >= 0) continue;
      this.#placeOf[row] = this.#used.length;
      this.#used.push(row);
      const at = this.at(row);
      data.fill(0, at, at + this.width);
    }
    this.#sorted = undefined;
  }

  /** Copies all gradients, and returns a function that writes them back. */
  remember(arena: Arena): () => void {
    const rows = Int32Array.from(this.used);
    const { width } = this;
    const copies = Array.from(rows, (row) => arena.data.slice(this.at(row), this.at(row) + width));
    return () => {
      this.clear();
      this.use(arena, rows);
      for (const [k, row] of rows.entries()) arena.data.set(copies[k]!, this.at(row));
    };
  }

  /** Sets all gradients to zero: no row is used. */
  clear(): void {
    for (const row of this.#used) this.#placeOf[row] = -1;
    this.#used = [];
    this.#sorted = undefined;
  }
}
