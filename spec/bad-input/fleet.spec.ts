import { describeRefusals } from '../support/refusals.ts';
import { fleet } from './fleet.table.ts';

describeRefusals(fleet);
