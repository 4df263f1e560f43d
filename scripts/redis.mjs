// A Redis server of the checks' own: on a free port, in a temporary folder, with an append-only file that is synced at each
// write. It never touches a server that runs already.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether Redis can be started here; Debian has it as redis-server. */
export const hasRedis = () => spawnSync('redis-server', ['--version']).status === 0;

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether a server answers on a port: `-NOAUTH` is an answer, `-LOADING` is not. */
async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.on('connect', () => socket.write('PING\r\n'));
      socket.on('data', (data) => resolve(/^(\+PONG|-NOAUTH)/.test(String(data))));
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
      socket.setTimeout(1000, () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

class Redis {
  #folder = mkdtempSync(join(tmpdir(), 'bptt-redis-'));
  #process;

  constructor(port, password) {
    this.port = port;
    this.password = password;
  }

  /** The address, with the password. */
  get url() {
    const password = this.password === undefined ? '' : `:${encodeURIComponent(this.password)}@`;
    return `redis://${password}127.0.0.1:${this.port}`;
  }

  async start() {
    const options = [
      '--bind',
      '127.0.0.1',
      '--port',
      this.port,
      '--dir',
      this.#folder,
      '--daemonize',
      'no',
      '--save',
      '',
    ];
    options.push('--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction');
    if (this.password !== undefined) options.push('--requirepass', this.password);
    const server = spawn('redis-server', options.map(String), { stdio: 'ignore' });
    this.#process = server;
    while (!(await answers(this.port))) {
      if (server.exitCode !== null) throw new Error(`redis-server ended with status ${server.exitCode}`);
      await sleep(20);
    }
  }

  /** Ends the server, by default as a crash does; what it has acknowledged is in its file. */
  async kill(signal = 'SIGKILL') {
    const server = this.#process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  /** Ends the server, and starts it again `pause` milliseconds later. */
  async restart({ signal = 'SIGKILL', pause = 0 } = {}) {
    await this.kill(signal);
    await sleep(pause);
    await this.start();
  }

  /** Forgets everything, as a server without a file does when it ends. */
  async forget() {
    const socket = connect(this.port, '127.0.0.1');
    const auth = this.password === undefined ? '' : `AUTH ${this.password}\r\n`;
    socket.write(`${auth}FLUSHALL\r\nQUIT\r\n`);
    socket.resume();
    await new Promise((resolve) => socket.on('close', resolve));
  }

  /** Ends the server for good, and removes its folder. */
  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a server, with a password if one is given; the caller ends it with `stop`. */
export async function startRedis({ password } = {}) {
  const redis = new Redis(await freePort(), password);
  process.once('exit', () => redis.kill());
  await redis.start();
  return redis;
}
