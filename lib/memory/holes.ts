// Free room within the kept part of an arena: released, and not taken again yet.

/** Elements that lie side by side. */
export interface Extent {
  readonly at: number;
  readonly size: number;
}

/** Released extents, from the first to the last, with kept elements between them. */
export class Holes {
  #extents: readonly Extent[];

  constructor(extents: readonly Extent[] = []) {
    this.#extents = extents;
  }

  copy(): Holes {
    return new Holes(this.#extents);
  }

  /** Takes elements from the first extent that has enough of them; returns their position, if there is one. */
  take(size: number): number | undefined {
    const k = this.#extents.findIndex((extent) => extent.size >= size);
    if (k < 0) return undefined;
    const { at, size: whole } = this.#extents[k]!;
    const left = { at: at + size, size: whole - size };
    this.#extents = this.#extents.map((extent, i) => (i === k ? left : extent)).filter((extent) => extent.size > 0);
    return at;
  }

  /** Adds an extent; neighbours become one. */
  add(extent: Extent): void {
    const result: Extent[] = [];
    for (const { at, size } of [...this.#extents, extent].sort((a, b) => a.at - b.at)) {
      const last = result.at(-1);
      if (last !== undefined && last.at + last.size === at)
        result.splice(-1, 1, { at: last.at, size: last.size + size });
      else result.push({ at, size });
    }
    this.#extents = result;
  }

  /** Removes the last extent if it reaches to `end`, and returns the end of what is kept. */
  trim(end: number): number {
    const last = this.#extents.at(-1);
    if (last === undefined || last.at + last.size < end) return end;
    this.#extents = this.#extents.slice(0, -1);
    return last.at;
  }
}
