import { describeRefusals } from '../support/refusals.ts';
import { keras } from './keras.table.ts';

describeRefusals(keras);
