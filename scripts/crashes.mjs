// Kills processes while they save: npm run crashes -- [count | --long]. It needs dist/ (npm run build).
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckpointFolder, loadFile } from 'bptt/node';

const WORDS = 50_000;

/** What a child runs: saves numbers, each as a long file, and prints each number once its save has returned. */
const CHILD = `
  import { CheckpointFolder, loadFile, saveFile } from 'bptt/node';
  const [kind, path, first] = process.argv.slice(-3);
  const folder = new CheckpointFolder(path, { keep: 2 });
  const file = path + '/model';
  for (let k = Number(first); ; k++) {
    const bytes = new Uint8Array(new Uint32Array(${WORDS}).fill(k).buffer);
    await (kind === 'file' ? saveFile(file, bytes) : folder.save(bytes, { value: k % 7 }));
    process.stdout.write(k + '\\n');
  }
`;

/** Runs a child until it is killed, up to 30 ms after its first save. Returns the last number that it printed. */
function killed(kind, path, first) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, kind, path, `${first}`], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (part) => {
      if (text === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 30);
      text += part;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== null) reject(new Error(`the child ended with ${code}`));
      else resolve(Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)));
    });
  });
}

/**
 * Kills `count` processes while they save. Each begins where the one before ended.
 *
 * @param {number} count
 * @returns {Promise<{ kills: number, saves: number, lost: string[] }>} what was lost or broken: nothing, it is to be hoped
 */
async function crashes(count) {
  const lost = [];
  let [kills, saves] = [0, 0];
  for (const kind of ['file', 'folder']) {
    const path = mkdtempSync(join(tmpdir(), 'crashes-'));
    let next = 1;
    for (let k = 0; k < Math.ceil(count / 2); k++) {
      const last = await killed(kind, path, next);
      kills++;
      saves += last - next + 1;
      const bytes = kind === 'file' ? await loadFile(`${path}/model`) : await new CheckpointFolder(path).latest();
      const words = bytes && new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      const there = words?.[0] ?? 0;
      const whole = words?.length === WORDS && words.every((word) => word === there);
      if (!whole || there < last || there > last + 1) lost.push(`${kind}: ${there} after ${last} was saved`);
      const stale = readdirSync(path).filter((name) => name.endsWith('.tmp'));
      if (stale.length > 1) lost.push(`${kind}: temporary files of several writers: ${stale}`);
      next = there + 1;
      if (kills % 500 === 0 && kills < count) console.error(JSON.stringify({ kills, saves, lost: lost.length }));
    }
    rmSync(path, { recursive: true });
  }
  return { kills, saves, lost };
}

const [given = '200'] = process.argv.slice(2);
const result = await crashes(given === '--long' ? 10_000 : Number(given));
console.log(JSON.stringify(result));
process.exitCode = result.lost.length === 0 ? 0 : 1;
