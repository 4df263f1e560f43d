/** Figures that show other numbers than theirs.
 * @type {Record<string, import('./list.mjs').Change[]>}
 */
export const plots = {
  'lib/plot/eigenvalues.ts': [
    {
      name: 'eigenvalues: sign of the real part in the tooltip',
      find: 'im < 0 ?',
      replace: 're < 0 ?',
      killedBy: 'spec/plot/eigenvalues.spec.ts',
    },
  ],
};
