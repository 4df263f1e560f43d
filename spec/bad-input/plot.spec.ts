import { describeRefusals } from '../support/refusals.ts';
import { plots } from './plot.table.ts';

describeRefusals(plots);
