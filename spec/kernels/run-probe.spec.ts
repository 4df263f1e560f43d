import { describe, expect, it } from '@jest/globals';
import { PROGRAM } from '../../lib/kernels/probe.ts';
import { type ProbeHost, probeFailure } from '../../lib/kernels/run-probe.ts';

// Each probe is a real child process.

const host = process as unknown as ProbeHost;
const probe = (script?: string, timeout = 20_000): string | undefined => probeFailure(host, [], timeout, script);

/** The program with one part replaced. */
function changed(part: string, other: string): string {
  expect(PROGRAM.split(part).length).toBe(2);
  return PROGRAM.replace(part, other);
}

describe('probeFailure', () => {
  it('trusts kernels with the bits of the reference', () => {
    expect(probe()).toBeUndefined();
  });

  it.each([
    ['aborts', 'process.abort()', 'it crashed (SIGABRT)'],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", 'it crashed (SIGKILL)'],
    [
      'crashes after its answer',
      changed('writeSync(1', 'process.exitCode = 7; writeSync(1'),
      'it ended with exit code 7',
    ],
    ['throws', 'throw new Error()', 'it ended with exit code 1'],
    ['exits without a word', 'process.exit()', 'its answer was not a hash'],
    ['writes something else', "console.log('undefined')", 'its answer was not a hash'],
    [
      'writes more than its answer',
      changed("hash.digest('hex')", "hash.digest('hex') + '!'"),
      'its answer was not a hash',
    ],
    ['writes without end', "for (;;) require('fs').writeSync(1, 'x'.repeat(9999))", 'it failed: spawnSync'],
    ['writes a guess', "require('fs').writeSync(1, '0'.repeat(64))", 'its results differ from the reference'],
    [
      'computes one other bit',
      changed('hash.update(heap)', 'heap[7] += 1e-3; hash.update(heap)'),
      'its results differ',
    ],
    ['calls one kernel less', changed('of groups', 'of groups.slice(1)'), 'its results differ'],
  ])('reports a child that %s', (_, script, expected) => {
    expect(probe(script)).toContain(expected);
  });

  it('kills a child that hangs', () => {
    expect(probe('for (;;);', 300)).toBe('it did not end within 300 ms');
  });

  it('sets the flags of V8 as the program does, before it compiles', () => {
    const script = changed('const module', "if (!require('v8').test) process.exit(9); const module").replace(
      'v8.setFlagsFromString(flag)',
      "require('v8').test = flag === '--liftoff'",
    );
    expect(probeFailure(host, ['--liftoff'], 20_000, script)).toBeUndefined();
    expect(probeFailure(host, [], 20_000, script)).toBe('it ended with exit code 9');
  });

  it('starts the child with the options that change the compiler, and no others', () => {
    const execArgv = ['--no-wasm-inlining', '--no-warnings', '--stress_flush_code'];
    const script = changed(
      'const module',
      "if (process.execArgv.slice(0, -3).join() !== '--no-wasm-inlining,--stress_flush_code') process.exit(9); const module",
    );
    expect(
      probeFailure({ ...host, getBuiltinModule: host.getBuiltinModule, execArgv }, [], 20_000, script),
    ).toBeUndefined();
  });

  it('keeps options of the environment from the child', () => {
    const env = { ...process.env, NODE_OPTIONS: '--require=./nothing' };
    expect(probeFailure({ ...host, getBuiltinModule: host.getBuiltinModule, env }, [], 20_000)).toBeUndefined();
  });

  it.each(['/opt/App/electron', 'C:\\app\\my-node-app.exe', '/usr/bin/bun'])('does not start %s', (execPath) => {
    expect(probeFailure({ ...host, getBuiltinModule: host.getBuiltinModule, execPath }, [], 20_000)).toBe(
      `the program runs in ${execPath}, which is not Node itself`,
    );
  });

  it.each(['/nowhere/node', '/nowhere/nodejs', 'C:\\nowhere\\node.exe', '/nowhere/node-24'])('tries %s', (execPath) => {
    expect(probeFailure({ ...host, getBuiltinModule: host.getBuiltinModule, execPath }, [], 20_000)).toContain(
      'ENOENT',
    );
  });

  it('reports that processes are forbidden', () => {
    const getBuiltinModule = ((name: string) => {
      if (name === 'node:child_process') throw new Error('Access to this API has been restricted');
      return process.getBuiltinModule(name);
    }) as unknown as ProbeHost['getBuiltinModule'];
    expect(probeFailure({ execPath: process.execPath, execArgv: [], env: {}, getBuiltinModule }, [], 20_000)).toBe(
      'it could not start: Access to this API has been restricted',
    );
  });
});
