/** Files that are read or written wrongly.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const saving = {
  'lib/layers/state-file.ts': [
    {
      name: 'state file: any format read',
      find: 'if (format !== FORMAT)',
      replace: 'if (format === undefined)',
      killedBy: 'spec/layers/stream-state.spec.ts',
    },
  ],
};
