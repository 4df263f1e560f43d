import { describeRefusals } from '../support/refusals.ts';
import { streams } from './streams.table.ts';

describeRefusals(streams);
