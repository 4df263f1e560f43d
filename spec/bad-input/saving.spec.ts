import { describeRefusals } from '../support/refusals.ts';
import { saving } from './saving.table.ts';

describeRefusals(saving);
