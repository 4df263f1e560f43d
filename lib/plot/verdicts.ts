// The remarks at the top of a report.

import type { FlowRecord, GradientFlow, Verdict } from '../flow/gradient-flow.ts';
import type { BatchLog } from '../training/callbacks.ts';
import type { Epochs } from './logs.ts';
import { inWords, percent } from './numbers.ts';
import { requireString } from './options.ts';
import type { Remark } from './page.ts';
import { requireArray, requireObject } from './requirements.ts';

/** The report warns if more than this share of the steps was clipped. */
const OFTEN = 0.9;

const WORDS: Readonly<Record<Verdict['kind'], string>> = {
  input: 'Input',
  exploding: 'Exploding',
  vanishing: 'Vanishing',
  saturated: 'Saturated',
  update: 'Step size',
};

/** Checks that the verdicts of a flow can be printed. */
export function requireVerdicts(where: string, argument: string, { verdicts }: GradientFlow): readonly Verdict[] {
  return requireArray(where, `${argument}.verdicts`, verdicts, 'verdicts').map((given: Verdict, i) => {
    const at = `${argument}.verdicts[${i}]`;
    const verdict = requireObject(where, at, given, 'be { kind, where, finding, remedy }');
    for (const key of ['kind', 'where', 'finding', 'remedy'] as const)
      requireString(where, `${at}.${key}`, verdict[key]);
    return verdict;
  });
}

/** Remarks above the figures: on the flow, then on the training. */
export function remarksOn(
  history: Epochs,
  batches: readonly BatchLog[] | undefined,
  record: FlowRecord | undefined,
): Remark[] {
  return [...(record === undefined ? [] : onFlow(record.flow)), ...onLoss(history), ...onSteps(history, batches)];
}

function onFlow({ verdicts }: GradientFlow): Remark[] {
  if (verdicts.length === 0) return [{ text: 'Gradients neither vanish nor explode, and no gate is saturated.' }];
  return verdicts.map(({ kind, where, finding, remedy }) => ({
    warning: `${WORDS[kind] ?? kind}, ${where}:`,
    text: `${finding} ${remedy}`,
  }));
}

function onLoss(history: Epochs): Remark[] {
  const { epochs } = history;
  const [first, last] = [epochs[0]!, epochs.at(-1)!];
  if (!Number.isFinite(last.loss)) {
    const warning = 'Training loss is not finite:';
    return [
      { warning, text: `${inWords(last.loss)} in the last epoch. Try a lower learning rate, or clip gradients.` },
    ];
  }
  const course = `from ${inWords(first.loss)} to ${inWords(last.loss)} in ${epochs.length} epochs.`;
  const remarks: Remark[] = [];
  if (epochs.length === 1) remarks.push({ text: `Training loss: ${inWords(last.loss)} in one epoch.` });
  else if (last.loss < first.loss) remarks.push({ text: `Training loss fell ${course}` });
  else remarks.push({ warning: 'Training loss did not fall:', text: course });
  return [...remarks, ...onValidation(history)];
}

function onValidation({ epochs }: Epochs): Remark[] {
  const found = epochs.filter(({ validationLoss }) => Number.isFinite(validationLoss));
  if (found.length === 0) return [];
  const best = found.reduce((a, b) => (b.validationLoss! < a.validationLoss! ? b : a));
  const last = found.at(-1)!;
  const lowest = `${inWords(best.validationLoss!)} after epoch ${best.epoch + 1}`;
  if (best === last) return [{ text: `Validation loss was lowest at the end: ${lowest}.` }];
  const text = `${lowest} at its lowest, and ${inWords(last.validationLoss!)} at the end. Stop earlier, or regularize.`;
  return [{ warning: 'Validation loss rose again:', text }];
}

/** Remarks on skipped and clipped steps. */
function onSteps({ epochs }: Epochs, batches: readonly BatchLog[] | undefined): Remark[] {
  const skipped = epochs.reduce((sum, log) => sum + (log.skipped ?? 0), 0);
  const remarks: Remark[] = [];
  if (skipped > 0) {
    const text = `${skipped} ${skipped === 1 ? 'step was' : 'steps were'} skipped because of NaN or an infinity.`;
    remarks.push({ warning: 'Skipped:', text });
  }
  const taken = (batches ?? []).filter((log) => !log.skipped);
  if (taken.length === 0) return remarks;
  const share = taken.filter((log) => log.clippedNorm < log.gradientNorm).length / taken.length;
  const text = `Gradients were clipped in ${percent(share)} of the steps.`;
  return [
    ...remarks,
    share > OFTEN
      ? { warning: 'Nearly all steps were clipped:', text: `${text} The threshold determines their size.` }
      : { text },
  ];
}
