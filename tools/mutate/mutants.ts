/**
 * The mutants of a file: what it would say with one small mistake in it. A test that fails for none of them does not
 * hold what the code does. Mistakes are those that people make and tests are for: a bound off by one, a condition turned
 * round, a call forgotten. Left alone is what tells people something and does nothing: messages, logs, assertions.
 */
import {stripTypeScriptTypes} from 'node:module'
import {parse, type AnyNode} from 'acorn'
import {lineOf, readSource} from '../source.ts'

/** Which kind of mistake. */
export const kinds = {
  compare: 'a comparison with another one',
  arithmetic: 'a sum, product or bit operation with another one',
  logic: 'and for or, or for and',
  condition: 'a condition that always holds, or never',
  negation: 'a sign or negation dropped',
  number: 'a number one higher',
  boolean: 'true for false, or false for true',
  text: 'a word that means something to the program, emptied',
  list: 'a list emptied',
  default: 'what stands in for a missing value, taken always',
  method: 'a method for its counterpart',
  return: 'nothing returned',
  statement: 'a statement left out',
  body: 'a function that does nothing',
  sql: 'a comparison, order or connection in SQL with another one',
} as const
export type MutantKind = keyof typeof kinds

export interface Mutant {
  /** From the root of the tree. */
  file: string
  kind: MutantKind
  line: number
  /** What `to` stands in place of, in UTF-16 units of the file. */
  start: number
  end: number
  to: string
  /** The lines that it changes, before and after, with blanks drawn together: its name in lists. */
  was: string
  now: string
}

type Change = [start: number, end: number, to: string, kind: MutantKind]

const comparisons: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
}
const sums: Record<string, string> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
}
const assignments: Record<string, string> = {
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '%=': '*=',
  '&=': '|=',
  '|=': '&=',
  '^=': '&=',
  '<<=': '>>=',
  '>>=': '<<=',
  '>>>=': '<<=',
  '??=': '=',
  '||=': '&&=',
  '&&=': '||=',
}
const methods = new Map(
  [
    ['min', 'max'],
    ['floor', 'ceil'],
    ['some', 'every'],
    ['startsWith', 'endsWith'],
    ['push', 'unshift'],
    ['shift', 'pop'],
    ['toLowerCase', 'toUpperCase'],
    ['indexOf', 'lastIndexOf'],
  ].flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
)
const sqlChanges: [pattern: RegExp, to: string][] = [
  [/ < (?!=)/g, ' <= '],
  [/ <= /g, ' < '],
  [/ > (?!=)/g, ' >= '],
  [/ >= /g, ' > '],
  [/ = (?=\?)/g, ' != '],
  [/\bAND\b/g, 'OR'],
  [/\bOR\b(?! (?:IGNORE|REPLACE))/g, 'AND'],
  [/\bASC\b/g, 'DESC'],
  [/\bDESC\b/g, ''],
  [/\bIS NULL\b/g, 'IS NOT NULL'],
  [/\bIS NOT NULL\b/g, 'IS NULL'],
]

/** All mutants of a TypeScript file, in the order in which they stand in it. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const js = stripTypeScriptTypes(text)
  const {code} = readSource(file, text)
  const program = parse(js, {ecmaVersion: 'latest', sourceType: 'module'})
  const changes: Change[] = []
  visit(program, undefined)
  return changes
    .filter(([start, end, to]) => js.slice(start, end) !== to)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([start, end, to, kind]) => ({
      file,
      kind,
      line: lineOf(text, start),
      start,
      end,
      to,
      ...shown(text, start, end, to),
    }))

  function visit(node: AnyNode, parent: AnyNode | undefined): void {
    if (isLeftAlone(node)) return
    changes.push(...changesOf(node, parent, js, code))
    for (const [name, value] of Object.entries(node)) {
      if (name === 'key' && !(node as {computed?: boolean}).computed) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node)
    }
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as {type?: unknown}).type === 'string'

/** The text of the file with the mutant in it. */
export const mutated = (text: string, {start, end, to}: Mutant): string => text.slice(0, start) + to + text.slice(end)

/** Sentences, and what is put into them; SQL is written with the same quotes. */
const isForPeople = ({quasis}: AnyNode & {type: 'TemplateLiteral'}): boolean =>
  quasis.some(({value}) => /\s/.test(value.raw)) && !quasis.some(({value}) => isSql(value.raw))

const isSql = (text: string): boolean =>
  /\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE|ORDER BY)\b/.test(text) && !/\bCREATE\b/.test(text)

/** Imports name modules; assertions and logs do nothing that a caller could see; an array may be made too large. */
function isLeftAlone(node: AnyNode): boolean {
  if (node.type === 'TemplateLiteral') return isForPeople(node)
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name.endsWith('Array'))
    return true
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return true
  const call = node.type === 'ExpressionStatement' ? node.expression : node
  if (call.type !== 'CallExpression') return false
  const {callee} = call
  if (callee.type === 'Identifier') return callee.name === 'assert' || callee.name === 'super'
  if (callee.type === 'Super') return true
  if (callee.type !== 'MemberExpression') return false
  const {object, property} = callee
  const owner = object.type === 'MemberExpression' ? object.property : object
  const isLog = (owner.type === 'Identifier' || owner.type === 'PrivateIdentifier') && /^log$/i.test(owner.name)
  return isLog && property.type === 'Identifier' && /^(?:debug|info|warn|error)$/.test(property.name)
}

function changesOf(node: AnyNode, parent: AnyNode | undefined, js: string, code: string): Change[] {
  switch (node.type) {
    case 'BinaryExpression':
      return (
        swapped(node, comparisons, 'compare', code) ??
        (isText(node) ? [] : (swapped(node, sums, 'arithmetic', code) ?? []))
      )
    case 'LogicalExpression':
      if (node.operator === '??') return [[node.start, node.end, js.slice(node.right.start, node.right.end), 'default']]
      return swapped(node, {'&&': '||', '||': '&&'}, 'logic', code) ?? []
    case 'AssignmentExpression':
      return swapped(node, assignments, 'arithmetic', code) ?? []
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map(to => [node.test.start, node.test.end, to, 'condition'])
    case 'WhileStatement':
    case 'DoWhileStatement':
      return [[node.test.start, node.test.end, 'false', 'condition']]
    case 'ForStatement':
      return node.test ? [[node.test.start, node.test.end, 'false', 'condition']] : []
    case 'UnaryExpression':
      return '!-~'.includes(node.operator) ? [[node.start, node.start + 1, '', 'negation']] : []
    case 'UpdateExpression':
      return [[...operatorAt(node, code), node.operator === '++' ? '--' : '++', 'arithmetic']]
    case 'Literal':
      return changesOfLiteral(node, parent, js)
    case 'TemplateElement':
      return parent?.type === 'TemplateLiteral' && parent.quasis.some(({value}) => isSql(value.raw))
        ? changesOfSql(js, node.start, node.end)
        : []
    case 'ArrayExpression':
      return node.elements.length > 0 ? [[node.start, node.end, '[]', 'list']] : []
    case 'CallExpression':
      return changesOfCall(node)
    case 'ReturnStatement':
      if (node.argument) return [[node.argument.start, node.argument.end, 'undefined', 'return']]
      return leftOut(node, parent)
    case 'ExpressionStatement':
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return leftOut(node, parent)
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': {
      const {body} = node
      return body.type === 'BlockStatement' && body.body.length > 1 ? [[body.start, body.end, '{}', 'body']] : []
    }
    default:
      return []
  }
}

/** In the place of a branch or a loop's body, a lone semicolon is refused. */
const leftOut = (node: AnyNode, parent: AnyNode | undefined): Change[] => [
  [node.start, node.end, parent && /^(?:If|For|While)/.test(parent.type) ? '{}' : ';', 'statement'],
]

type Operation = AnyNode & {type: 'BinaryExpression' | 'LogicalExpression' | 'AssignmentExpression'}

function swapped(node: Operation, pairs: Record<string, string>, kind: MutantKind, code: string): Change[] | undefined {
  const to = pairs[node.operator]
  // Comments are blank in `code`, and so are casts by `as` not: what follows one is further on.
  const at = code.lastIndexOf(node.operator, node.right.start - 1)
  return to !== undefined && at >= node.left.end ? [[at, at + node.operator.length, to, kind]] : undefined
}

function operatorAt(node: AnyNode & {type: 'UpdateExpression'}, code: string): [start: number, end: number] {
  const at = node.prefix ? node.start : code.indexOf(node.operator, node.argument.end)
  return [at, at + 2]
}

/** A sum of texts has no other operator. */
const isText = ({left, right}: AnyNode & {type: 'BinaryExpression'}): boolean =>
  [left, right].some(
    side => side.type === 'TemplateLiteral' || (side.type === 'Literal' && typeof side.value === 'string'),
  )

function changesOfLiteral(node: AnyNode & {type: 'Literal'}, parent: AnyNode | undefined, js: string): Change[] {
  const {start, end, value} = node
  if (typeof value === 'boolean') return [[start, end, String(!value), 'boolean']]
  if (typeof value === 'number') return [[start, end, String(value + 1), 'number']]
  if (typeof value === 'bigint') return [[start, end, `${value + 1n}n`, 'number']]
  if (typeof value !== 'string' || parent?.type === 'ExpressionStatement') return []
  if (parent?.type === 'ExportNamedDeclaration' || parent?.type === 'ImportExpression') return []
  // With blanks in it, it speaks to people, or is SQL.
  if (/\s/.test(value)) return isSql(value) ? changesOfSql(js, start, end) : []
  return [[start, end, value === '' ? "'x'" : "''", 'text']]
}

function changesOfSql(js: string, start: number, end: number): Change[] {
  const sql = js.slice(start, end)
  return sqlChanges.flatMap(([pattern, to]) =>
    [...sql.matchAll(pattern)].map((match): Change => [
      start + match.index,
      start + match.index + match[0].length,
      to,
      'sql',
    ]),
  )
}

function changesOfCall({callee}: AnyNode & {type: 'CallExpression'}): Change[] {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return []
  const to = methods.get(callee.property.name)
  return to === undefined ? [] : [[callee.property.start, callee.property.end, to, 'method']]
}

function shown(text: string, start: number, end: number, to: string): {was: string; now: string} {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const until = text.indexOf('\n', end)
  const rest = until < 0 ? text.length : until
  const line = (middle: string): string =>
    (text.slice(from, start) + middle + text.slice(end, rest)).trim().replaceAll(/\s+/g, ' ')
  return {was: line(text.slice(start, end)), now: line(to)}
}
