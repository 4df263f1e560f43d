// What `gradcheck` says of each fault.
import { gradcheck } from 'bptt/verify';
import { bidirectional } from './bidirectional.mjs';
import { lstm } from './lstm.mjs';
import { simpleRNN } from './simple-rnn.mjs';

/** Nets with a fault, or without one, by the fault's name. */
const NETS = {
  'forward-order': (bug) => simpleRNN({ bug }),
  'this-step-only': (bug) => simpleRNN({ bug }),
  'tanh-of-output': (bug) => simpleRNN({ bug }),
  'no-mask': (bug) => simpleRNN({ bug, dropout: true }),
  'first-mask': (bug) => simpleRNN({ bug, zoneout: true }),
  overwritten: (bug) => bidirectional({ bug }),
  'copied-bias': (bug) => lstm({ bug }),
};

/** Runs `gradcheck` on a net with a fault, and on the same net without it. */
export function check(name) {
  const make = NETS[name];
  if (make === undefined) throw new Error(`Fault: expected one of ${Object.keys(NETS).join(', ')}, received ${name}.`);
  return { broken: seen(gradcheck(make(name))), mended: seen(gradcheck(make())) };
}

/** What a page shows of a report. */
function seen({ passed, variables, worst, tolerance }) {
  return {
    passed,
    variables: variables.map(({ name, passed: right, worstError }) => ({ name, passed: right, worstError })),
    worst,
    tolerance,
  };
}
