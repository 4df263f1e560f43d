import { describeRefusals } from '../support/refusals.ts';
import { forecasts } from './forecast.table.ts';

describeRefusals(forecasts);
