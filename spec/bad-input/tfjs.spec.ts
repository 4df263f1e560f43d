import { describeRefusals } from '../support/refusals.ts';
import { tfjs } from './tfjs.table.ts';

describeRefusals(tfjs);
