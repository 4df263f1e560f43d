import { describeRefusals } from '../support/refusals.ts';
import { sampling } from './sampling.table.ts';

describeRefusals(sampling);
