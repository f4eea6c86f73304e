/**
 * The judge of tidiness: what a reviewer would otherwise say again and again about names, length, stray switches,
 * links and pins. It takes the tree as a map of path to text and gives the violations, so that its own test can plant
 * some. The formatter, the linter and the compiler have their own rules; none of theirs is repeated here.
 */
import {findAll, isTest, lineOf, readSource, resolveImport, type Source, type Violation} from './source.ts'

export const linesMax = 600

/** Sources side by side in one folder; more usually hold two nouns. */
export const sourcesMax = 15

/** Names under which things that have no noun pile up. */
const drawers = /^(?:utils?|common|helpers?|misc|shared|lib)$/

/**
 * Exports that nobody in this tree imports, and why they stay. Values only: a type is exported so that a caller may
 * name what a function gives it.
 */
const unimported = new Map<string, string>([
  ['src/std/assert.ts unreachable', 'for the default of any switch over a closed set'],
  ['src/atp/data/cid.ts cidFromBytes', 'the checked way from bytes to a CID, beside parseCid for text'],
  ['src/atp/label/label.ts labelKeyName', 'for the labeler'],
  ['src/atp/label/label.ts labelerService', 'for the labeler'],
])

const silencers = /@ts-(?:ignore|expect-error|nocheck)|\b(?:oxlint|eslint|oxfmt|prettier|biome)-(?:disable|ignore)/

const isCode = (file: string): boolean => /^(?:src|tools|test|bench|examples)\/.*\.(?:ts|js)$/.test(file)
/** Written by tools/lexgen.ts, one module a document; its own test compares it with what would be written now. */
const isGenerated = (file: string): boolean => /^(?:src\/lex|examples\/[\w-]+)\/gen\//.test(file)
/** Endpoint files carry the last segment of their NSID as it is spelt. */
const isNsidCased = (file: string): boolean => isGenerated(file) || /^src\/services\/[^/]+\/api\//.test(file)

/** Code that a caller may hand Node's `Buffer`, whose `slice` is a view and no copy. */
const takesBuffers = (file: string): boolean =>
  /^src\/(?:std|atp|lex|xrpc|sdk)\//.test(file) && !isTest(file) && !isGenerated(file)
const viewing = /\.slice\(\)|\b(?:bytes|block|buffer|frame|chunk|window|body|digest|signature)\.slice\(/g

/** All violations in the tree. `files` holds every file of the checkout: links are checked against it. */
export function judgeTidy(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  const sources = new Map<string, Source>()
  for (const [file, text] of files) {
    violations.push(...judgeName(file), ...judgeText(file, text))
    if (isCode(file)) {
      const source = readSource(file, text)
      sources.set(file, source)
      violations.push(...judgeCode(file, text, source, files))
    }
    if (file.endsWith('.md')) violations.push(...judgeLinks(file, text, files))
    if (/(?:^|\/)package\.json$/.test(file)) violations.push(...judgePins(file, text))
    if (/(?:^|\/)package-lock\.json$/.test(file)) violations.push(...judgeLock(file, text))
  }
  return [...violations, ...judgeExports(sources), ...judgeCrowds(files), ...judgeMap(files), ...judgeInvariants(files)]
}

function judgeName(file: string): Violation[] {
  const violations: Violation[] = []
  const parts = file.split('/')
  if (/[:*?"<>|\\]/.test(file)) {
    violations.push({file, line: 1, rule: 'name', detail: 'not every system can have a file of this name'})
  }
  if (!isCode(file)) return violations
  const stems = parts.map(part => part.split('.')[0])
  const drawer = stems.find(stem => drawers.test(stem))
  if (drawer !== undefined && !isGenerated(file)) {
    violations.push({file, line: 1, rule: 'drawer', detail: `'${drawer}' is no noun; a function lives with its noun`})
  }
  const name = parts.at(-1)!
  if (!isNsidCased(file) && !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)+$/.test(name)) {
    violations.push({file, line: 1, rule: 'name', detail: 'files are named in kebab-case'})
  }
  return violations
}

/**
 * Folders in which too much lies side by side. A source and its other forms (`a-store.ts`, `a-store.sqlite.ts`,
 * `a-store.test.ts`) are one. Folders of endpoints are as large as the lexicons have it.
 */
function judgeCrowds(files: ReadonlyMap<string, string>): Violation[] {
  const folders = new Map<string, Set<string>>()
  for (const file of files.keys()) {
    if (!file.startsWith('src/') || !isCode(file) || isTest(file) || isNsidCased(file)) continue
    const [, folder, stem] = /^(.*)\/([^/.]+)/.exec(file)!
    const stems = folders.get(folder) ?? new Set()
    folders.set(folder, stems.add(stem))
  }
  return [...folders]
    .filter(([, stems]) => stems.size > sourcesMax)
    .map(([folder, stems]) => {
      const detail = `${stems.size} sources side by side usually hold two nouns; cut it below ${sourcesMax + 1}`
      return {file: folder, line: 1, rule: 'crowd', detail}
    })
}

/** Whatever the language: this checkout must work on any machine, with any registry. */
function judgeText(file: string, text: string): Violation[] {
  if (file.endsWith('package-lock.json')) return []
  const machine = /(?<![\w.~$}-])\/(?:home|work|Users|root|farm)\/[\w.-]+/g
  const registry = /\bregistry\.[\w-]+\.\w+|https?:\/\/[\w.:-]*(?:artifactory|verdaccio|nexus)[\w.:/-]*/g
  return [
    ...findAll(file, text, machine, 'machine-path', ([path]) => `${path} is a path of one machine`),
    ...findAll(file, text, registry, 'registry-host', ([host]) => `${host} is the reader's own choice`),
  ]
}

function judgeCode(file: string, whole: string, source: Source, files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  const {code, comments} = source
  const lines = whole.split('\n').length - 1
  if (lines > linesMax && !isGenerated(file)) {
    violations.push({
      file,
      line: linesMax,
      rule: 'length',
      detail: `${lines} lines; split it by noun below ${linesMax}`,
    })
  }
  const subject = file.replace(/\.(?:test|contract|fuzz)\.ts$/, '.ts')
  const speaksForIt = subject !== file && files.has(subject)
  if (!speaksForIt && !/^(?:#!.*\n)?\s*(?:\/\*|\/\/)/.test(whole)) {
    violations.push({file, line: 1, rule: 'opening', detail: 'a file opens with a comment that says why it exists'})
  }
  for (const comment of comments) {
    const line = lineOf(whole, comment.start)
    const push = (rule: string, detail: string): void => void violations.push({file, line, rule, detail})
    // A test may hold that a wrong call is refused by the compiler; it says which one behind the marker.
    const text = isTest(file) ? comment.text.replace(/@ts-expect-error:? \S.*/, '') : comment.text
    const silencer = silencers.exec(text)
    if (silencer) push('silenced', `${silencer[0]} hides a fault; mend it`)
    const promise = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(comment.text)
    if (promise) push('promise', `${promise[0]}: do it, or file it`)
  }
  const any = /(?:[:<|&]\s*|\bas\s+|\bextends\s+|^type [\w<>, ]+ = )any\b(?!\s*[(.:=?])|,\s*any\s*[>\]]/gm
  const switched = /\b(?:test|it|suite|describe)\.(?:only|skip|todo)\s*\(|\b(?:only|skip|todo)\s*:\s*true\b/g
  /** As a type writes it; a value has a comma or a brace there. */
  const ownResult = /\bok: (?:true|false)(?=;|\n)|\breadonly ok: (?:true|false)\b/g
  const isOwnResult = file.startsWith('src/') && !isTest(file) && file !== 'src/std/result.ts'
  // The list of names that nobody may take has both.
  const isSpelled = file.startsWith('src/') && !file.endsWith('/reserved-names.ts')
  return [
    ...violations,
    ...(isSpelled ? findAll(file, whole, /\be-mail/gi, 'spelling', () => 'email, as in the protocol') : []),
    ...(isOwnResult ? findAll(file, code, ownResult, 'result', () => 'src/std/result.ts says it for all') : []),
    ...findAll(file, code, any, 'any', () => 'unknown says the same and is checked'),
    ...(takesBuffers(file) ? findAll(file, code, viewing, 'slice-copy', () => 'copyOf copies, [...list] too') : []),
    ...findAll(file, code, switched, 'switched-test', ([found]) => `${found.trim()} leaves tests out without a reason`),
  ]
}

/** The names that a module exports as values: functions, classes, constants, variables. */
export function exportedValues({code}: Source): {name: string; offset: number}[] {
  const declared = /^export\s+(?:async\s+)?(?:function\s*\*?|class|const|let)\s+([\w$]+)/gm
  const found = [...code.matchAll(declared)].map(match => ({name: match[1], offset: match.index}))
  for (const list of code.matchAll(/^export\s*\{([^{}]*)\}(?!\s*from)/gm)) {
    for (const item of list[1].split(',')) {
      const name = item
        .trim()
        .split(/\s+as\s+/)
        .at(-1)!
      if (name !== '' && !name.startsWith('type ')) found.push({name, offset: list.index})
    }
  }
  return found
}

function judgeExports(sources: ReadonlyMap<string, Source>): Violation[] {
  const used = new Set<string>()
  for (const [file, source] of sources) {
    for (const {specifier, names} of source.imports) {
      const target = resolveImport(file, specifier)
      if (target !== undefined) for (const name of names) used.add(`${target} ${name}`)
    }
  }
  const violations: Violation[] = []
  for (const [file, source] of sources) {
    if (!file.startsWith('src/') || isGenerated(file) || used.has(`${file} *`)) continue
    for (const {name, offset} of exportedValues(source)) {
      if (used.has(`${file} ${name}`) || unimported.has(`${file} ${name}`)) continue
      const detail = `nobody imports ${name}, not even a test: drop it, or drop the word export`
      violations.push({file, line: lineOf(source.code, offset), rule: 'dead-export', detail})
    }
  }
  return violations
}

/** As the common Markdown renderers name a heading. */
const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

function judgeLinks(file: string, text: string, files: ReadonlyMap<string, string>): Violation[] {
  const prose = text
    .replaceAll(/^```.*?^```/gms, block => block.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/`[^`\n]*`/g, '``')
  const violations: Violation[] = []
  for (const match of prose.matchAll(/\]\(([^()\s]+)\)/g)) {
    const [path, anchor] = match[1].split('#')
    if (/^[a-z]+:/.test(path)) continue
    const target = path === '' ? file : resolveImport(file, `./${path}`)!.replace(/\/$/, '')
    const push = (detail: string): void =>
      void violations.push({file, line: lineOf(text, match.index), rule: 'dead-link', detail})
    const there = files.has(target) || [...files.keys()].some(known => known.startsWith(`${target}/`))
    if (!there) push(`${match[1]} leads nowhere`)
    else if (anchor !== undefined && target.endsWith('.md')) {
      const headings = [...files.get(target)!.matchAll(/^#+\s+(.*)$/gm)].map(heading => slug(heading[1]))
      if (!headings.includes(anchor)) push(`${target} has no heading #${anchor}`)
    }
  }
  return violations
}

/** An invariant links to the test that holds it, by the test's own name. */
function judgeInvariants(files: ReadonlyMap<string, string>): Violation[] {
  const file = 'docs/invariants.md'
  const text = files.get(file) ?? ''
  const violations: Violation[] = []
  for (const match of text.matchAll(/\[`([^`]+)`\]\(\.\.\/([^()\s]+)\)/g)) {
    const [, name, target] = match
    if (files.get(target)?.includes(name)) continue
    const detail = `${target} has no test named '${name}'`
    violations.push({file, line: lineOf(text, match.index), rule: 'invariant', detail})
  }
  return violations
}

function judgePins(file: string, text: string): Violation[] {
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>
  const violations: Violation[] = []
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      if (/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) continue
      const line = lineOf(text, text.indexOf(`"${name}"`))
      violations.push({file, line, rule: 'pin', detail: `${name} is '${version}'; pin one version`})
    }
  }
  return violations
}

/** A lockfile with addresses sends every reader to one registry; without them npm asks the reader's own. */
function judgeLock(file: string, text: string): Violation[] {
  const address = /"resolved":\s*"https?:[^"]*"/.exec(text)
  if (!address) return []
  const detail = `${address[0]}; install with omit-lockfile-registry-resolved`
  return [{file, line: lineOf(text, address.index), rule: 'registry-host', detail}]
}

/** Every folder of the product that has a noun is on the map in ARCHITECTURE.md. */
function judgeMap(files: ReadonlyMap<string, string>): Violation[] {
  const file = 'ARCHITECTURE.md'
  const text = files.get(file)
  if (text === undefined) return [{file, line: 1, rule: 'map', detail: 'there is no ARCHITECTURE.md'}]
  const folders = new Set<string>()
  for (const path of files.keys()) {
    const parts = path.split('/')
    if (parts[0] === 'src' && parts.length > 2) folders.add(parts.slice(0, Math.min(3, parts.length - 1)).join('/'))
  }
  return [...folders]
    .filter(folder => !text.includes(`${folder}/`))
    .map(folder => ({file, line: 1, rule: 'map', detail: `"Where to look" does not name ${folder}/`}))
}
