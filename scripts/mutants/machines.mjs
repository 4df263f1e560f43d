// Mutants of fleets on many machines, as far as no Redis is needed to detect them.

const MESSAGES = { killedBy: 'spec/fleet/bullmq-messages.spec.ts' };
const INPUT = { killedBy: 'spec/bad-input/bullmq.spec.ts' };

/** @type {Record<string, import('./list.mjs').Change[]>} */
export const machines = {
  'lib/fleet/bullmq/result.ts': [
    {
      name: 'machines: a model with other layers is taken',
      find: 'if (found !== wanted || model.inputSize',
      replace: 'if (found === undefined || model.inputSize',
      ...MESSAGES,
    },
    {
      name: 'machines: the checkpoint of a result begins one byte late',
      find: 'bytes.slice(start + model) : undefined;',
      replace: 'bytes.slice(start + model + 1) : undefined;',
      ...MESSAGES,
    },
    {
      name: 'machines: messages of any length',
      find: 'message: error.message.slice(0, LONGEST_MESSAGE)',
      replace: 'message: error.message',
      ...MESSAGES,
    },
  ],
  'lib/fleet/bullmq/orders.ts': [
    {
      name: 'machines: a job whose id is that of another one is run',
      find: 'if (keyed.key !== key) {',
      replace: 'if (key === undefined) {',
      ...MESSAGES,
    },
  ],
  'lib/fleet/bullmq/names.ts': [
    {
      name: 'machines: an id that is a number',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of the library
      find: "`${key}-${until ?? 'end'}`",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of the library
      replace: "`${key}${until ?? ''}`",
      ...MESSAGES,
    },
  ],
  'lib/fleet/bullmq/entries.ts': [
    {
      name: 'machines: epochs that a second worker repeats are told again',
      find: 'if (epoch < call.nextEpoch) return;',
      replace: 'if (epoch < -1) return;',
      ...MESSAGES,
    },
    {
      name: 'machines: epochs before a checkpoint are told',
      find: 'if (call.nextEpoch < 0) return;',
      replace: 'if (call.nextEpoch < -1) return;',
      ...MESSAGES,
    },
  ],
  'lib/fleet/bullmq/refusals.ts': [
    {
      name: 'machines: errors keep control characters',
      find: "message.replace(/\\p{Cc}/gu, ' ')",
      replace: 'message',
      ...MESSAGES,
    },
  ],
  'lib/fleet/bullmq/signals.ts': [
    {
      name: 'machines: a listener for each call',
      find: 'this.#watched.set(signal, watched);',
      replace: '',
      ...MESSAGES,
    },
  ],
  'lib/fleet/bullmq/connection.ts': [
    {
      name: 'machines: a secret of the wrong type is quoted',
      find: "throw new ArgumentError({ where, argument, expected: 'be a text', received:",
      replace:
        "refuse(where, argument, 'be a text', JSON.stringify(value));\n  throw new ArgumentError({ where, argument, expected: 'be a text', received:",
      ...INPUT,
    },
    {
      name: 'machines: an address that is none is quoted',
      find: "const received = typeof value === 'string' ? 'another text'",
      replace: "const received = typeof value === 'string' ? value",
      ...INPUT,
    },
  ],
};
