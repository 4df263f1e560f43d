import { MGU } from '../../lib/index.ts';
import { holdForLayer } from './hold.ts';

holdForLayer('MGU', (options) => new MGU(options));
