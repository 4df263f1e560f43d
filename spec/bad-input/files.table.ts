import * as browser from '../../lib/browser.ts';
import { appendTo, CheckpointFolder, loadFile, saveFile } from '../../lib/node.ts';
import { type BadCall, type CallWith, each, notInteger, notNumber, notOneOf } from '../support/bad-values.ts';
import type { Table } from '../support/refusals.ts';

const bytes = Uint8Array.of(1);
const folder = new CheckpointFolder('/no/such/folder');
const notPath = (call: CallWith): BadCall[] => each('path', call, [undefined, null, 1, '', 'a\0b', {}, ['a']]);
const notBytes = (call: CallWith): BadCall[] =>
  each('bytes', call, [undefined, null, 1, 'a', [1], new Float32Array(1), bytes.buffer]);

const inBrowser = new browser.CheckpointFolder('folder');

export const files: Table = {
  subjects: [
    { of: 'saveFile', calls: [...notPath((path) => saveFile(path, bytes)), ...notBytes((bad) => saveFile('a', bad))] },
    { of: 'loadFile', calls: notPath((path) => loadFile(path)) },
    { of: 'appendTo', calls: notPath((path) => appendTo(path)) },
    {
      of: 'CheckpointFolder',
      withOptions: (options) => new CheckpointFolder('a', options),
      calls: [
        ...notPath((path) => new CheckpointFolder(path)),
        ...notInteger('keep', (keep) => new CheckpointFolder('a', { keep }), 0, -1),
        ...notOneOf('mode', (mode) => new CheckpointFolder('a', { mode }), 'auto'),
      ],
    },
    {
      of: 'CheckpointFolder.save',
      withOptions: (options) => folder.save(bytes, options),
      calls: [
        ...notBytes((bad) => folder.save(bad)),
        ...notNumber('value', (value) => folder.save(bytes, { value })).filter(([what]) => !/NaN|Infinity/.test(what)),
      ],
    },
    // the same names of bptt/browser
    {
      of: 'saveFile',
      calls: [...notPath((path) => browser.saveFile(path, bytes)), ...notBytes((bad) => browser.saveFile('a', bad))],
    },
    { of: 'loadFile', calls: notPath((path) => browser.loadFile(path)) },
    { of: 'appendTo', calls: notPath((path) => browser.appendTo(path)) },
    {
      of: 'CheckpointFolder',
      withOptions: (options) => new browser.CheckpointFolder('a', options),
      calls: [
        ...notPath((path) => new browser.CheckpointFolder(path)),
        ...notInteger('keep', (keep) => new browser.CheckpointFolder('a', { keep }), 0, -1),
        ...notOneOf('mode', (mode) => new browser.CheckpointFolder('a', { mode }), 'auto'),
      ],
    },
    {
      of: 'CheckpointFolder.save',
      withOptions: (options) => inBrowser.save(bytes, options),
      calls: [
        ...notBytes((bad) => inBrowser.save(bad)),
        ...notNumber('value', (value) => inBrowser.save(bytes, { value })).filter(
          ([what]) => !/NaN|Infinity/.test(what),
        ),
      ],
    },
  ],
};
