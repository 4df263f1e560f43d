import { describeRefusals } from '../support/refusals.ts';
import { randomness } from './random.table.ts';

describeRefusals(randomness);
