/** Starter packs as clients see them, where they are embedded or named. */
import type {StarterPackViewBasic} from '#lex/gen/app/bsky/graph/defs.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import {profileViewBasic} from './profile.ts'

/** `undefined` when it is gone. */
export function starterPackViewBasic(read: Hydration, id: number): Plain<StarterPackViewBasic> | undefined {
  const core = read.records.get(id)
  const creator = core && profileViewBasic(read, core.actor)
  if (core?.collection !== 'app.bsky.graph.starterpack' || !creator || !read.fits(core)) return undefined
  return {
    uri: core.uri,
    cid: core.cid,
    record: core.record,
    creator,
    joinedWeekCount: read.joinedLately.get(id) ?? 0,
    joinedAllTimeCount: core.joined,
    labels: core.labels,
    indexedAt: core.indexedAt,
  }
}
