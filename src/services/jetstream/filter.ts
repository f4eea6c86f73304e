/** What a reader wants to get. */
import {didHash} from '#atp/archive/bloom.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import type {Sought} from './archive/sought.ts'
import type {TellableRow} from './told.ts'

const collectionsMax = 100
const didsMax = 10_000

/** As a reader asks, in its URL or in a message. */
export interface Wanted {
  /** NSIDs, or all under one: `app.bsky.feed.*`. Empty for all. */
  readonly wantedCollections: readonly string[]
  /** Empty for all. */
  readonly wantedDids: readonly string[]
  /** Bytes; 0 for any size. */
  readonly maxMessageSizeBytes: number
}

export class Filter {
  readonly #collections: ReadonlySet<string>
  /** Each with its dot: `app.bsky.feed.`. */
  readonly #prefixes: readonly string[]
  readonly #dids: ReadonlySet<string>
  readonly #sizeMax: number
  #sought: Sought | undefined

  private constructor({wantedCollections, wantedDids, maxMessageSizeBytes}: Wanted) {
    this.#collections = new Set(wantedCollections.filter(name => !name.endsWith('*')))
    this.#prefixes = wantedCollections.filter(name => name.endsWith('*')).map(name => name.slice(0, -1))
    this.#dids = new Set(wantedDids)
    this.#sizeMax = maxMessageSizeBytes > 0 ? maxMessageSizeBytes : Infinity
  }

  /** The filter, or a sentence that says what is wrong. */
  static of({wantedCollections, wantedDids, maxMessageSizeBytes}: Wanted): Filter | string {
    const collections = [...new Set(wantedCollections)]
    const dids = [...new Set(wantedDids)]
    if (collections.length > collectionsMax) return `wantedCollections: at most ${collectionsMax}`
    if (dids.length > didsMax) return `wantedDids: at most ${didsMax}`
    const badName = collections.find(name => !(name.endsWith('.*') || isNsid(name)))
    if (badName !== undefined) return `wantedCollections: ${shown(badName)} is neither an NSID nor one with ".*"`
    const badDid = dids.find(did => !isDid(did))
    if (badDid !== undefined) return `wantedDids: ${shown(badDid)} is no DID`
    return new Filter({wantedCollections: collections, wantedDids: dids, maxMessageSizeBytes})
  }

  /** What may pass, as the archive looks for it. */
  get sought(): Sought {
    return (this.#sought ??= this.#soughtNow())
  }

  #soughtNow(): Sought {
    const dids = [...this.#dids].map(didHash)
    const takes = (name: string): boolean => name !== '$sync' && (name.startsWith('$') || this.#takes(name))
    return {...(dids.length > 0 && {dids}), ...(this.#byCollection && {takes})}
  }

  /** Whether everything passes. */
  get isOpen(): boolean {
    return !this.#byCollection && this.#dids.size === 0 && this.#sizeMax === Infinity
  }

  get #byCollection(): boolean {
    return this.#collections.size > 0 || this.#prefixes.length > 0
  }

  /** Accounts and identities pass whatever the collections. */
  passes(row: TellableRow): boolean {
    if (this.#dids.size > 0 && !this.#dids.has(row.did)) return false
    const isAsked = !this.#byCollection || this.#takes(row.collection)
    return isAsked && (this.#sizeMax === Infinity || row.size <= this.#sizeMax)
  }

  #takes(collection: string): boolean {
    if (collection === '' || this.#collections.has(collection)) return true
    return this.#prefixes.some(prefix => collection.startsWith(prefix))
  }
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80))
