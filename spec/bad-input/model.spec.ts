import { describeRefusals } from '../support/refusals.ts';
import { models } from './model.table.ts';

describeRefusals(models);
