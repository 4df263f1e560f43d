import { describeRefusals } from '../support/refusals.ts';
import { regularization } from './regularization.table.ts';

describeRefusals(regularization);
