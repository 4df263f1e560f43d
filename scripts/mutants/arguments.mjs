/** Mutants that use arguments other than the checked ones, or wrong subsets of parameters.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const callersArguments = {
  'lib/options.ts': [
    {
      name: 'options: null stands for the default too',
      find: 'value === undefined && ',
      replace: '(value === undefined || value === null) && ',
      killedBy: 'spec/options.spec.ts',
    },
    {
      name: 'options: the value that was given instead of the checked copy',
      find: ': line.check(where, prefix + name, value);',
      replace: ': (line.check(where, prefix + name, value), value);',
      killedBy: 'spec/options.spec.ts',
    },
    {
      name: 'options: a saved file keeps every option',
      find: "saved === 'always' ||",
      replace: 'name in fields ||',
      killedBy: 'spec/options.spec.ts',
    },
  ],
  'lib/parameters/parameter-run.ts': [
    {
      name: 'subset: parameters between its own belong to it',
      find: 'if (follows && gradientsAt === last.gradientsAt + last.size) {',
      replace: 'if (last !== undefined && at >= last.at + last.size) {',
      killedBy: 'spec/optimizers/subsets.spec.ts',
    },
  ],
  'lib/parameters/parameters.ts': [
    {
      name: 'subset: gradients of the first run alone set to zero',
      find: 'of this.runs) this.arena.data.fill',
      replace: 'of this.runs.slice(0, 1)) this.arena.data.fill',
      killedBy: 'spec/optimizers/subsets.spec.ts',
    },
  ],
  'lib/optimizers/optimizer.ts': [
    {
      name: 'optimizer: a step that throws counts',
      find: 'updateParts(parts, slots.places, share.iterations + 1, rates, (...each) => this.update(...each));',
      replace:
        'updateParts(parts, slots.places, ++share.iterations, rates, (...each) => this.update(...each)); share.iterations--;',
      killedBy: 'spec/optimizers/overflow.spec.ts',
    },
  ],
  'lib/optimizers/optimizer-options.ts': [
    {
      name: 'subset: all runs share the state of the first',
      find: 'at + run.start',
      replace: 'at',
      killedBy: 'spec/optimizers/subsets.spec.ts',
    },
  ],
  'lib/optimizers/members.ts': [
    {
      name: 'subset: an optimizer takes any other',
      find: 'parameters.sameElements(list[k]!)',
      replace: 'parameters.arena === list[k]!.arena',
      killedBy: 'spec/optimizers/subsets.spec.ts',
    },
  ],
  'lib/optimizers/trial.ts': [
    {
      name: 'trial: an update that throws leaves what it wrote',
      find: 'if (!complete) restore();',
      replace: '',
      killedBy: 'spec/optimizers/overflow.spec.ts',
    },
    {
      name: 'subset: overflow behind a gap named as if there were none',
      find: 'start + element',
      replace: 'element',
      killedBy: 'spec/optimizers/subsets.spec.ts',
    },
  ],
  'lib/clip/norm.ts': [
    {
      name: 'clipping: subnormal factors rounded',
      find: 'clipNorm / rest < SMALLEST[arithmetic]',
      replace: 'clipNorm / rest < 0',
      killedBy: 'spec/clip/clip-gradients.spec.ts',
    },
  ],
  'lib/tensor/overlap.ts': [
    {
      name: 'overlap: neighbours that meet in one element',
      find: 'if (step <= reach) return false;',
      replace: 'if (step < reach) return false;',
      killedBy: 'spec/tensor/overlap.spec.ts',
    },
    {
      name: 'overlap: the second half of a float64 not marked',
      find: 'k < bytes; k += PLACE',
      replace: 'k < PLACE; k += PLACE',
      killedBy: 'spec/tensor/overlap.spec.ts',
    },
    {
      name: 'overlap: touching columns taken as apart',
      find: 'return column >= rowBytes(a) &&',
      replace: 'return column >= rowBytes(a) - bytes &&',
      killedBy: 'spec/tensor/overlap.spec.ts',
    },
  ],
  'lib/losses/loss.ts': [
    {
      name: 'class numbers not checked where they are used',
      find: 'if (sparse) requireClasses(where, argument, { data,',
      replace: 'if (sparse) requireClasses(where, argument, { data: [0],',
      killedBy: 'spec/training/changing-arguments.spec.ts',
    },
  ],
  'lib/tensor/ndarray-like.ts': [
    {
      name: 'written in place: elements that share memory taken',
      find: 'if (!hasOwnElements(view as FloatNdArrayLike)) refuseShared(where, argument);',
      replace: '',
      killedBy: 'spec/clip/in-place.spec.ts',
      test: 'share memory',
    },
    {
      name: 'assign: reads what it has overwritten',
      find: '|| areSeparate(to, from as FloatNdArrayLike)',
      replace: '|| to.data === from.data',
      killedBy: 'spec/tensor/ndarray-like.spec.ts',
    },
    {
      name: 'checked array: strides of the caller',
      find: 'return new CheckedArray(storage ?? { data }, shape, stride, offset);',
      replace: 'return new CheckedArray(storage ?? { data }, shape, view.stride as number[], offset);',
      killedBy: 'spec/tensor/ndarray-like.spec.ts',
    },
  ],
  'lib/memory/states.ts': [
    {
      name: 'states: one that is only read is not copied',
      find: "writable ? source : copyOf(where, argument, source, 'float64')",
      replace: 'source',
      killedBy: 'spec/layers/recurrent.spec.ts',
      test: 'numbers of any type',
    },
    {
      name: 'states: one in the memory of the layer is not copied',
      find: 'given.read(writable ? source',
      replace: 'given.read(writable || source.data instanceof Float32Array ? source',
      killedBy: 'spec/layers/recurrent.spec.ts',
      test: 'memory of the layer',
    },
  ],
  'lib/memory/matrix.ts': [
    {
      name: 'states: bounds of the caller read again',
      find: 'this.offset = offset;',
      replace: 'this.offset = (value as NdArrayLike).offset;',
      killedBy: 'spec/training/changing-arguments.spec.ts',
    },
    {
      name: 'states: a view that begins before its data taken',
      find: 'low >= 0 && low + abs',
      replace: 'low + abs',
      killedBy: 'spec/memory/matrix.spec.ts',
    },
    {
      name: 'states: a view that ends after its data taken',
      find: 'abs(rows) + abs(columns) <',
      replace: 'abs(rows) <',
      killedBy: 'spec/memory/matrix.spec.ts',
    },
  ],
};
