import { describeRefusals } from '../support/refusals.ts';
import { clip } from './clip.table.ts';

describeRefusals(clip);
