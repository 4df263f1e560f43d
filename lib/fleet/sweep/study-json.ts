// Studies as JSON: space, options, events, and checkpoints of trials that have not ended.

import { refuse, requireEntries, requireInteger, requireNumber, requireRecord } from '../../checks.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { eventToJson, requireEvents } from './events.ts';
import type { Space } from './space.ts';
import type { StudySettings } from './study-options.ts';
import type { StudyState } from './study-state.ts';
import { hasEnded } from './trial-state.ts';

/** Space, options and state of a study. */
export function writeStudy(space: Space, settings: StudySettings, { events, trials }: StudyState): object {
  const { sampler, pruner, direction, size, seed, lag } = settings;
  const kept = trials.filter((trial) => !hasEnded(trial) && trial.checkpoint !== undefined);
  return {
    kind: 'Study',
    space,
    options: { sampler, ...(pruner !== undefined && { pruner }), direction, trials: size, seed, lag },
    record: events.map(eventToJson),
    checkpoints: kept.map(({ number, checkpoint, checkpointStep }) => ({
      trial: number,
      step: checkpointStep,
      bytes: toBase64(checkpoint!),
    })),
  };
}

/** Repeats the events of a file, and gives back its checkpoints. */
export function readStudy(where: string, json: Readonly<Record<string, unknown>>, state: StudyState): void {
  const events = requireEvents(where, 'json.record', json.record);
  events.forEach((event, k) => {
    state.apply(where, `json.record[${k}]`, event);
  });
  const checkpoints = requireEntries(where, 'json.checkpoints', json.checkpoints as readonly unknown[], 'be a list');
  checkpoints.forEach((entry, k) => {
    const argument = `json.checkpoints[${k}]`;
    const given = requireRecord(where, argument, entry as Record<string, unknown>, ['trial', 'step', 'bytes']);
    const number = requireInteger(where, `${argument}.trial`, given.trial, 0);
    const trial = state.trials[number];
    if (trial === undefined || hasEnded(trial))
      refuse(where, `${argument}.trial`, 'be a trial that has not ended', number);
    trial.checkpointStep = requireNumber(where, `${argument}.step`, given.step, { min: 0, max: state.lastStep(trial) });
    trial.checkpoint = fromBase64(where, `${argument}.bytes`, given.bytes);
  });
}
