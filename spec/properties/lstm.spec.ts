import { describe } from '@jest/globals';
import { LSTM } from '../../lib/index.ts';
import { recurrentProperties } from '../../lib/verify/index.ts';
import { hold, holdForLayer } from './hold.ts';

holdForLayer('LSTM', (options) => new LSTM(options));

describe('LSTM without bias', () =>
  hold(
    recurrentProperties((options) => new LSTM({ ...options, useBias: false }), { maxT: 5 }),
    100,
  ));
