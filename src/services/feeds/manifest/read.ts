/**
 * A manifest as a stranger gives it, checked: first against its lexicon, then for what a lexicon cannot say. Whoever
 * builds a feed is a person before a form, so every problem is said in a sentence, with the place that it is at. A feed
 * that passes costs no more than the bounds below, whatever it was made to cost.
 */
import type {Input, Manifest, Points, Sort} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {main} from '#lex/gen/network/wholesky/feed/manifest.ts'
import type {Refused, Result} from '#std/result.ts'
import {programSizeMax, programSizeOf} from '../plan/expression.ts'
import {isFieldPath} from '../plan/field-path.ts'
import {literalsOf} from '../plan/literals.ts'
import {type Block, type Condition, lastingParts, nameOf, sourceKey, sourceOf, within} from './manifest.ts'

/** What is wrong, and where. */
export interface Problem {
  /** A JSON pointer: `/blocks/2/when/words/0`. */
  readonly path: string
  /** A sentence. */
  readonly text: string
}

interface Problems extends Refused<'invalid'> {
  readonly problems: readonly Problem[]
}

/** What one feed may have. */
export const bounds = {
  conditions: 200,
  /** Of conditions within conditions. */
  depth: 8,
  words: 2_000,
  patterns: 100,
  /** RE2 instructions, all expressions together. */
  programs: 20_000,
  /** Expressions without a word that a match must have: each post has to be tried. */
  bare: 4,
  /** Comparisons of fields. */
  fields: 20,
  accounts: 5_000,
  sources: 20,
  /** Answers that are kept of each post: as many bits as a number has. */
  parts: 48,
} as const

const problemsMax = 20
/** What is looked into at all: values, and values within values. */
const valuesMax = 20_000
const nestingMax = 40

/**
 * Reads a manifest from JSON. The short names of its parts (`#words`) and the name of the whole may be left to it. All
 * that is wrong is told at once, up to 20 problems.
 */
export function readManifest(value: unknown): Result<{manifest: Manifest}, Problems> {
  if (isTooMuch(value)) return refuse([{path: '', text: 'This is too large for a feed.'}])
  const record: object = {$type: main.nsid, ...(withNames(value) as object)}
  const fault = main.check(record)
  if (fault) return refuse([{path: fault.path, text: `${placeOf(record, fault.path)}: ${fault.detail}.`}])
  const manifest = record as Manifest & object
  const {problems} = new Reader(manifest)
  return problems.length > 0 ? refuse(problems) : {ok: true, manifest}
}

const refuse = (problems: readonly Problem[]): Problems => ({ok: false, reason: 'invalid', problems})

/** Counted without recursion, since what is checked has not been bounded yet. */
function isTooMuch(value: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[value, 0]]
  for (let count = 0; open.length > 0; count++) {
    const [next, depth] = open.pop()!
    if (count > valuesMax || depth > nestingMax) return true
    if (typeof next !== 'object' || next === null) continue
    const inside = Object.values(next)
    if (inside.length > valuesMax) return true
    for (const part of inside) open.push([part, depth + 1])
  }
  return false
}

/** With `#words` written out. */
function withNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === '$type' && typeof part === 'string' && part.startsWith('#') ? main.nsid + part : withNames(part),
    ]),
  )
}

/** The block that a path is in, as people see it. */
function placeOf(record: object, path: string): string {
  const [, first, index, ...rest] = path.split('/')
  if (first !== 'blocks' || index === undefined) return path === '' ? 'The feed' : `"${path.slice(1)}"`
  const block = (record as {blocks?: {$type?: unknown}[]}).blocks?.[Number(index)]
  const name = String(block?.$type ?? '').slice(main.nsid.length + 1)
  return `Block ${Number(index) + 1}${name === '' ? '' : ` (${name})`}${rest.length > 0 ? `, "${rest.join('/')}"` : ''}`
}

const plural = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}`

class Reader {
  readonly problems: Problem[] = []
  readonly #manifest: Manifest
  readonly #sources = new Set<string>()
  readonly #counts = {conditions: 0, words: 0, patterns: 0, programs: 0, bare: 0, fields: 0, accounts: 0, parts: 0}

  constructor(manifest: Manifest) {
    this.#manifest = manifest
    for (const [i, block] of manifest.blocks.entries()) this.#block(block, `/blocks/${i}`)
    this.#stashes()
    this.#frame()
    const {sources, depth: _, ...counted} = bounds
    for (const [what, most] of Object.entries(counted)) {
      const count = this.#counts[what as keyof typeof counted]
      if (count > most) this.#say('', `A feed has at most ${plural(most, names[what])}, and this one has ${count}.`)
    }
    if (this.#sources.size > sources) {
      this.#say('', `A feed has at most ${sources} lists, starter packs, followers and follows together.`)
    }
  }

  #say(path: string, text: string): void {
    if (this.problems.length >= problemsMax) return
    this.problems.push({path, text: path === '' ? text : `${placeOf(this.#manifest, path)}: ${text}`})
  }

  #block(block: Block, path: string): void {
    switch (block.$type) {
      case 'network.wholesky.feed.manifest#input':
        this.#counts.parts++
        return this.#people(block.from, `${path}/from`)
      case 'network.wholesky.feed.manifest#keep':
      case 'network.wholesky.feed.manifest#drop':
        this.#counts.parts += lastingParts(block.when)
        return this.#condition(block.when, `${path}/when`, 1)
      case 'network.wholesky.feed.manifest#sort':
        return this.#sort(block, path)
      case 'network.wholesky.feed.manifest#limit':
        if (block.count === undefined && block.perAuthor === undefined) {
          this.#say(path, 'say how many posts, or how many of one author.')
        }
        return
      default:
    }
  }

  #people(from: Input['from'], path: string): void {
    const source = sourceOf(from)
    if (source) this.#sources.add(sourceKey(source))
    if (from.$type === 'network.wholesky.feed.manifest#accounts') this.#counts.accounts += from.dids.length
    if (from.$type === 'network.wholesky.feed.manifest#tags') this.#words(from.tags, `${path}/tags`)
    if (source?.kind === 'list') this.#collection(source.of, 'app.bsky.graph.list', `${path}/uri`)
    if (source?.kind === 'starterPack') this.#collection(source.of, 'app.bsky.graph.starterpack', `${path}/uri`)
  }

  #collection(uri: string, collection: string, path: string): void {
    const [, , repo, found, rkey] = uri.split('/')
    if (!repo?.startsWith('did:') || found !== collection || !rkey) {
      this.#say(path, `"${uri}" is no at://did:…/${collection}/….`)
    }
  }

  #words(words: readonly string[], path: string): void {
    this.#counts.words += words.length
    for (const [i, word] of words.entries()) {
      if (word.trim() === '') this.#say(`${path}/${i}`, 'this is empty.')
    }
  }

  #condition(condition: Condition, path: string, depth: number): void {
    this.#counts.conditions++
    if (depth > bounds.depth) return this.#say(path, `conditions stand in each other at most ${bounds.depth} deep.`)
    const isList = condition.$type !== 'network.wholesky.feed.manifest#not'
    for (const [i, part] of within(condition).entries()) {
      this.#condition(part, isList ? `${path}/of/${i}` : `${path}/of`, depth + 1)
    }
    switch (condition.$type) {
      case 'network.wholesky.feed.manifest#words':
        return this.#words(condition.words, `${path}/words`)
      case 'network.wholesky.feed.manifest#hashtags':
        return this.#words(condition.tags, `${path}/tags`)
      case 'network.wholesky.feed.manifest#domains':
        return this.#domains(condition.domains, `${path}/domains`)
      case 'network.wholesky.feed.manifest#mentions':
        this.#counts.accounts += condition.dids.length
        return
      case 'network.wholesky.feed.manifest#author':
        return this.#people(condition.from, `${path}/from`)
      case 'network.wholesky.feed.manifest#pattern':
        return this.#patterns(condition.patterns, `${path}/patterns`)
      case 'network.wholesky.feed.manifest#field':
        return this.#field(condition, path)
      case 'network.wholesky.feed.manifest#counts': {
        const {atLeast, atMost} = condition
        if (atLeast === undefined && atMost === undefined) this.#say(path, 'say how many at least, or at most.')
        if ((atLeast ?? 0) > (atMost ?? Infinity))
          this.#say(path, `no number is at least ${atLeast} and at most ${atMost}.`)
        return
      }
      default:
    }
  }

  #domains(domains: readonly string[], path: string): void {
    this.#counts.words += domains.length
    for (const [i, domain] of domains.entries()) {
      const isDomain = /^[^\s/:@?#]+\.[^\s/:@?#.]+$/.test(domain) && URL.canParse(`https://${domain}`)
      if (!isDomain) this.#say(`${path}/${i}`, `"${domain}" is no domain such as "example.org".`)
    }
  }

  #patterns(patterns: readonly string[], path: string): void {
    this.#counts.patterns += patterns.length
    if (this.#counts.patterns > bounds.patterns) return
    for (const [i, pattern] of patterns.entries()) {
      const size = programSizeOf(pattern)
      if (typeof size === 'string') this.#say(`${path}/${i}`, `the expression is not one of RE2: ${size}.`)
      else if (size > programSizeMax) this.#say(`${path}/${i}`, 'the expression is too large; split it, or use words.')
      else this.#counts.programs += size
      if (typeof size === 'number' && !literalsOf(pattern.normalize('NFC'))) this.#counts.bare++
    }
  }

  #field({path: of, op, values}: {path: string; op: string; values?: string[]}, path: string): void {
    this.#counts.fields++
    if (!isFieldPath(of))
      this.#say(`${path}/path`, `"${of}" is no path such as "embed.external.title" or "facets[*].index".`)
    const needsNone = op === 'exists' || op === 'missing'
    if (needsNone && values) this.#say(`${path}/values`, `"${op}" compares with nothing.`)
    if (!needsNone && !values?.length) this.#say(path, 'say what the field is compared with.')
  }

  #sort({by, gravity, decay, points}: Sort, path: string): void {
    this.#decimal(gravity, `${path}/gravity`, 0, 10)
    this.#decimal(decay, `${path}/decay`, 0.001, 1)
    for (const name of Object.keys(points ?? {})) {
      if (name !== '$type') this.#decimal(points?.[name as keyof Points], `${path}/points/${name}`, 0, 1_000)
    }
    if (gravity !== undefined && by !== 'rank') this.#say(`${path}/gravity`, 'only "rank" has a gravity.')
    if (decay !== undefined && by !== 'trending' && by !== 'blend') {
      this.#say(`${path}/decay`, 'only "trending" and "blend" have a decay.')
    }
  }

  #decimal(text: string | undefined, path: string, least: number, most: number): void {
    const number = /^\d{1,4}(?:\.\d{1,3})?$/.test(text ?? '0') ? Number(text ?? least) : NaN
    if (!(number >= least && number <= most)) this.#say(path, `"${text}" is no number from ${least} to ${most}.`)
  }

  #stashes(): void {
    const {blocks} = this.#manifest
    if (!blocks.some(block => nameOf(block) === 'input'))
      this.#say('', 'A feed needs an input: without one it has no posts.')
    const open = new Set<string>()
    for (const [i, block] of blocks.entries()) {
      const path = `/blocks/${i}`
      if (block.$type === 'network.wholesky.feed.manifest#stash') {
        if (open.has(block.name)) this.#say(path, `"${block.name}" is put aside already.`)
        open.add(block.name)
      }
      if (block.$type === 'network.wholesky.feed.manifest#pop' && !open.delete(block.name)) {
        this.#say(path, `nothing is put aside as "${block.name}" above.`)
      }
    }
    for (const name of open) this.#say('', `What is put aside as "${name}" is never fetched.`)
  }

  #frame(): void {
    const {pinned = [], moderation} = this.#manifest
    for (const [i, {post}] of pinned.entries()) this.#collection(post, 'app.bsky.feed.post', `/pinned/${i}/post`)
    for (const [i, uri] of (moderation?.removed ?? []).entries()) {
      this.#collection(uri, 'app.bsky.feed.post', `/moderation/removed/${i}`)
    }
    for (const [i, uri] of (moderation?.blockedLists ?? []).entries()) {
      this.#collection(uri, 'app.bsky.graph.list', `/moderation/blockedLists/${i}`)
      this.#sources.add(sourceKey({kind: 'list', of: uri}))
    }
  }
}

const names: Readonly<Record<string, string>> = {
  conditions: 'conditions',
  words: 'words, tags and domains',
  patterns: 'expressions',
  programs: 'steps in its expressions',
  bare: 'expressions without a word that is in every match',
  fields: 'comparisons of fields',
  accounts: 'accounts',
  parts: 'blocks and conditions that stand beside counts and labels',
}
