import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EVIDENCE } from '../lib/kernels/wide-evidence.generated.ts';

// Whether there are wide vectors with the same bits needs a Node that has them: npm run wide.

const { versions } = process;
const forced = process.env.BPTT_KERNELS === 'reference';
const major = Number.parseInt(versions.node, 10);
const able = major >= 24 && process.arch === 'x64' && !forced;
const real = process;

/** The library, before it has chosen kernels. */
async function fresh() {
  jest.resetModules();
  return { ...(await import('../lib/index.ts')), ...(await import('../lib/node.ts')) };
}

describe('enableWideSimd', () => {
  it('does what this engine can, and returns the same result again', async () => {
    const { enableWideSimd, backend } = await fresh();
    const result = enableWideSimd();
    expect(result.enabled).toBe(able);
    expect(result.reason).toMatch(able ? /256 bits/ : /wide vectors need|the reference kernels are in use/);
    expect(backend().name === 'wide').toBe(able);
    expect(enableWideSimd()).toEqual(result);
  });

  it('throws after kernels were chosen, if it would have an effect', async () => {
    const { enableWideSimd, backend } = await fresh();
    backend();
    if (able) expect(() => enableWideSimd()).toThrow('enableWideSimd: the call must come before the first model');
    else expect(enableWideSimd().enabled).toBe(false);
  });
});

/** A Node 24 on x86-64 whose V8 nobody knows. Its child processes are real, and run this script instead of the probe. */
function unknownNode(script?: string, cpuinfo = 'flags : avx avx2 fma', v8 = '13.6.0-unknown') {
  const set: string[] = [];
  const started: object[] = [];
  const modules: Record<string, object> = {
    'node:v8': {
      serialize: real.getBuiltinModule('node:v8').serialize,
      setFlagsFromString: (f: string) => set.push(f),
    },
    'node:fs': { readFileSync: () => cpuinfo },
    'node:child_process': {
      spawnSync: (command: string, args: string[], options: object) => {
        started.push(options);
        const own = script === undefined ? args : ['--eval', script];
        return real.getBuiltinModule('node:child_process').spawnSync(command, own, options);
      },
    },
  };
  const { execPath, env } = real;
  const getBuiltinModule = (name: string) => modules[name] ?? real.getBuiltinModule(name as 'node:crypto');
  const fake = { arch: 'x64', platform: 'linux', execArgv: [] as string[], execPath, env, getBuiltinModule };
  globalThis.process = { ...fake, versions: { node: '24.0.0', v8 } } as never;
  return { set, started };
}

(forced ? describe.skip : describe)('enableWideSimd on an unknown version of V8', () => {
  afterEach(() => {
    globalThis.process = real;
  });

  /** Calls it; the program still computes afterwards. */
  async function enabled(...options: Parameters<typeof import('../lib/node.ts').enableWideSimd>) {
    const { enableWideSimd, backend, LSTM, zeros } = await fresh();
    const result = enableWideSimd(...options);
    expect(new LSTM({ units: 3 }).forward(zeros([2, 4, 5])).shape).toEqual([2, 3]);
    return { ...result, backend: backend() };
  }

  it.each([
    ['crashes', 'process.abort()', 'it crashed (SIGABRT)'],
    ['hangs', 'for (;;);', 'it did not end within 400 ms'],
    ['computes other bits', "require('fs').writeSync(1, '0'.repeat(64))", 'its results differ from the reference'],
    ['writes garbage', "console.log('{}')", 'its answer was not a hash'],
  ])('keeps vectors of 128 bits if a trial %s', async (_, script, failure) => {
    const { set } = unknownNode(script);
    const reason = `V8 13.6.0-unknown is not known to compile these kernels correctly, and a trial in a child process failed: ${failure}`;
    const timeout = script === 'for (;;);' ? 400 : 20_000;
    expect(await enabled({ timeout })).toMatchObject({
      enabled: false,
      reason,
      backend: { name: 'simd', reason: `128-bit vectors: ${reason}` },
    });
    expect(set).toEqual([]); // V8 of this process was left alone
  });

  it.each(['13.6.0', '14.6.0'])(
    'compiles after a trial that succeeds, with the flags set for that time: V8 %s',
    async (v8) => {
      const { set, started } = unknownNode(undefined, undefined, v8);
      expect(await enabled()).toMatchObject({ enabled: true, backend: { name: 'wide' } });
      expect(started).toMatchObject([{ timeout: 20_000, killSignal: 'SIGKILL' }]);
      const flags = set.slice(0, set.length / 2);
      const [{ input }] = started as [{ input: Uint8Array }];
      expect(real.getBuiltinModule('node:v8').deserialize(input)).toMatchObject({ flags });
      expect(flags).toContain('--no-liftoff');
      expect(flags.includes('--no-wasm-deopt')).toBe(v8.startsWith('14')); // off before, and must stay off
      const resets = flags.map((flag) => (flag.startsWith('--no-') ? `--${flag.slice(5)}` : `--no-${flag.slice(2)}`));
      expect(set.slice(flags.length)).toEqual(resets);
    },
  );

  it('makes a trial on a known version if the command line changes its compiler', async () => {
    const { v8 } = EVIDENCE[0]!;
    const { set, started } = unknownNode('process.abort()', undefined, v8);
    process.execArgv = ['--expose-gc', '--future', '--freeze-flags-after-init'];
    const { enabled: wide, reason } = await enabled();
    expect(wide).toBe(false);
    expect(reason).toContain(`V8 ${v8} --future --freeze-flags-after-init is not known`);
    expect([started.length, set]).toEqual([1, []]);
  });

  it('makes no trial on a known version otherwise', async () => {
    const { started } = unknownNode('process.abort()', undefined, EVIDENCE[0]!.v8);
    process.execArgv = ['--expose-gc', '--import=./a.js'];
    expect(await enabled()).toMatchObject({ enabled: true });
    expect(started).toEqual([]);
  });

  it('makes no trial with trust: any', async () => {
    const { set, started } = unknownNode('process.abort()');
    expect(await enabled({ trust: 'any' })).toMatchObject({ enabled: true });
    expect([started.length, set.length > 0]).toEqual([0, true]);
  });

  it('makes no trial on a processor without AVX2', async () => {
    const { set, started } = unknownNode('process.abort()', 'flags : avx fma');
    expect(await enabled()).toMatchObject({ enabled: false, reason: 'wide vectors need a processor with AVX2' });
    expect([started, set]).toEqual([[], []]);
  });
});
