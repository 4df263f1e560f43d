// Runs the training in workerd, with the kernels' file or, without it, on the plain TypeScript kernels.
import * as fleet from '../../dist/fleet/index.js';
import * as bptt from '../../dist/index.js';
import { train } from './training.mjs';

export const test = (kernels) => ({
  async test() {
    if (kernels !== undefined) bptt.useKernels(kernels);
    console.log(await train(bptt, fleet));
  },
});
