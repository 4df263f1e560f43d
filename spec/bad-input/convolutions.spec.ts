import { describeRefusals } from '../support/refusals.ts';
import { convolutions } from './convolutions.table.ts';

describeRefusals(convolutions);
