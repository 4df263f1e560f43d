import { describeRefusals } from '../support/refusals.ts';
import { progress } from './progress-bar.table.ts';

describeRefusals(progress);
