import { describeRefusals } from '../support/refusals.ts';
import { metrics } from './metrics.table.ts';

describeRefusals(metrics);
