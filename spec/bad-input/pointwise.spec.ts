import { describeRefusals } from '../support/refusals.ts';
import { pointwise } from './pointwise.table.ts';

describeRefusals(pointwise);
