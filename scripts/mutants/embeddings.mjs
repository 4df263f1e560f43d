// Mutants of embeddings and of gradients of some rows.

const EMBEDDING = { killedBy: 'spec/layers/embedding.spec.ts' };
const GENERATE = { killedBy: 'spec/model/pair-generate.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const embeddings = {
  'lib/layers/embedding-pass.ts': [
    {
      name: 'embedding: the next row',
      find: 'table + data[x + k]! * F',
      replace: 'table + (data[x + k]! + 1) * F',
      ...EMBEDDING,
    },
    {
      name: 'embedding: gradients of the first row',
      find: 'sparse.at(x[k]!)',
      replace: 'sparse.at(x[0]!)',
      ...EMBEDDING,
    },
    { name: 'embedding: the first row of dy is left out', find: 'k >= 0; k--', replace: 'k > 0; k--', ...EMBEDDING },
    {
      name: 'embedding: indices have a gradient',
      find: 'arena.data.fill(0, this.dInput, this.dInput + rows);',
      replace: 'arena.data.fill(1, this.dInput, this.dInput + rows);',
      ...EMBEDDING,
    },
  ],
  'lib/layers/embedding.ts': [
    {
      name: 'embedding: padding counts',
      find: 'offset + row * stride[0]! + t * stride[1]!] !== 0',
      replace: 'offset + row * stride[0]! + t * stride[1]!] !== -1',
      ...EMBEDDING,
    },
    { name: 'embedding: the table is dense', find: 'sparse: true', replace: 'sparse: false', ...EMBEDDING },
  ],
  'lib/parameters/sparse-rows.ts': [
    {
      name: 'sparse rows: a row that was used begins anew',
      find: 'if (this.#placeOf[row]! >= 0) continue;',
      replace: '',
      ...EMBEDDING,
    },
    {
      name: 'sparse rows: gradients of an earlier step',
      find: 'data.fill(0, at, at + this.width);',
      replace: '',
      ...EMBEDDING,
    },
    {
      name: 'sparse rows: lost when they move',
      find: 'arena.data.copyWithin(at, this.#at, this.#at + this.#used.length * this.width);',
      replace: '',
      ...EMBEDDING,
    },
    {
      name: 'sparse rows: never cleared',
      find: 'for (const row of this.#used) this.#placeOf[row] = -1;',
      replace: '',
      ...EMBEDDING,
    },
    {
      name: 'sparse rows: the old room is kept',
      find: "if (this.#capacity > 0) arena.release([this.#at], this.#capacity * this.width, 'gradients');",
      replace: '',
      ...EMBEDDING,
    },
    { name: 'sparse rows: not restored', find: 'this.use(arena, rows);', replace: '', ...EMBEDDING },
  ],
  'lib/parameters/parameter-run.ts': [
    {
      name: 'norms of gradients: neighbouring rows of a table together',
      find: 'joins = !rowsApart || (',
      replace: 'joins = true || (',
      ...EMBEDDING,
    },
    { name: 'sparse rows: state of the first rows', find: 'start + row * width', replace: 'start', ...EMBEDDING },
  ],
  'lib/engine/indices.ts': [
    {
      name: 'indices: one too many',
      find: 'index < count && isInteger(index)',
      nth: 1,
      replace: 'index <= count && isInteger(index)',
      ...EMBEDDING,
    },
    { name: 'indices: fractions', find: ' && isInteger(index)', nth: 1, replace: '', ...EMBEDDING },
    {
      name: 'indices: steps of a stream are not checked',
      find: 'index >= 0 && index < count && isInteger(index)',
      nth: 2,
      replace: 'true',
      ...EMBEDDING,
    },
  ],
  'lib/model/decoding/generate.ts': [
    {
      name: 'generate: every beam continues its first path',
      find: 'b * width + (path?.slots.at(-1) ?? 0)',
      replace: 'b * width',
      ...GENERATE,
    },
    {
      name: 'generate: all rows draw the same',
      find: 'new Random(settings.seed ?? 0, row)',
      replace: 'new Random(settings.seed ?? 0, 0)',
      ...GENERATE,
    },
    { name: 'generate: rows are counted in each batch', find: 'first + row)', replace: 'row)', ...GENERATE },
  ],
  'lib/model/decoding/decoder-steps.ts': [
    {
      name: 'generate: probabilities of another row',
      find: 'const logs = this.output(row);',
      replace: 'const logs = this.output(0);',
      ...GENERATE,
    },
    {
      name: 'generate: log p of the best token is 0',
      find: 'logs[k]! - largest + ofTop',
      replace: 'logs[k]! - largest',
      ...GENERATE,
    },
  ],
};
