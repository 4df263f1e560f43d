import { describe } from '@jest/globals';
import { clipByGlobalNorm, clipByNorm, clipByValue } from '../../lib/index.ts';
import { clipProperties } from '../../lib/verify/index.ts';
import { hold } from './hold.ts';

const functions = { clipByValue, clipByNorm, clipByGlobalNorm };

describe('clipping in float32', () => hold(clipProperties(functions), 1000));
describe('clipping in float64', () => hold(clipProperties(functions, { dtype: 'float64' }), 1000));
