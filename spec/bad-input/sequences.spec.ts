import { describeRefusals } from '../support/refusals.ts';
import { sequences } from './sequences.table.ts';

describeRefusals(sequences);
