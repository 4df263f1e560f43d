import { describe } from '@jest/globals';
import { Adam, SGD } from '../../lib/index.ts';
import { optimizerProperties } from '../../lib/verify/index.ts';
import { hold } from './hold.ts';

describe('optimizers', () => {
  hold(optimizerProperties({ makeSGD: (options) => new SGD(options), makeAdam: (options) => new Adam(options) }), 1000);
});
