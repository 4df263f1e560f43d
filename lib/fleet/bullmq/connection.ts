// The connection to Redis: its address, how it is opened, and errors that never contain the password.

import { Redis } from 'ioredis';
import { refuse } from '../../checks.ts';
import { ArgumentError, StateError } from '../../errors.ts';
import { integer, optional, readOptions, type Schema, type Settings } from '../../options.ts';
import { now, sleep } from './clock.ts';

/** Where Redis is. */
export interface RedisAddress {
  /** Name or IP address; default `'127.0.0.1'`. */
  readonly host?: string;
  /** Port, from 1 to 65,535; default 6379. */
  readonly port?: number;
  /** User, if Redis has users; default none. */
  readonly username?: string;
  /** Password; default none. It is in no error and no message of this library. */
  readonly password?: string;
  /** Number of the database, from 0 to 65,535; default 0. */
  readonly db?: number;
  /** Whether to encrypt, or the options of Node's `tls.connect`: `{ ca }`; default false. */
  readonly tls?: boolean | Readonly<Record<string, unknown>>;
}

type Open = 'username' | 'password';

/** A checked address. */
export type RedisSettings = Settings<RedisAddress, Open>;

const REDIS_ADDRESS: Schema<RedisAddress, Open> = {
  host: optional(requireHost, '127.0.0.1'),
  port: optional(integer(1, 65_535), 6379),
  username: optional(requireSecret),
  password: optional(requireSecret),
  db: optional(integer(0, 65_535), 0),
  tls: optional(requireTls, false),
};

const EXPECTED =
  'be an address such as redis://host:6379, or an object with host, port, username, password, db and tls';
/** Milliseconds within which Redis has to be reached first. */
const PATIENCE = 5000;
/** Milliseconds without an answer after which a connection counts as dead. */
const SILENCE = 15_000;
/** Longest pause between two attempts to connect again, in milliseconds. */
const PAUSE = 1000;

function requireHost(where: string, argument: string, value: unknown): string {
  return typeof value === 'string' && /^[\w.:%-]{1,255}$/.test(value)
    ? value
    : refuse(where, argument, 'be the name or the IP address of a machine', value);
}

/** Messages about a secret do not quote it. */
function requireSecret(where: string, argument: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ArgumentError({ where, argument, expected: 'be a text', received: `a value of type ${typeof value}` });
}

function requireTls(where: string, argument: string, value: unknown): boolean | Readonly<Record<string, unknown>> {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ArgumentError({ where, argument, expected: 'be true, false or an object', received: `a ${typeof value}` });
}

/** The parts of Node's URL that are used here. */
interface ParsedUrl {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly username: string;
  readonly password: string;
  readonly pathname: string;
  readonly search: string;
}

/** An address as text; undefined if it is none. Characters such as @ in a password are percent-encoded. */
function parsed(text: string): RedisAddress | undefined {
  const { URL } = globalThis as unknown as { readonly URL: new (text: string) => ParsedUrl };
  try {
    const { protocol, hostname, port, username, password, pathname, search } = new URL(text);
    const db = /^\/?(\d*)$/.exec(pathname)?.[1];
    if (!['redis:', 'rediss:'].includes(protocol) || hostname === '' || db === undefined || search !== '')
      return undefined;
    return {
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(db !== '' && { db: Number(db) }),
      tls: protocol === 'rediss:',
    };
  } catch (error) {
    if (/^(TypeError|URIError)$/.test((error as Error).name)) return undefined; // it has the address in its message
    throw error;
  }
}

/** Checks an address. */
export function requireConnection(where: string, argument: string, value: unknown): RedisSettings {
  if (typeof value === 'object' && value !== null) return readOptions(where, value, REDIS_ADDRESS, argument);
  const address = typeof value === 'string' ? parsed(value) : undefined;
  if (address !== undefined) return readOptions(where, address, REDIS_ADDRESS, argument);
  const received = typeof value === 'string' ? 'another text' : `a value of type ${typeof value}`;
  throw new ArgumentError({ where, argument, expected: EXPECTED, received });
}

/** An attempt to connect; afterwards the client connects again by itself whenever the connection is lost. */
async function connected({ tls, ...address }: RedisSettings): Promise<Redis | (Error & { code?: string })> {
  let reported: Error | undefined;
  let isOpen = false;
  const client = new Redis({
    ...address,
    ...(tls !== false && { tls: tls === true ? {} : tls }),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: PATIENCE,
    socketTimeout: SILENCE,
    disconnectTimeout: 200,
    retryStrategy: (times: number) => (isOpen ? Math.min(50 * times, PAUSE) : null),
  });
  client.on('error', (each) => {
    reported = each;
  });
  try {
    await client.connect();
    isOpen = true;
    return client;
  } catch (error) {
    client.disconnect();
    return reported ?? (error as Error);
  }
}

/** What is known of an error without what was sent: its code, or the first words of Redis' answer. */
function reasonOf({ name, message, code }: Error & { code?: string }): string {
  const refusal = /^(ERR AUTH|ERR DB index|[A-Z]{2,20})\b/.exec(message)?.[1];
  if (name === 'ReplyError') return refusal ?? 'a refusal';
  return code ?? (/time(d )?out/i.test(message) ? 'no answer' : 'a closed connection');
}

const REMEDIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'Check the user and the password',
  NOAUTH: 'Give the password: Redis asks for one',
  NOPERM: 'Let this user run all commands on keys and channels that begin with bull: and bptt:',
  OOM: 'Give Redis more memory (maxmemory), or use a smaller window',
  READONLY: 'Take the address of the primary, not of a replica',
  'ERR AUTH': 'Leave out the password: Redis has none',
  'ERR DB index': 'Choose a database that Redis has',
};

/** The error for what Redis answers, or for its silence. It names the machine, and nothing that was sent. */
export function redisError(where: string, { host, port }: RedisSettings, error: Error): StateError {
  const reason = reasonOf(error);
  return new StateError({
    where,
    expected: 'reach Redis',
    received: `${reason} from ${host}:${port}`,
    remedy: REMEDIES[reason] ?? 'Start Redis, or check its address',
  });
}

/**
 * Opens a connection. Redis may need some seconds to start; a refusal ends the attempts at once.
 *
 * @throws StateError, which names the machine and never the password
 */
export async function openRedis(where: string, settings: RedisSettings): Promise<Redis> {
  const start = now();
  for (;;) {
    const client = await connected(settings);
    if (client instanceof Redis) return client;
    if (REMEDIES[reasonOf(client)] !== undefined || now() - start >= PATIENCE)
      throw redisError(where, settings, client);
    await sleep(100);
  }
}
