const CONTENT = { killedBy: 'spec/content/content.spec.ts' };

/** Mutants that take files for others, or count wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const content = {
  'lib/content/recognize.ts': [
    { name: 'content: names before bytes', find: 'known.find(({ sure }) => sure) ??', replace: '', ...CONTENT },
    {
      name: 'content: names of files that are not theirs',
      find: 'sure === undefined && named',
      replace: 'sure !== true && named',
      ...CONTENT,
    },
    { name: 'content: letters in capitals', find: 'file.toLowerCase()', replace: 'file', ...CONTENT },
    { name: 'content: a pickle read', find: "    '\\x80',", replace: "    '\\x81',", ...CONTENT },
    { name: 'content: TensorFlow Lite read', find: '\n    4,', replace: '\n    5,', ...CONTENT },
    { name: 'content: own files unknown', find: '"bptt/.test', replace: '"bqtt/.test', ...CONTENT },
  ],
  'lib/content/read-content.ts': [
    { name: 'content: an empty file', find: 'bytes.length === 0', replace: 'bytes.length < 0', ...CONTENT },
    {
      name: 'content: the error of a reader',
      find: 'error instanceof BpttError ||',
      replace: '',
      ...CONTENT,
    },
  ],
  'lib/content/statistics.ts': [
    {
      name: 'statistics: infinities counted',
      find: '!Number.isFinite(value)',
      replace: 'Number.isNaN(value)',
      ...CONTENT,
    },
    {
      name: 'statistics: variance about 0',
      find: 'distance * (value - mean)',
      replace: 'distance * value',
      ...CONTENT,
    },
    { name: 'statistics: zero for none', find: 'least: none ? Number.NaN', replace: 'least: none ? 0', ...CONTENT },
  ],
};
