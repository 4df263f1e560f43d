import { describeRefusals } from '../support/refusals.ts';
import { cells } from './cells.table.ts';

describeRefusals(cells);
