import { describeRefusals } from '../support/refusals.ts';
import { training } from './training.table.ts';

describeRefusals(training);
