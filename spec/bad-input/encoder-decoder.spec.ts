import { describeRefusals } from '../support/refusals.ts';
import { encoderDecoders } from './encoder-decoder.table.ts';

describeRefusals(encoderDecoders);
