import { describeRefusals } from '../support/refusals.ts';
import { exchange } from './exchange.table.ts';

describeRefusals(exchange);
