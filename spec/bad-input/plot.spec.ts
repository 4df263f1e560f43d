import { describeRefusals } from '../support/refusals.ts';
import { plots } from './plot.table.ts';
import { sparseLists } from './sparse-lists.table.ts';

describeRefusals(plots);
describeRefusals(sparseLists);
