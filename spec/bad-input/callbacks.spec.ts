import { describeRefusals } from '../support/refusals.ts';
import { callbacks } from './callbacks.table.ts';

describeRefusals(callbacks);
