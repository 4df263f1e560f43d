import { describeRefusals } from '../support/refusals.ts';
import { onnx } from './onnx.table.ts';

describeRefusals(onnx);
