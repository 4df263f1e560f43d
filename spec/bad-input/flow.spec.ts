import { expect, it } from '@jest/globals';
import { StateError } from '../../lib/index.ts';
import { describeRefusals } from '../support/refusals.ts';
import { flow, withOthersOptimizer } from './flow.table.ts';

describeRefusals(flow);

it("refuses another model's optimizer as a training step does", () => {
  expect(withOthersOptimizer).toThrow(StateError);
});
