import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

// An editor shows an option's docstring, the schema beside it decides: both have to name the same default.

const LIB = fileURLToPath(new URL('../../lib/', import.meta.url));

interface Documented {
  readonly above: readonly string[];
  readonly members: ReadonlyMap<string, string>;
}

interface Default {
  readonly options: string;
  readonly name: string;
  readonly value: string;
}

const interfaces = new Map<string, Documented>();
const defaults: Default[] = [];

for (const file of readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
  const source = ts.createSourceFile(file, readFileSync(LIB + file, 'utf8'), ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, documented(statement));
    if (!ts.isVariableStatement(statement)) continue;
    for (const { type, initializer } of statement.declarationList.declarations) {
      if (type === undefined || !ts.isTypeReferenceNode(type) || type.typeName.getText() !== 'Schema') continue;
      if (initializer === undefined || !ts.isObjectLiteralExpression(initializer))
        throw new Error(`${file}: no literal`);
      const [options] = type.typeArguments!;
      for (const line of initializer.properties) {
        if (!ts.isPropertyAssignment(line)) continue; // those of another schema
        const value = defaultOf(line.initializer);
        if (value !== undefined) defaults.push({ options: nameOf(options!), name: line.name.getText(), value });
      }
    }
  }
}

/** The name of an interface without type arguments. */
function nameOf(type: ts.TypeNode): string {
  return ts.isTypeReferenceNode(type) ? type.typeName.getText() : type.getText();
}

function documented({ members, heritageClauses = [] as never }: ts.InterfaceDeclaration): Documented {
  return {
    above: heritageClauses.flatMap(({ types }) => types.map(({ expression }) => expression.getText())),
    members: new Map(
      members.map((member) => [
        member.name?.getText() ?? '',
        ts
          .getJSDocCommentsAndTags(member)
          .map((doc) => doc.getText())
          .join(),
      ]),
    ),
  };
}

/** The second argument of `optional`, where it is a literal. */
function defaultOf(line: ts.Expression): string | undefined {
  if (!ts.isCallExpression(line)) return undefined;
  const [first, second] = line.arguments;
  if (line.expression.getText() === 'saved') return defaultOf(first!);
  if (line.expression.getText() !== 'optional' || second === undefined) return undefined;
  const literal =
    ts.isLiteralExpression(second) ||
    ts.isPrefixUnaryExpression(second) ||
    second.kind === ts.SyntaxKind.TrueKeyword ||
    second.kind === ts.SyntaxKind.FalseKeyword;
  return literal ? second.getText() : undefined;
}

function docOf(options: string, name: string): string | undefined {
  const found = interfaces.get(options);
  const own = found?.members.get(name);
  if (own !== undefined || found === undefined) return own;
  return found.above.map((each) => docOf(each, name)).find((doc) => doc !== undefined);
}

describe('the docstring of an option', () => {
  it('is found for defaults of every kind', () => {
    expect(new Set(defaults.map(({ value }) => typeof JSON.parse(value.replaceAll("'", '"'))))).toEqual(
      new Set(['number', 'boolean', 'string']),
    );
  });

  it.each(defaults)('names the default: $options $name $value', ({ options, name, value }) => {
    const doc = docOf(options, name)!.replaceAll('−', '-').replaceAll('`', '');
    const escaped = value.replace(/[.+]/g, '\\$&');
    expect(doc).toMatch(new RegExp(`\\bdefault ${escaped}(?![\\w.]*\\w)|(?<![\\w.])${escaped} by default`, 'i'));
  });
});
