// Unrolls the loops over lanes by two, for the build of the kernels. Engines that can pack pairs of 128-bit vectors do so
// only where two adjacent vectors are loaded, computed and stored side by side.
import ts from 'typescript';

const LOOP = /^for \(let (\w+): Offset = ([^;]+); \1 < ([^;]+); \1 \+= LANES\)/;

/**
 * Replaces each loop `for (let j: Offset = from; j < to; j += LANES)` by a loop over pairs of lanes and a loop over the
 * rest. The second lane of a pair is four elements further: what a name or an expression holds for it ends in `Next`.
 * All loads of a statement come before its stores, so a kernel must not load what an earlier lane stored.
 */
export function unrollPairs(source) {
  const file = ts.createSourceFile('kernel.ts', source, ts.ScriptTarget.Latest, true);
  const edits = [];
  visit(file, (node) => {
    if (!ts.isForStatement(node)) return;
    const match = LOOP.exec(node.getText());
    if (match === null) return;
    const [head, j, from, to] = match;
    const statements = ts.isBlock(node.statement) ? [...node.statement.statements] : [node.statement];
    const lanes = new Set();
    const pairs = statements.map((statement) => pairOf(statement, lanes)).join('\n');
    const rest = node.getText().slice(head.length);
    edits.push({
      at: node.getStart(),
      end: node.getEnd(),
      text: `{ let ${j}: Offset = ${from};
for (; ${j} + 2 * LANES <= ${to}; ${j} += 2 * LANES) {\n${pairs}\n}
for (; ${j} < ${to}; ${j} += LANES) ${rest} }`,
    });
  });
  const text = edits.reduceRight((whole, { at, end, text }) => whole.slice(0, at) + text + whole.slice(end), source);
  return edits.length === 0 ? text : text.replace(/\bload,/, 'load, loadNext, storePair,');
}

function visit(node, see) {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** A statement for both lanes. `lanes` collects the names that differ between them. */
function pairOf(statement, lanes) {
  if (ts.isIfStatement(statement))
    return `if (${statement.expression.getText()}) {${pairOf(statement.thenStatement, lanes)}}`;
  if (ts.isVariableStatement(statement)) {
    const [{ name, initializer }] = statement.declarationList.declarations;
    const text = `const ${name.getText()} = ${initializer.getText()};`;
    const next = nextOf(initializer, lanes);
    if (next === initializer.getText()) return text;
    lanes.add(name.getText());
    return `${text} const ${name.getText()}Next = ${next};`;
  }
  const call = statement.expression;
  if (!ts.isCallExpression(call) || call.expression.getText() !== 'store')
    throw new Error(`a loop over lanes consists of constants and stores: ${statement.getText()}`);
  const [heap, at, value] = call.arguments;
  return `storePair(${heap.getText()}, ${at.getText()}, ${value.getText()}, ${nextOf(value, lanes)});`;
}

/** An expression for the second lane. */
function nextOf(expression, lanes) {
  const start = expression.getStart();
  const edits = [];
  visit(expression, (node) => {
    if (!ts.isIdentifier(node)) return;
    const isLoad = node.text === 'load' && ts.isCallExpression(node.parent) && node.parent.expression === node;
    if (isLoad || lanes.has(node.text)) edits.push(node.getEnd() - start);
  });
  return edits.reduceRight((text, end) => `${text.slice(0, end)}Next${text.slice(end)}`, expression.getText());
}
