import { describeRefusals } from '../support/refusals.ts';
import { jobs } from './jobs.table.ts';

describeRefusals(jobs);
