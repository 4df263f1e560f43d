import { each, notBoolean, notInteger } from '../support/bad-values.ts';
import type { Subject } from '../support/refusals.ts';

/** What everything with `checkpoint` and `truncate` refuses. */
export function throughTime(call: (options: never) => unknown): Subject['calls'] {
  const checkpoint = (bad: never) => call({ checkpoint: bad } as never);
  const truncate = (bad: never) => call({ truncate: bad } as never);
  const memory = (memory: never) => checkpoint({ memory } as never);
  return [
    ...each('checkpoint', checkpoint, [null, 'all', true, [], () => 1, 0, -1, 1.5, Number.NaN, { bytes: 1 }]),
    ...notInteger('checkpoint.memory', memory, undefined, 0, -1),
    ...each('truncate', truncate, [null, 1, 'all', [], { every: 1, back: 2, steps: 3 }]),
    ...notInteger('truncate.every', (every: never) => truncate({ every, back: 9 } as never), undefined, 0, -1),
    ...notInteger('truncate.back', (back: never) => truncate({ every: 1, back } as never), undefined, 0, -1),
    ['less back than every', 'truncate.back', () => truncate({ every: 3, back: 2 } as never)],
  ];
}

/** What every forward pass refuses. */
export function passOptions(call: (options: never) => unknown): Subject['calls'] {
  const inference = (through: object) => call({ inference: true, ...through } as never);
  return [
    ...throughTime(call),
    ...notBoolean('inference', (inference: never) => call({ inference } as never)),
    ...notInteger('trainingStep', (trainingStep: never) => call({ trainingStep } as never), -1),
    ['checkpoints without a backward pass', 'checkpoint', () => inference({ checkpoint: 'sqrt' })],
    ['truncation without a backward pass', 'truncate', () => inference({ truncate: { every: 1, back: 2 } })],
  ];
}
