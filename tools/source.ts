/**
 * Reads TypeScript as text: enough of a lexer to tell code from comments and strings, so that the judges beside this
 * file can ask their questions by pattern and never mistake a word in a comment or in a test's sample for code.
 */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

/** A source file with everything that is not code blanked out: every offset is that of the original. */
export type Source = {
  /** The text, with comments, string contents, template text and regular expressions turned into spaces. */
  code: string
  comments: {start: number; text: string}[]
  /** Offset of the opening quote → contents. Templates are left out: an import cannot name one. */
  strings: Map<number, string>
}

/** Where a rule is broken, and what to do about it. */
export type Violation = {file: string; line: number; rule: string; detail: string}

/** After these a slash begins a regular expression; after anything else it divides. */
const beforeRegex =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|throw|new|await|yield|else|do))$/

/** Reads one file. Never fails: text that is not TypeScript gives code that is merely odd. */
export function readSource(text: string): Source {
  const code: string[] = []
  const comments: Source['comments'] = []
  const strings: Source['strings'] = new Map()
  const blank = (from: number, to: number): void => void code.push(text.slice(from, to).replaceAll(/[^\n]/g, ' '))
  /** For each template that is open, how many braces are open inside its `${`. */
  const templates: number[] = []
  let tail = ''
  let at = 0

  const keep = (length: number): void => {
    const piece = text.slice(at, at + length)
    code.push(piece)
    tail = (tail + piece).trimEnd().slice(-12)
    at += length
  }
  const skipTemplate = (): void => {
    const start = at
    while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) at += text[at] === '\\' ? 2 : 1
    blank(start, at)
    if (text[at] === '`') keep(1)
    else if (at < text.length) {
      templates.push(0)
      keep(2)
    }
  }

  while (at < text.length) {
    const char = text[at]
    if (text.startsWith('//', at) || text.startsWith('/*', at) || (at === 0 && text.startsWith('#!'))) {
      const close = char === '/' && text[at + 1] === '*' ? text.indexOf('*/', at + 2) + 2 : text.indexOf('\n', at)
      const end = close < 2 ? text.length : close
      comments.push({start: at, text: text.slice(at, end)})
      blank(at, end)
      at = end
    } else if (char === "'" || char === '"') {
      let end = at + 1
      while (end < text.length && text[end] !== char && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
      strings.set(at, text.slice(at + 1, end))
      keep(1)
      blank(at, end)
      at = end
      keep(1)
    } else if (char === '`') {
      keep(1)
      skipTemplate()
    } else if (char === '/' && beforeRegex.test(tail)) {
      let end = at + 1
      for (let inClass = false; end < text.length && text[end] !== '\n' && (inClass || text[end] !== '/'); end++) {
        if (text[end] === '\\') end++
        else if (text[end] === '[') inClass = true
        else if (text[end] === ']') inClass = false
      }
      blank(at, end + 1)
      tail = '/x'
      at = end + 1
    } else if (templates.length > 0 && char === '}' && templates.at(-1) === 0) {
      templates.pop()
      keep(1)
      skipTemplate()
    } else {
      if (templates.length > 0 && char === '{') templates[templates.length - 1]++
      if (templates.length > 0 && char === '}') templates[templates.length - 1]--
      keep(1)
    }
  }
  return {code: code.join(''), comments, strings}
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

export type Import = {
  specifier: string
  offset: number
  /** The names taken, before any `as`; `*` when all may be: a namespace, a re-export of all, a dynamic import. */
  names: string[]
  reexport: boolean
}

/** Static, dynamic and type imports, re-exports, and the modules handed to a worker by `new URL(…, import.meta.url)`. */
export function importsOf({code, strings}: Source): Import[] {
  const imports: Import[] = []
  for (const [offset, specifier] of strings) {
    const near = code.slice(Math.max(0, offset - 20), offset)
    if (!/(?<![\w$#.])(?:from|import|import\s*\(|new URL\()\s*$/.test(near)) continue
    const before = code.slice(Math.max(0, offset - 4000), offset)
    const clause =
      /\b(import|export)\s+(?:type\s+)?((?:[\w$]+\s*,?\s*)?(?:\{[^{}]*\}|\*(?:\s*as\s+[\w$]+)?)?)\s*from\s*$/
    const match = clause.exec(before)
    if (match) {
      imports.push({specifier, offset, names: namesIn(match[2]), reexport: match[1] === 'export'})
    } else if (/\bimport\s*$/.test(before)) {
      imports.push({specifier, offset, names: [], reexport: false})
    } else if (/\bimport\s*\(\s*$/.test(before)) {
      imports.push({specifier, offset, names: ['*'], reexport: false})
    } else if (isModuleUrl(code, offset, before)) {
      // A URL is relative to this file with or without the dot.
      imports.push({specifier: specifier.replace(/^(?=\w)/, './'), offset, names: ['*'], reexport: false})
    }
  }
  return imports
}

const isModuleUrl = (code: string, offset: number, before: string): boolean =>
  /\bnew URL\(\s*$/.test(before) && /^(['"])\s*\1\s*,\s*import\.meta\.url/.test(code.slice(offset))

function namesIn(clause: string): string[] {
  if (clause.includes('*')) return ['*']
  const braces = /\{([^{}]*)\}/.exec(clause)
  const named = braces ? braces[1].split(',') : []
  const names = named
    .map(
      name =>
        name
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0],
    )
    .filter(name => name !== '')
  if (/^[\w$]/.test(clause)) names.push('default')
  return names
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
const isText = (name: string): boolean =>
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
    } else if (entry.isFile()) files.set(path, isText(entry.name) ? readFileSync(join(root, path), 'utf8') : '')
  }
  return files
}
