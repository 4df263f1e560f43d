import { bullmq, fleetWorker } from '../../lib/fleet/bullmq/index.ts';
import { each, notFunction, notInteger, notNumber } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const { NaN: none } = Number;
const connection = 'redis://127.0.0.1:6379';
const addresses = [
  undefined,
  null,
  1,
  '',
  'redis',
  '127.0.0.1:6379',
  'http://127.0.0.1:6379',
  'redis://',
  'redis://h:99999',
  'redis://h/x',
  'redis://h?db=1',
  'redis://%zz@h',
];

type Options = Parameters<typeof bullmq>[0];

/** Calls with bad addresses. */
const ofConnection = (make: (options: Options) => unknown) => [
  ...each('connection', (bad) => make({ connection: bad }), addresses),
  ...each('connection.host', (host) => make({ connection: { host } }), [null, 1, '', 'a b', 'a/b', 'x'.repeat(256)]),
  ...notInteger('connection.port', (port) => make({ connection: { port } }), 0, 65_536, none),
  ...each('connection.username', (username) => make({ connection: { username } }), [null, 1, {}]),
  ...each('connection.password', (password) => make({ connection: { password } }), [null, 1, {}]),
  ...notInteger('connection.db', (db) => make({ connection: { db } }), -1),
  ...each('connection.tls', (tls) => make({ connection: { tls } }), [null, 1, 'yes', []]),
  ...each('queue', (queue) => make({ connection, queue }), [null, 1, '', 'a:b', 'a b', '{a}', 'x'.repeat(101)]),
];

export const bullmqTable: Table = {
  subjects: [
    {
      of: 'bullmq',
      withOptions: (options) => bullmq(options),
      calls: [
        ...ofConnection(bullmq),
        ...notInteger('window', (window) => bullmq({ connection, window }), 0, 10_001),
        ...notInteger('attempts', (attempts) => bullmq({ connection, attempts }), 0, 101),
      ],
    },
    {
      of: 'fleetWorker',
      withOptions: (options) => fleetWorker(options),
      calls: [
        ...ofConnection(fleetWorker),
        ...each('executor', (executor) => fleetWorker({ connection, executor }), [null, 1, {}, { capacity: 1 }]),
        ...notNumber('idle', (idle) => fleetWorker({ connection, idle }), 0, -1),
        ...notInteger('lock', (lock) => fleetWorker({ connection, lock }), 499, 3_600_001),
        ...notFunction('onEvent', (onEvent) => fleetWorker({ connection, onEvent })),
      ],
    },
  ],
};
