// Runs the training in workerd. Without the kernels' file, the plain TypeScript kernels compute.
import * as bptt from '../../dist/index.js';
import { train } from './training.mjs';

export const test = (kernels) => ({
  async test() {
    if (kernels !== undefined) bptt.useKernels(kernels);
    console.log(await train(bptt));
  },
});
