import { describeRefusals } from '../support/refusals.ts';
import { branches } from './branches.table.ts';

describeRefusals(branches);
