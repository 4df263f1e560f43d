// A layer of branches that read the same input.

import { refuse, requireEntries } from '../checks.ts';
import { oneOf, optional, readOptions, required, type Schema, saved, savedOptions, unchecked } from '../options.ts';
import { BUILD_OPTIONS, type BuildOptions } from '../parameters/build-options.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { namesOf } from './network-layers.ts';
import { WiredLayer } from './wired-layer.ts';
import { type BranchMerge, chainOf, requireChain, type WiredNode } from './wiring.ts';

/** Options of parallel branches. */
export interface ParallelOptions extends BuildOptions {
  /** The layers of each branch, first to last; new ones. A branch without layers is the input itself. */
  readonly branches: readonly (readonly Layer[])[];
  /** How the outputs of the branches become one: `'concat'`, (J1), or `'sum'`, (J2); default `'concat'`. */
  readonly merge?: BranchMerge;
}

const OPTIONS: Schema<ParallelOptions, keyof BuildOptions> = {
  ...BUILD_OPTIONS,
  branches: required(unchecked<ParallelOptions['branches']>),
  merge: saved(optional(oneOf('concat', 'sum'), 'concat')),
};

/**
 * Branches that read the same input: (J1) y = [F₁(x), F₂(x), …], or with `merge: 'sum'` (J2) y = F₁(x) + F₂(x) + …
 *
 * Parameters are named after branches and layers: `branch1.gru1.kernel`. To load a saved model with this layer, pass the
 * class to `fromBytes` in `classes`.
 *
 * @example
 * ```ts
 * const branches = [[new LSTM({ units: 8, returnSequences: true })], [new Dense({ units: 4 })], []];
 * new Parallel({ branches }).forward(zeros([2, 5, 3])).shape; // [2, 5, 15]: 8 + 4 + 3 features
 * ```
 */
export class Parallel extends WiredLayer {
  /** Name in saved files. */
  static readonly kind = 'Parallel';
  readonly kind = 'Parallel';
  /** The layers of each branch. */
  readonly branches: readonly (readonly Layer[])[];
  /** How the outputs become one. */
  readonly merge: BranchMerge;

  /**
   * @param options - `branches`; `merge`: default `'concat'`; `seed`, `dtype`, `inputSize`, `backend`: see BuildOptions
   * @throws ArgumentError for layers that are in use or do not fit each other, or outputs that cannot become one
   */
  constructor(options: ParallelOptions) {
    const where = 'Parallel';
    const { branches: given, merge, ...build } = readOptions(where, options, OPTIONS);
    const expected = 'be an array of at least one branch, each an array of layers';
    const branches = requireEntries(where, 'branches', given, expected).map((branch, k) =>
      requireChain(
        where,
        `branches[${k}]`,
        requireEntries(where, `branches[${k}]`, branch, 'be an array of layers'),
        0,
      ),
    );
    if (branches.length === 0 || branches.every(({ length }) => length === 0)) {
      refuse(where, 'branches', expected, given, 'Give one of them a layer');
    }
    const nodes: WiredNode[] = [];
    const outputs = branches.map((layers, k) => {
      const names = namesOf(layers);
      for (const node of chainOf(layers, (i) => [`branch${k + 1}`, names[i]!], nodes.length)) nodes.push(node);
      return layers.length === 0 ? 0 : nodes.length;
    });
    super(where, { nodes, outputs, merge }, build, (node) => {
      if (node === undefined) return 'branches';
      const { layer } = node;
      const branch = branches.findIndex((layers) => layers.includes(layer));
      return `branches[${branch}][${branches[branch]!.indexOf(layer)}]`;
    });
    this.branches = branches;
    this.merge = merge;
  }

  /** @internal */
  config(_where: string): LayerConfig {
    return { branches: this.branches, ...savedOptions(OPTIONS, this) };
  }
}
