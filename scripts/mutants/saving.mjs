const JSON_SPEC = { killedBy: 'spec/formats/strict-json.spec.ts' };
const FILES = { killedBy: 'spec/model/refused-files.spec.ts' };
const CLASSES = { killedBy: 'spec/layers/saved-layers.spec.ts' };
const SAVING = { killedBy: 'spec/model/saving.spec.ts' };

/** Mutants that read or write files wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const saving = {
  'lib/formats/strict-json.ts': [
    { name: 'JSON: escapes not skipped', find: 'at = this.#escape(at + 1);', replace: '', ...JSON_SPEC },
    { name: 'JSON: escapes not replaced', find: 'return escaped\n', replace: 'return !escaped\n', ...JSON_SPEC },
    {
      name: 'JSON: a key twice',
      find: "key in object || key === '__proto__'",
      replace: "key === '__proto__'",
      ...JSON_SPEC,
    },
    {
      name: 'JSON: __proto__ read',
      find: "key in object || key === '__proto__'",
      replace: 'key in object',
      ...JSON_SPEC,
    },
    { name: 'JSON: one level more', find: 'depth > DEPTH_LIMIT', replace: 'depth > DEPTH_LIMIT + 1', ...JSON_SPEC },
    { name: 'JSON: any number of values', find: '++this.#values > this.#limit', replace: 'false', ...JSON_SPEC },
    { name: 'JSON: -0 read', find: '!Object.is(value, -0) && ', replace: '', ...JSON_SPEC },
    {
      name: 'JSON: fractions in more than one form',
      find: 'Number.isFinite(value) && String(value) === text',
      replace: 'Number.isFinite(value)',
      ...JSON_SPEC,
    },
    { name: 'JSON: leading zeros read', find: '!leading && ', replace: '', ...JSON_SPEC },
  ],
  'lib/formats/safetensors.ts': [
    {
      name: 'file: only the first part of the elements',
      find: 'target.set(part.subarray(0, count), start);',
      replace: 'target.set(part.subarray(0, count), 0);',
      ...SAVING,
    },
    { name: 'file: header not padded', find: 'Math.ceil(header.length / 8) * 8', replace: 'header.length', ...SAVING },
    { name: 'file: trailing bytes read', find: 'end !== data.length', replace: 'end > data.length', ...FILES },
    { name: 'file: gaps read', find: 'if (start !== end)', replace: 'if (start < end)', ...FILES },
    { name: 'file: overlaps read', find: 'if (start !== end)', replace: 'if (start > end)', ...FILES },
    {
      name: 'file: more arrays than wanted',
      find: 'for (const name of shapes.keys()) unfit',
      replace: 'for (const name of shapes.keys()) if (name === "") unfit',
      killedBy: 'spec/engine/stream-state.spec.ts',
    },
  ],
  'lib/layers/saved-network.ts': [
    {
      name: 'model file: any format read',
      find: "if (format !== 'bptt')",
      replace: 'if (format === undefined)',
      ...FILES,
    },
    {
      name: 'model file: any version read',
      find: 'if (version !== 1)',
      replace: 'if (version === undefined)',
      ...FILES,
    },
    {
      name: 'model file: NaN read',
      find: 'if (bad < 0) return;\n  unfit',
      replace: 'if (bad < 1e9) return;\n  unfit',
      ...FILES,
    },
    {
      name: 'model file: NaN in the first element read',
      find: 'let i = 0; i < data.length; i++) if (!isFinite',
      replace: 'let i = 1; i < data.length; i++) if (!isFinite',
      ...FILES,
    },
  ],
  'lib/layers/saved-layers.ts': [
    {
      name: 'model file: unknown options of a layer read',
      find: 'if (!isKept(value, known[name]))',
      replace: 'if (name in known && !isKept(value, known[name]))',
      ...FILES,
    },
    {
      name: 'model file: unknown options within an option read',
      find: 'Object.entries(given).every(([name, each]) => isKept(each, known[name]))',
      replace: 'Object.keys(given).length > 0',
      ...CLASSES,
    },
    {
      name: 'model file: any number of parts',
      find: 'if (++this.#parts > PART_LIMIT)',
      replace: 'if (++this.#parts > 4000)',
      ...CLASSES,
    },
    {
      name: 'model file: parts left as they are',
      find: "if ('kind' in value)",
      replace: "if ('' in value)",
      ...CLASSES,
    },
    {
      name: 'model file: a class replaces a known one',
      find: '(KNOWN.get(kind) ?? each) !== each',
      replace: 'false',
      ...CLASSES,
    },
    {
      name: 'model file: two classes of one kind',
      find: 'if (names.has(kind))',
      replace: 'if (kind in names)',
      ...CLASSES,
    },
    { name: 'model file: a kind that is inherited', find: "Object.hasOwn(of, 'kind') && ", replace: '', ...CLASSES },
  ],
  'lib/engine/state-file.ts': [
    {
      name: 'state file: any format read',
      find: 'if (format !== FORMAT)',
      replace: 'if (format === undefined)',
      killedBy: 'spec/engine/stream-state.spec.ts',
    },
    {
      name: 'state file: every array the first',
      find: 'readElements(found.get(name)!, array.data)',
      replace: 'readElements(tensors[0]!, array.data)',
      killedBy: 'spec/engine/stream-state.spec.ts',
    },
  ],
};
