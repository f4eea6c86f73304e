/**
 * Reads TypeScript as text: which of it is code and which comments and strings, and what it imports, so that the judges
 * beside this file can ask their questions by pattern and never mistake a word in a comment or in a test's sample for
 * code. What is what, a parser says (docs/decisions/0011-libraries-and-our-own.md).
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseSync, Visitor, type ModuleExportName, type Node, type StringLiteral} from 'oxc-parser'

/** A source file with everything that is not code blanked out: every offset is that of the original. */
export type Source = {
  /** The text, with comments, string contents, template text and regular expressions turned into spaces. */
  code: string
  comments: {start: number; text: string}[]
  /** Static, dynamic and type imports, re-exports, and modules named by `new URL(…, import.meta.url)`. */
  imports: Import[]
  /** Offsets of the imports whose module only running tells. */
  computedImports: number[]
}

export type Import = {
  specifier: string
  /** Of the opening quote. */
  offset: number
  /** The names taken, before any `as`; `*` when all may be: a namespace, a re-export of all, a dynamic import. */
  names: string[]
  reexport: boolean
}

/** Where a rule is broken, and what to do about it. */
export type Violation = {file: string; line: number; rule: string; detail: string}

/** What has been read, by its text: the judges of one run ask for the same files. */
const read = new Map<string, Source>()

/** Reads one file. Throws for text that is no TypeScript, with the file's name. */
export function readSource(file: string, text: string): Source {
  const known = read.get(text)
  if (known) return known
  const {program, comments, errors} = parseSync('source.ts', text)
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0].codeframe ?? errors[0].message}`)
  const blanks: [start: number, end: number][] = comments.map(({start, end}) => [start, end])
  const remarks = comments.map(({start, end}) => ({start, text: text.slice(start, end)}))
  if (program.hashbang) {
    const {start, end} = program.hashbang
    blanks.push([start, end])
    remarks.unshift({start, text: text.slice(start, end)})
  }
  const imports: Import[] = []
  const computedImports: number[] = []
  const add = ({value, start}: StringLiteral, names: string[], reexport = false): void =>
    void imports.push({specifier: value, offset: start, names, reexport})
  const visitor = new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') blanks.push([node.start + 1, node.end - 1])
      else if ('regex' in node) blanks.push([node.start, node.end])
    },
    TemplateElement({start, end, tail}) {
      blanks.push([start + 1, end - (tail ? 1 : 2)])
    },
    ImportDeclaration({source, specifiers}) {
      const names = specifiers.map(specifier => {
        if (specifier.type === 'ImportSpecifier') return nameOf(specifier.imported)
        return specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*'
      })
      add(source, names)
    },
    ExportNamedDeclaration({source, specifiers}) {
      const names = specifiers.map(({local}) => nameOf(local))
      if (source) add(source, names, true)
    },
    ExportAllDeclaration({source}) {
      add(source, ['*'], true)
    },
    ImportExpression({source, start}) {
      if (isText(source)) add(source, ['*'])
      else computedImports.push(start)
    },
    TSImportType({source}) {
      add(source, ['*'])
    },
    NewExpression({callee, arguments: [path, base]}) {
      const isModuleUrl = callee.type === 'Identifier' && callee.name === 'URL' && base !== undefined && isMetaUrl(base)
      // A URL is relative to this file with or without the dot.
      if (isModuleUrl && isText(path)) add({...path, value: path.value.replace(/^(?=\w)/, './')}, ['*'])
    },
  })
  visitor.visit(program)
  imports.sort((a, b) => a.offset - b.offset)
  const source = {code: blanked(text, blanks), comments: remarks, imports, computedImports}
  read.set(text, source)
  return source
}

const isText = (node: Node): node is StringLiteral => node.type === 'Literal' && typeof node.value === 'string'

const nameOf = (name: ModuleExportName): string => (name.type === 'Literal' ? name.value : name.name)

/** `import.meta.url` */
const isMetaUrl = (node: Node): boolean =>
  node.type === 'MemberExpression' &&
  node.object.type === 'MetaProperty' &&
  node.property.type === 'Identifier' &&
  node.property.name === 'url'

/** The text with spaces in place of the ranges, which do not overlap; lines stay lines. */
function blanked(text: string, ranges: [start: number, end: number][]): string {
  let code = ''
  let at = 0
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    code += text.slice(at, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ')
    at = end
  }
  return code + text.slice(at)
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** Every violation that `pattern` finds in the code, as `rule`; `detail` may use the match. */
export function findAll(
  file: string,
  code: string,
  pattern: RegExp,
  rule: string,
  detail: (match: RegExpExecArray) => string,
): Violation[] {
  return [...code.matchAll(pattern)].map(match => ({
    file,
    line: lineOf(code, match.index),
    rule,
    detail: detail(match),
  }))
}

/** The path that a specifier names, from the root of the tree; `undefined` for a package or a built-in. */
export function resolveImport(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`
  if (!specifier.startsWith('.')) return undefined
  const parts = file.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** Tests and the suites they call stand beside what they test, but belong to no floor: they may import anything. */
export const isTest = (file: string): boolean => /\.(test|contract|fuzz|browser)\.ts$/.test(file)

/** Not ours, or made by running: see .gitignore. */
const isOutside = (path: string): boolean => /(?:^|\/)node_modules$|^(?:\.git|\.cache|data)$/.test(path)
const isTextFile = (name: string): boolean =>
  /\.(ts|js|mjs|json|md|html|css|svg|sh|yml|yaml)$|^[^.]+$|^\.[a-z]+$/.test(name)

/** Every file of the checkout: path from the root → text; what is not text by its name is empty. */
export function readTree(root: string, under = ''): Map<string, string> {
  const files = new Map<string, string>()
  for (const entry of readdirSync(join(root, under), {withFileTypes: true})) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`
    // In a second work tree `.git` is a file, which says where the first one is.
    if (isOutside(path)) continue
    if (entry.isDirectory()) {
      for (const [inner, text] of readTree(root, path)) files.set(inner, text)
    } else if (entry.isFile()) files.set(path, isTextFile(entry.name) ? readFileSync(join(root, path), 'utf8') : '')
  }
  return files
}
