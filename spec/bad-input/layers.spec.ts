import { describeRefusals } from '../support/refusals.ts';
import { layers } from './layers.table.ts';

describeRefusals(layers);
