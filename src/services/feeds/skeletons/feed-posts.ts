/** The posts that are kept, as one feed sees them for one viewer. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Did} from '#atp/syntax/did.ts'
import type {FeedPage, FeedPosts, KeptPost, Paging, PostQuery, Ranking} from '#sdk/feed/feed.ts'
import type {Filter, Place, PostStore, StoredPost, Whose} from '../store/post-store.ts'
import {cursorAt, placeIn} from './cursor.ts'
import type {Lists} from '../graph/lists.ts'
import {bestOf, type Rankings, type Scored} from './rankings.ts'

interface Deps {
  readonly store: Pick<PostStore, 'newest'>
  readonly rankings: Pick<Rankings, 'page'>
  readonly now: () => number
  /** Makes sure that it is known whom a viewer follows, and who of them follows it. */
  know(viewer: Did, withFollowers: boolean): Promise<void>
  readonly lists: Pick<Lists, 'members'>
}

const listMax = 2_000
/** Posts that are scored for one order, some at a time, so that others are served between. */
const scoredMax = 100_000
const scoredAtATime = 2_000
/** Scored ones that are held, and sorted in one turn. */
const heldMax = 10_000
const rankEveryMs = 60_000

export class KeptPosts implements FeedPosts {
  readonly #deps: Deps
  readonly #key: string
  readonly #viewer: Did | undefined

  /** Those of the feed with this key. */
  constructor(deps: Deps, key: string, viewer: Did | undefined) {
    this.#deps = deps
    this.#key = key
    this.#viewer = viewer
  }

  async newest(query: PostQuery, {limit, cursor}: Paging): Promise<FeedPage> {
    const after = cursor === undefined ? undefined : placeIn(cursor)
    const found = await this.#read(query, after, limit + 1)
    const [last, next] = found.slice(limit - 1)
    const isSame = next && next.timeMs === last.timeMs && next.cid === last.cid
    return {
      feed: found.slice(0, limit).map(({uri}) => ({post: uri})),
      cursor: next && cursorAt(last.timeMs, last.cid, isSame ? last.id : undefined),
    }
  }

  async list(query: PostQuery, limit: number): Promise<readonly KeptPost[]> {
    return this.#read(query, undefined, Math.min(limit, listMax))
  }

  best(query: PostQuery & Ranking, paging: Paging): Promise<FeedPage> {
    const {score, everyMs = rankEveryMs} = query
    const make = async (nowMs: number): Promise<readonly Scored[]> => {
      let scored: Scored[] = []
      let after: Place | undefined
      for (let count = 0; count < scoredMax; count += scoredAtATime) {
        const some = await this.#read(query, after, scoredAtATime)
        for (const post of some) scored.push({post, score: score(post, nowMs)})
        if (some.length < scoredAtATime) break
        if (scored.length >= heldMax) scored = bestOf(scored)
        after = some.at(-1)
        await nextTurn()
      }
      return scored
    }
    const name = isPersonal(query) ? `${this.#key} ${this.#viewer}` : this.#key
    return this.#deps.rankings.page(name, make, everyMs, paging)
  }

  async #read(query: PostQuery, after: Place | undefined, limit: number): Promise<readonly StoredPost[]> {
    const {store, now, know} = this.#deps
    const whose = await this.#whose(query)
    if (!whose) return []
    if ('viewer' in whose) await know(whose.viewer, whose.of === 'mutuals')
    const {ageMaxMs} = query
    const filter: Filter = {...query, sinceMs: ageMaxMs === undefined ? undefined : now() - ageMaxMs}
    return store.newest(whose, filter, after, limit)
  }

  /** Nobody's, where it takes a viewer and there is none. */
  async #whose({from}: PostQuery): Promise<Whose | undefined> {
    if (from === 'everybody') return {of: from}
    if (from === 'taken') return {of: from, key: this.#key}
    if (typeof from !== 'string') {
      return {of: 'authors', dids: 'list' in from ? await this.#deps.lists.members(from.list) : from}
    }
    return this.#viewer && {of: from, viewer: this.#viewer}
  }
}

const isPersonal = ({from}: PostQuery): boolean =>
  from === 'follows' || from === 'mutuals' || from === 'liked by follows'
