// The page of wrong gradients: reports and losses are those of Node.
import { BUGS } from '../../../wrong-gradients/bugs.mjs';
import { check } from '../../../wrong-gradients/check.mjs';
import { NETS } from '../../../wrong-gradients/nets.mjs';
import { curvesOf } from '../../../wrong-gradients/train.mjs';
import { numberText, percentText, placeText } from '../../../wrong-gradients/words.mjs';
import { inputOf, openPage, seeded, setValue, textOf, waitFor } from '../page.mjs';

const [SELECT, STATE] = ['.wrong [name=bug]', '.wrong .state'];
const FAILS = /The check fails\. Without the fault, it passes\./;
const CHANGES = 40;

/** The texts that the page has to show for a fault. */
function expected(name) {
  const { variables, worst } = check(name).broken;
  const net = NETS[name];
  const curves = net && curvesOf(net);
  return {
    worst: [placeText(worst), numberText(worst.numeric), numberText(worst.analytic), percentText(worst.relative)],
    variables: variables.map(({ name: variable, passed }) => `${variable}${passed ? 'right' : 'WRONG'},`),
    losses: curves
      ? [curves.wrong, curves.right].flatMap((all) => [all[0], all.at(-1)]).map((v) => numberText(v, 2))
      : [],
  };
}

async function faultsOf(tab, name) {
  const texts = expected(name);
  await waitFor(tab, STATE, FAILS);
  await waitFor(tab, '.wrong figcaption, .wrong .none', /Loss over 400|only checked/);
  const faults = [];
  for (const [part, selector] of [
    ['worst', '.wrong .worst'],
    ['variables', '.wrong .variables'],
    ['losses', '.wrong figcaption, .wrong .none'],
  ]) {
    const shown = await textOf(tab, selector);
    for (const text of texts[part]) if (!shown.includes(text)) faults.push(`${name}: ${text} is not in: ${shown}`);
  }
  return faults;
}

async function finds(at) {
  const tab = await openPage(at, 'wrong-gradients');
  const faults = [];
  await waitFor(tab, SELECT);
  for (const { name } of BUGS) {
    await setValue(tab, SELECT, name);
    faults.push(...(await faultsOf(tab, name)));
  }
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

/** Changes the fault faster than it is checked; then reloads. */
async function restores(at) {
  const tab = await openPage(at, 'wrong-gradients#no-mask');
  await waitFor(tab, STATE, FAILS);
  const faults = [];
  if ((await inputOf(tab, SELECT)) !== 'no-mask') faults.push('the address does not choose the fault');
  const random = seeded(17);
  for (let k = 0; k < CHANGES; k++) await setValue(tab, SELECT, BUGS[random(BUGS.length)].name);
  await setValue(tab, SELECT, 'first-mask');
  faults.push(...(await faultsOf(tab, 'first-mask')));
  await tab.reload();
  await waitFor(tab, STATE, FAILS);
  if ((await inputOf(tab, SELECT)) !== 'first-mask') faults.push('a reload does not keep the fault');
  faults.push(...(await tab.faults()));
  await tab.close();
  return faults;
}

export const CHECKS = [
  ['wrong gradients: reports and losses are those of Node', finds],
  [`wrong gradients: survives ${CHANGES} changes, and keeps the fault in the address`, restores],
];
