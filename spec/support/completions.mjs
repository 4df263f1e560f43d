// Prints, as JSON, what an editor offers at each marker of a program: a name in a comment, such as in `model./*model*/`.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';

const [file] = process.argv.slice(2);
const program = readFileSync(file, 'utf8');
const { sys } = ts;
const service = ts.createLanguageService({
  fileExists: sys.fileExists,
  readFile: sys.readFile,
  directoryExists: sys.directoryExists,
  getDirectories: sys.getDirectories,
  realpath: sys.realpath,
  getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, strict: true, types: [] }),
  getScriptFileNames: () => [file],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => (sys.fileExists(name) ? ts.ScriptSnapshot.fromString(sys.readFile(name)) : undefined),
  getCurrentDirectory: () => dirname(file),
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
});
const markers = [...program.matchAll(/\/\*(\w+)\*\//g)];
const offered = markers.map(({ 1: name, index }) => {
  const { entries = [] } = service.getCompletionsAtPosition(file, index, {}) ?? {};
  return [name, entries.map((entry) => entry.name)];
});
console.log(JSON.stringify(Object.fromEntries(offered)));
