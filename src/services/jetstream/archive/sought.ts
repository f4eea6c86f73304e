/** What a caller wants of events, and the same as segments are asked for it: by hashes of DIDs and names of collections. */
import {didHash, type DidHash} from '#atp/archive/bloom.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import type {KindName} from '../told.ts'

/** What is looked for; what is left out lets everything pass. */
export interface Sought {
  readonly dids?: readonly DidHash[]
  /** Of the name of a collection, or of what stands where one would be for an event of an account (`$account`). */
  readonly takes?: (collection: string) => boolean
}

/** As a caller asks; what is left out, or empty, lets everything pass. */
export interface Wanted {
  readonly kinds?: readonly KindName[]
  readonly dids?: readonly string[]
  readonly collections?: readonly string[]
}

/** `app.bsky.feed.*`: all collections under one name. */
export const isPrefix = (name: string): boolean => name.endsWith('.*')

/** What is wrong with it, in a sentence. */
export function faultOf({kinds = [], collections = []}: Wanted): string | undefined {
  for (const name of collections) {
    if (isNsid(isPrefix(name) ? `${name.slice(0, -1)}x` : name)) continue
    return `collections: ${JSON.stringify(name.slice(0, 80))} is neither an NSID nor one with ".*"`
  }
  if (collections.length === 0 || kinds.length === 0 || kinds.includes('commit')) return undefined
  return 'collections: only commits have one, and kinds leaves them out'
}

/** Collections are of commits alone: of the other kinds everything passes that is not left out by `kinds`. */
export function soughtOf({kinds = [], dids = [], collections = []}: Wanted): Sought {
  const hashes: DidHash[] = [...new Set(dids)].map(didHash)
  const exact = new Set(collections.filter(name => !isPrefix(name)))
  const prefixes = collections.filter(isPrefix).map(name => name.slice(0, -1))
  const isOpen = kinds.length === 0 && collections.length === 0
  const takes = (name: string): boolean => {
    const kind = name.startsWith('$') ? name.slice(1) : 'commit'
    if (kinds.length > 0 && !kinds.includes(kind as KindName)) return false
    return (
      kind !== 'commit' || collections.length === 0 || exact.has(name) || prefixes.some(start => name.startsWith(start))
    )
  }
  return {...(hashes.length > 0 && {dids: hashes}), ...(!isOpen && {takes})}
}
