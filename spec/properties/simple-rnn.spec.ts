import { SimpleRNN } from '../../lib/index.ts';
import { holdForLayer } from './hold.ts';

holdForLayer('SimpleRNN with tanh', (options) => new SimpleRNN(options));
