import { describeRefusals } from '../support/refusals.ts';
import { files } from './files.table.ts';

describeRefusals(files);
