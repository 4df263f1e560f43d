// The controls of why gradients vanish and explode: what is seen is what Node computes.
import { measure } from '../../../vanishing-and-exploding/measure.mjs';
import { DEFAULTS } from '../../../vanishing-and-exploding/settings.mjs';
import { openPage, setValue, waitFor } from '../page.mjs';

/** Two digits, as the page prints them. */
const two = (value) =>
  (value >= 1e-3 && value < 1e4) || value === 0 ? `${Number(value.toPrecision(2))}` : value.toExponential(1);
const literally = (text) => new RegExp(text.replaceAll(/[.+]/g, '\\$&'));

async function vanishes(at) {
  const tab = await openPage(at, 'vanishing-and-exploding');
  const state = '.vanishing .state';
  await waitFor(tab, state, literally(`is ${two(measure(DEFAULTS).back.at(-1))}, and`));
  for (const [name, value, change] of [
    ['cell', 'linear', { cell: 'linear' }],
    ['radius', '1.4', { cell: 'linear', radius: 1.4 }],
    ['steps', '50', { cell: 'linear', radius: 1.4, steps: 50 }],
  ]) {
    await setValue(tab, `.vanishing [name=${name}]`, value);
    await waitFor(tab, state, literally(`is ${two(measure({ ...DEFAULTS, ...change }).back.at(-1))}, and`));
  }
  await waitFor(tab, state, /explodes/);
  const faults = await tab.faults();
  await tab.close();
  return faults;
}

export const CHECKS = [['vanishing: norms of Jacobians are those of Node', vanishes]];
