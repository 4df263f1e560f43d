import { describeRefusals } from '../support/refusals.ts';
import { embeddings } from './embedding.table.ts';

describeRefusals(embeddings);
