import { describeRefusals } from '../support/refusals.ts';
import { kernels } from './kernels.table.ts';

describeRefusals(kernels);
