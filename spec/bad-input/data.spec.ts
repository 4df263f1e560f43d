import { describeRefusals } from '../support/refusals.ts';
import { data } from './data.table.ts';

describeRefusals(data);
