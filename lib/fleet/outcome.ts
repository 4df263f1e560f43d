// What a job computes. The file of its model has everything: it is the result.

import { describe } from '../describe.ts';
import { decodeSafetensors, unfit } from '../formats/safetensors.ts';
import { isJsonObject, type JsonObject, readJson } from '../formats/strict-json.ts';
import { encodeUtf8 } from '../formats/utf8.ts';

/** The figures of a job. */
export interface JobFigures {
  /** Loss of the weights that were kept: of the validation if there is one, otherwise of the training. */
  readonly loss: number;
  /** Losses of the epochs. */
  readonly losses: readonly number[];
  /** Validation losses of the epochs; empty without validation. */
  readonly validationLosses: readonly number[];
  /** Training steps. */
  readonly steps: number;
}

/** What a job computes: the same bits from any executor. */
export interface JobOutcome extends JobFigures {
  /**
   * The model as a file: `Sequential.fromBytes(model, { classes: [StandardScaler] })`. Its metadata has what the loader
   * gave, and as `fleet` the key of the job and these figures.
   */
  readonly model: Uint8Array;
  /** The checkpoint from which the job goes on, if it ended at `until`; otherwise undefined. */
  readonly checkpoint: Uint8Array | undefined;
}

/** Name of the figures in the metadata of the model. */
export const FIGURES = 'fleet';

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number' && Number.isFinite(each));

/**
 * Reads the result of a job from the file of its model, wherever this comes from.
 *
 * @throws FormatError for anything but the model of this key
 */
export function outcomeOf(where: string, key: string, model: Uint8Array): JobOutcome {
  const wanted = `be the model of the job ${key}`;
  const { metadata } = decodeSafetensors(where, model);
  const given = readJson(encodeUtf8(metadata.metadata ?? 'null'), (received) => unfit(where, wanted, received), true);
  const figures: unknown = isJsonObject(given) ? given[FIGURES] : undefined;
  const { key: found, loss, losses, validationLosses, steps } = (figures ?? {}) as JsonObject;
  if (found !== key) unfit(where, wanted, `a model of the job ${describe(found)}`);
  const isRight =
    typeof loss === 'number' && typeof steps === 'number' && isNumbers(losses) && isNumbers(validationLosses);
  if (!isRight) return unfit(where, wanted, `figures of another form`);
  return { loss, losses, validationLosses, steps, model, checkpoint: undefined };
}
