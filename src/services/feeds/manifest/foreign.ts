/**
 * What the forms of other feed builders have in common when they are read and written: JSON that may be anything, people
 * and lists named by handles and by addresses of bsky.app, and a list of what does not map, said by name. Nothing is
 * approximated in silence: who moves a feed has to know what did not come along.
 */
import type {Manifest} from '#lex/gen/network/wholesky/feed/manifest.ts'
import {programSizeOf} from '../plan/expression.ts'
import {bounds, readManifest} from './read.ts'

/** What could not be carried over. */
export interface Unmapped {
  /** A JSON pointer into what was read. */
  readonly path: string
  /** A sentence that names it. */
  readonly text: string
}

/** A feed as far as it could be carried over. */
export interface Imported {
  /** `undefined` where what is left is no feed; `unmapped` says why. */
  readonly manifest: Manifest | undefined
  readonly unmapped: readonly Unmapped[]
}

export interface Exported {
  /** JSON in the form of the other builder. */
  readonly value: object
  /** Paths are into the manifest. */
  readonly unmapped: readonly Unmapped[]
}

export interface ImportContext {
  /** A datetime: when the feed was made here. */
  readonly createdAt: string
  /** The DID of a handle, if it is known. */
  readonly didOf: (handle: string) => string | undefined
}

/** Expressions that are looked at: twice as many as a feed may have. */
const expressionsMax = 2 * bounds.patterns

/** Gathers what does not map, up to a hundred. */
export class Notes {
  readonly unmapped: Unmapped[] = []
  readonly #didOf: ImportContext['didOf']
  #expressions = 0

  constructor(didOf: ImportContext['didOf'] = () => undefined) {
    this.#didOf = didOf
  }

  add(path: string, text: string): undefined {
    if (this.unmapped.length < 100) this.unmapped.push({path, text})
  }

  /** A DID, from one or from a handle. */
  did(actor: unknown, path: string): string | undefined {
    const name = typeof actor === 'string' ? actor.replace(/^@/, '') : ''
    const did = name.startsWith('did:') ? name : this.#didOf(name.toLowerCase())
    return did ?? this.add(path, `The account "${name.slice(0, 300)}" is not known.`)
  }

  /** The AT URI of a list or a starter pack, from one or from its address on bsky.app. */
  uri(
    given: unknown,
    collection: 'app.bsky.graph.list' | 'app.bsky.graph.starterpack',
    path: string,
  ): string | undefined {
    const text = typeof given === 'string' ? given.trim() : ''
    const [, actor, rkey] =
      /^at:\/\/([^/]+)\/app\.bsky\.graph\.(?:list|starterpack)\/([\w.~:-]+)$/.exec(text) ??
      /^https:\/\/bsky\.app\/(?:profile\/([^/]+)\/lists|starter-pack\/([^/]+))\/([\w.~:-]+)/
        .exec(text)
        ?.filter(Boolean) ??
      []
    if (!actor) return this.add(path, `"${text.slice(0, 300)}" is no address of a list or a starter pack.`)
    const did = this.did(decodeURIComponent(actor), path)
    return did && `at://${did}/${collection}/${rkey}`
  }

  /** Whether RE2 has what an expression asks for. */
  isExpression(pattern: string, path: string): boolean {
    if (++this.#expressions > expressionsMax) {
      this.add(path, 'There are more expressions than a feed may have.')
      return false
    }
    const size = programSizeOf(pattern)
    if (typeof size === 'string')
      this.add(path, `The expression "${pattern.slice(0, 100)}" is not one of RE2: ${size}.`)
    return typeof size === 'number'
  }
}

/** The end of an import: what was carried over is checked as any manifest is. */
export function imported(
  feed: {name: string; description?: unknown; blocks: readonly object[]},
  {createdAt}: ImportContext,
  notes: Notes,
): Imported {
  const {name, description, blocks} = feed
  const short = [...new Intl.Segmenter().segment(name.trim() || 'Imported')].slice(0, 24).map(({segment}) => segment)
  const about = typeof description === 'string' && description !== '' ? {description: description.slice(0, 300)} : {}
  const read = readManifest({name: short.join(''), ...about, blocks, createdAt})
  if (read.ok) return {manifest: read.manifest, unmapped: notes.unmapped}
  return {manifest: undefined, unmapped: [...notes.unmapped, ...read.problems.map(({text}) => ({path: '', text}))]}
}

/** What a table has by that name, and no member of every object. */
export const named = <T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined =>
  typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined

/** The first name by which a table has it. */
export const nameIn = (table: Readonly<Record<string, string>>, value: string): string | undefined =>
  Object.keys(table).find(name => table[name] === value)

/** A text as an expression that matches it and nothing else. */
export const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
