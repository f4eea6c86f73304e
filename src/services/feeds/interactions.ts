/**
 * What readers do with the posts of feeds, counted: by feed and deed. So often for each reader, that nobody makes a feed
 * look loved, or floods whoever reads the numbers.
 */
import type {Did} from '#atp/syntax/did.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import type {Limits, RateVerdict} from '#engines/limits/limits.ts'
import type {Interaction} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Skeletons} from './skeletons/skeletons.ts'
import type {Usage} from './usage.ts'

interface Deps {
  readonly limits: Pick<Limits, 'take'>
  readonly skeletons: Pick<Skeletons, 'find'>
  readonly usage: Pick<Usage, 'count'>
}

const perReader = {name: 'interactions', limit: 5_000, windowMs: 300_000}
const deed =
  /^app\.bsky\.feed\.defs#(request(?:Less|More)|clickthrough(?:Item|Author|Reposter|Embed)|interaction(?:Seen|Like|Repost|Reply|Quote|Share))$/

export class Interactions {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Counts them, for a feed that wants to be told. Where the reader has told of too many, the verdict by which none is counted. */
  async note(viewer: Did, uri: string | undefined, told: readonly Interaction[]): Promise<RateVerdict | undefined> {
    const {limits, skeletons, usage} = this.#deps
    const [verdict] = await limits.take([{...perReader, key: viewer}], told.length)
    if (!verdict.allowed) return verdict
    // Apps of before 2026 do not say which feed it was.
    const {authority = '', collection, rkey = ''} = uri === undefined ? {} : parseAtUri(uri)
    const found = collection === 'app.bsky.feed.generator' ? skeletons.find(authority, rkey) : undefined
    if (!found?.feed.acceptsInteractions) return undefined
    for (const {event} of told) {
      const [, name] = deed.exec(event ?? '') ?? []
      if (name !== undefined) usage.count(found.key, name)
    }
    return undefined
  }
}
