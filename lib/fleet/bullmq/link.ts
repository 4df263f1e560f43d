// Two connections to Redis, one for commands and one that listens, and what Redis refuses as errors of this library.

import type { Redis } from 'ioredis';
import { every } from './clock.ts';
import { openRedis, type RedisSettings, redisError } from './connection.ts';

declare const Buffer: { from(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array };

/** Bytes as ioredis takes them. */
export const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  Buffer.from(buffer, byteOffset, byteLength);

/** A command and its arguments: `['exists', key]`. Names with `Buffer` at the end reply with bytes. */
export type Command = readonly [name: string, ...values: (string | number | Uint8Array)[]];

/** Milliseconds between two signs of life on the connection that only listens. */
const PULSE = 5000;

/** The connections of a parent or a worker. */
export class Link {
  readonly client: Redis;
  readonly #where: string;
  readonly #listener: Redis;
  readonly #settings: RedisSettings;
  readonly #stopPulse: () => void;

  private constructor(where: string, settings: RedisSettings, client: Redis, listener: Redis) {
    this.#where = where;
    this.#settings = settings;
    this.client = client;
    this.#listener = listener;
    // A connection that never asks would not notice that the other end is gone.
    this.#stopPulse = every(PULSE, () => void Promise.allSettled([listener.ping()]));
  }

  /** @throws StateError if Redis cannot be reached, or refuses */
  static async open(where: string, settings: RedisSettings): Promise<Link> {
    const client = await openRedis(where, settings);
    try {
      return new Link(where, settings, client, await openRedis(where, settings));
    } catch (error) {
      client.disconnect();
      throw error;
    }
  }

  /** Calls `receive` for each message of a channel, and `reconnected` after messages may have been missed. */
  async listen(channel: string, receive: (message: string) => void, reconnected: () => void): Promise<void> {
    this.#listener.on('message', (_, message) => receive(message));
    this.#listener.on('ready', reconnected);
    await this.asked(() => this.#listener.subscribe(channel));
  }

  /** The replies to commands, in order. `atomic`: they happen at once or not at all. @throws StateError for what Redis refuses */
  async replies(commands: readonly Command[], atomic = false): Promise<unknown[]> {
    const lists = commands.map((command) => [...command]);
    const replies = await this.asked(() => (atomic ? this.client.multi(lists) : this.client.pipeline(lists)).exec());
    return (replies ?? []).map(([error, reply]) => {
      if (error !== null) throw redisError(this.#where, this.#settings, error);
      return reply;
    });
  }

  /** The result of a command. @throws StateError for what Redis refuses */
  async asked<R>(command: () => Promise<R>): Promise<R> {
    try {
      return await command();
    } catch (error) {
      throw redisError(this.#where, this.#settings, error as Error);
    }
  }

  close(): void {
    this.#stopPulse();
    this.client.disconnect();
    this.#listener.disconnect();
  }
}
