import { describeRefusals } from '../support/refusals.ts';
import { rates } from './rates.table.ts';

describeRefusals(rates);
