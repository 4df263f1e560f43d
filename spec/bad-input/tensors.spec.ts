import { describeRefusals } from '../support/refusals.ts';
import { tensors } from './tensors.table.ts';

describeRefusals(tensors);
