import { describeRefusals } from '../support/refusals.ts';
import { losses } from './losses.table.ts';

describeRefusals(losses);
