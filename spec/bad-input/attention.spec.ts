import { describeRefusals } from '../support/refusals.ts';
import { attentions } from './attention.table.ts';

describeRefusals(attentions);
