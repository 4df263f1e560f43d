// A project of a user that depends on the built package, for the specs of its declarations.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Whether `npm run build` has made dist/. */
export const built: boolean = existsSync(`${ROOT}/dist/index.d.ts`);

/** For the title of a spec: why it is skipped. */
export const skipped: string = built ? '' : ', skipped: npm run build makes dist/';

/** Resolutions that users have. */
export const RESOLUTIONS = [
  { module: 'node16', moduleResolution: 'node16' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
] as const;

const OPTIONS = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  target: 'es2022',
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
};

/** A folder with the package installed; `remove` deletes it. */
export class Consumer {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'consumer-'));
    mkdirSync(`${this.folder}/node_modules/@types`, { recursive: true });
    symlinkSync(ROOT, `${this.folder}/node_modules/bptt`, 'junction');
    symlinkSync(`${ROOT}/node_modules/@types/node`, `${this.folder}/node_modules/@types/node`, 'junction');
    writeFileSync(`${this.folder}/package.json`, '{ "type": "module" }');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** What a version of the compiler says about a program; nothing where it is sound. */
  errorsIn(program: string, compiler: 'typescript' | 'typescript-7', options: object): string {
    writeFileSync(`${this.folder}/program.ts`, program);
    const config = { compilerOptions: { ...OPTIONS, ...options }, files: ['program.ts'] };
    writeFileSync(`${this.folder}/tsconfig.json`, JSON.stringify(config));
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [`${ROOT}/node_modules/${compiler}/bin/tsc`, '-p', this.folder],
      { encoding: 'utf8' },
    );
    return status === 0 ? '' : `${stdout}${stderr}`;
  }
}
