import { GRU } from '../../lib/index.ts';
import { holdForLayer } from './hold.ts';

holdForLayer('GRU with resetAfter', (options) => new GRU({ ...options, resetAfter: true }));
