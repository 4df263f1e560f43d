import { describeRefusals } from '../support/refusals.ts';
import { networks } from './network.table.ts';

describeRefusals(networks);
