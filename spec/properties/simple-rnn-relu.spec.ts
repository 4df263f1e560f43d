import { SimpleRNN } from '../../lib/index.ts';
import { holdForLayer } from './hold.ts';

holdForLayer('SimpleRNN with relu', (options) => new SimpleRNN({ ...options, activation: 'relu' }));
