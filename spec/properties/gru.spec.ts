import { GRU } from '../../lib/index.ts';
import { holdForLayer } from './hold.ts';

holdForLayer('GRU', (options) => new GRU(options));
