// .pt and .pth files of PyTorch: what torch.save writes of state dicts and checkpoints.

import { refuse, requireEntries } from '../../checks.ts';
import { describe } from '../../describe.ts';
import { FormatError } from '../../errors.ts';
import { unfit } from '../../formats/safetensors.ts';
import { decodeUtf8 } from '../../formats/utf8.ts';
import { optional, readOptions, type Schema } from '../../options.ts';
import { requireBytes } from '../require-bytes.ts';
import { isZip, readZip, storedBytes, type ZipEntry } from '../zip.ts';
import { PythonName, readPickle } from './pickle.ts';
import { type Storage, Storages, storageType } from './storages.ts';
import { contentAt, isTensor, type PtContent } from './tree.ts';

export type { PtContent } from './tree.ts';

/** Options of `readPt`. */
export interface ReadPtOptions {
  /** The keys that lead to the state dict in a checkpoint: `'model'`, or `['state', 'model']`. Default: the file is one. */
  readonly at?: string | readonly string[];
}

const OPTIONS: Schema<ReadPtOptions, 'at'> = { at: optional(requirePath) };
const ROOM = 1 << 23;
const DATA = 'data.pkl';
const RESAVE = 'In Python: torch.save(model.state_dict(), path)';

/**
 * Reads a .pt or .pth file that `torch.save` wrote: a state dict, or a checkpoint with one in it. It executes nothing: it
 * knows a closed list of what pickles may contain, the one of `torch.load(weights_only=True)` as far as state dicts need
 * it, and refuses all else by name.
 *
 * @param bytes - the whole file
 * @param options - `at`: the keys that lead to the state dict in a checkpoint
 * @returns tensors by name, row-major, and the other values beside them
 * @throws FormatError for other files, with the reason: files of PyTorch before 1.6, TorchScript, whole modules, tensors of
 *   other types; and for a checkpoint without `at`, which lists what may be picked; ArgumentError
 *
 * @example
 * ```ts
 * const load = (bytes: Uint8Array) => readPt(bytes, { at: 'model' }).arrays;
 * load.length; // 1
 * ```
 */
export function readPt(bytes: Uint8Array, options: ReadPtOptions = {}): PtContent {
  const where = 'readPt';
  const file = requireBytes(where, bytes);
  const { at } = readOptions(where, options, OPTIONS);
  if (!isZip(file)) refuseOther(where, file);
  const entries = readZip(where, file);
  const root = rootOf(where, entries);
  const bytesOf = (name: string): Uint8Array => {
    const entry = entries.get(root + name);
    if (entry === undefined) return unfit(where, `contain the file ${describe(root + name)}`, 'none');
    return storedBytes(where, root + name, entry);
  };
  const order = entries.has(`${root}byteorder`) ? decodeUtf8(bytesOf('byteorder')) : 'little';
  if (order !== 'little' && order !== 'big') unfit(where, "have a byteorder of 'little' or 'big'", describe(order));
  const fail = (expected: string, received: string): never => unfit(where, expected, received);
  const storages = new Storages((key) => bytesOf(`data/${key}`), order === 'little', file.length + ROOM, fail);
  const value = readPickle(bytesOf(DATA), hooksOf(where, storages));
  return contentAt(where, value, at as readonly string[] | undefined); // requirePath makes a list of a key
}

function requirePath(where: string, argument: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  const path = requireEntries(where, argument, value as readonly string[], 'be a key, or a list of keys');
  for (const key of path) if (typeof key !== 'string') refuse(where, argument, 'be a key, or a list of keys', key);
  return path;
}

/** The folder of the pickle. */
function rootOf(where: string, entries: ReadonlyMap<string, ZipEntry>): string {
  const found = [...entries.keys()].filter((name) => name === DATA || /^[^/]+\/data\.pkl$/.test(name));
  if (found.length !== 1)
    unfit(where, 'be a file that torch.save wrote', `a zip archive with ${found.length} files ${DATA}`);
  const root = found[0]!.slice(0, -DATA.length);
  if (entries.has(`${root}constants.pkl`) || [...entries.keys()].some((name) => name.startsWith(`${root}code/`))) {
    const remedy = 'In Python: torch.save(torch.jit.load(path).state_dict(), other)';
    refuseFile(where, 'hold a state dict', 'a TorchScript archive, whose code would have to be executed', remedy);
  }
  return root;
}

/** The error for what is no zip archive. */
function refuseOther(where: string, file: Uint8Array): never {
  const legacy = [0x80, 0x02, 0x8a, 0x0a].every((byte, k) => file[k] === byte); // the magic number as a pickle of its own
  if (legacy) {
    const remedy = 'In Python: torch.save(torch.load(path), other)';
    refuseFile(
      where,
      'be a zip archive, as torch.save writes since PyTorch 1.6',
      'the format of PyTorch before 1.6',
      remedy,
    );
  }
  return unfit(where, 'be a zip archive, as torch.save writes', `${file.length} other bytes`);
}

function refuseFile(where: string, expected: string, received: string, remedy: string): never {
  throw new FormatError({ where, argument: 'bytes', expected, received, remedy });
}

/** What a state dict may call. */
const CALLS: readonly string[] = [
  'collections OrderedDict',
  'torch Size',
  'torch._utils _rebuild_parameter',
  'torch._utils _rebuild_tensor',
  'torch._utils _rebuild_tensor_v2',
];

function hooksOf(where: string, storages: Storages) {
  const fail = (expected: string, received: string): never => unfit(where, expected, received);
  return {
    fail,
    name: (name: string): PythonName => {
      if (CALLS.includes(name) || storageType(name) !== undefined) return new PythonName(name);
      const python = name.slice(0, 100).replace(' ', '.');
      return refuseFile(
        where,
        'hold only tensors, dictionaries, lists, numbers and texts',
        `${describe(python)}, which would have to be executed`,
        RESAVE,
      );
    },
    persistent: (id: unknown): unknown => {
      const [kind, type, key, , size] = Array.isArray(id) ? (id as unknown[]) : [];
      const dtype = type instanceof PythonName ? storageType(type.name) : undefined;
      if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || typeof size !== 'number') {
        return fail('refer to storages of tensors', describe(id));
      }
      return new StorageRef(storages.get(key, dtype, size));
    },
    call: (name: string, args: readonly unknown[]): unknown => {
      requireStoredNumbers(name, args, fail);
      return called(name, args, storages) ?? fail(`call ${name} as PyTorch does`, describe(args));
    },
  };
}

/** A storage on the stack of the pickle. */
class StorageRef {
  readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
  }
}

/** The result of a call; undefined for unexpected arguments. */
/** Refuses a tensor whose numbers are not those of its storage: { neg: true } reverses their signs. */
function requireStoredNumbers(
  name: string,
  args: readonly unknown[],
  fail: (expected: string, received: string) => never,
): void {
  const [, , , , , , metadata] = args;
  if (name !== 'torch._utils _rebuild_tensor_v2' || !(metadata instanceof Map) || metadata.size === 0) return;
  fail('hold tensors of the numbers in their storages', `one with ${describe([...metadata.keys()])}`);
}

function called(name: string, args: readonly unknown[], storages: Storages): unknown {
  const [first, offset, shape, stride] = args;
  if (name === 'collections OrderedDict') return args.length === 0 ? new Map() : undefined;
  if (name === 'torch Size') return Array.isArray(first) ? first : undefined;
  if (name === 'torch._utils _rebuild_parameter') return isTensor(first) ? first : undefined;
  return first instanceof StorageRef ? storages.tensor(first.storage, offset, shape, stride) : undefined;
}
