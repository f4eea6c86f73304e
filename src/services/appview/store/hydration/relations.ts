/** How the viewer and other accounts stand to each other: who follows, blocks and mutes whom, directly and by lists. */
import type {SqlReader} from '#engines/sql/sql.ts'
import type {ActorCore} from '../../hydration/actor-core.ts'
import {textOf} from '../../hydration/record-json.ts'
import {type Follows, type Pair, pairKey, type Relation} from '../../hydration/relation.ts'

/** What a viewer has told this AppView at all: of what they have not, nothing need be asked. */
export interface Told {
  readonly mutes: boolean
  readonly listMutes: boolean
  readonly threadMutes: boolean
  readonly bookmarks: boolean
  readonly subscriptions: boolean
}

const toldSql = `
  SELECT EXISTS (SELECT 1 FROM mute WHERE actor = ?1), EXISTS (SELECT 1 FROM list_mute WHERE actor = ?1),
    EXISTS (SELECT 1 FROM thread_mute WHERE actor = ?1), EXISTS (SELECT 1 FROM bookmark WHERE actor = ?1),
    EXISTS (SELECT 1 FROM activity_subscription WHERE actor = ?1)`

export function toldBy(tx: SqlReader, viewer: number): Told {
  const [row] = tx.arrays<number[]>(toldSql, viewer)
  const [mutes, listMutes, threadMutes, bookmarks, subscriptions] = row.map(told => told === 1)
  return {mutes, listMutes, threadMutes, bookmarks, subscriptions}
}

const followsSql = `
  SELECT j.value, o.rkey, i.rkey FROM json_each(?1) j
  LEFT JOIN follow f ON f.actor = ?2 AND f.subject = j.value LEFT JOIN record o ON o.id = f.record
  LEFT JOIN follow b ON b.actor = j.value AND b.subject = ?2 LEFT JOIN record i ON i.id = b.record`
const blockingSql = `
  SELECT b.subject, r.rkey FROM json_each(?1) j CROSS JOIN block b ON b.actor = ?2 AND b.subject = j.value
  JOIN record r ON r.id = b.record`
const blockedBySql = 'SELECT b.actor FROM json_each(?1) j CROSS JOIN block b ON b.actor = j.value AND b.subject = ?2'
// A list counts while it is there, is meant for this, and its owner is not taken down.
const liveList = `JOIN list l ON l.record = m.list AND l.purpose = 'app.bsky.graph.defs#modlist'
  JOIN actor o ON o.id = l.actor AND o.takedownRef IS NULL AND o.status IS NOT 'takendown'`
/** Lists by which one account blocks or mutes that are looked at: for each of them every account on a page is looked up. */
const listsMax = 1_000
const listsOf = (table: 'list_block' | 'list_mute', actor: string): string =>
  `(SELECT list FROM ${table} WHERE actor = ${actor} ORDER BY list LIMIT ${listsMax}) m`
const blockingByListSql = `
  SELECT i.subject, i.list FROM ${listsOf('list_block', '?2')} ${liveList} JOIN list_item i ON i.list = m.list
  WHERE i.subject IN (SELECT value FROM json_each(?1))`
const blockedByListSql = `
  SELECT j.value FROM json_each(?1) j WHERE EXISTS (
    SELECT 1 FROM ${listsOf('list_block', 'j.value')} ${liveList}
    CROSS JOIN list_item i ON i.list = m.list AND i.subject = ?2)`
const mutedSql = `
  SELECT subject, onlyReposts, onlyQuoteposts FROM mute
  WHERE actor = ?2 AND subject IN (SELECT value FROM json_each(?1))`
const mutedByListSql = `
  SELECT i.subject, i.list FROM ${listsOf('list_mute', '?2')} ${liveList} JOIN list_item i ON i.list = m.list
  WHERE i.subject IN (SELECT value FROM json_each(?1))`

const subscriptionsSql = `
  SELECT subject, posts, replies FROM activity_subscription
  WHERE actor = ?2 AND (posts = 1 OR replies = 1) AND subject IN (SELECT value FROM json_each(?1))`

const followUri = (did: string, rkey: string): string => textOf('at://', did, '/app.bsky.graph.follow/', rkey)

/** Adds to `known` who follows whom, of those accounts of which it is not there. */
function findFollows(
  tx: SqlReader,
  viewer: ActorCore,
  actors: ReadonlyMap<number, ActorCore>,
  known: Map<number, Follows>,
): void {
  const missing = [...actors.keys()].filter(id => id !== viewer.id && !known.has(id))
  if (missing.length === 0) return
  const rows = tx.arrays<[number, string | null, string | null]>(followsSql, JSON.stringify(missing), viewer.id)
  for (const [id, out, back] of rows) {
    const follows: Follows = {}
    if (out !== null) follows.following = followUri(viewer.did, out)
    if (back !== null) follows.followedBy = followUri(actors.get(id)?.did ?? '', back)
    known.set(id, follows)
  }
}

/** One for each of the accounts; of the viewer to themselves there is none, whatever their records say. */
export function relationsOf(
  tx: SqlReader,
  viewer: ActorCore,
  told: Told,
  actors: ReadonlyMap<number, ActorCore>,
  known: Map<number, Follows>,
): Map<number, Relation> {
  findFollows(tx, viewer, actors, known)
  const relations = new Map<number, Relation>()
  for (const id of actors.keys()) if (id !== viewer.id) relations.set(id, {...known.get(id)})
  if (relations.size === 0) return relations
  const at = (id: number): Relation => relations.get(id) ?? {}
  const others = JSON.stringify([...relations.keys()])
  if (viewer.hasBlocks) {
    for (const [id, rkey] of tx.arrays<[number, string]>(blockingSql, others, viewer.id)) {
      at(id).blocking = textOf('at://', viewer.did, '/app.bsky.graph.block/', rkey)
    }
  }
  if (viewer.hasListBlocks) {
    for (const [id, list] of tx.arrays<[number, number]>(blockingByListSql, others, viewer.id)) {
      at(id).blockingByList = list
    }
  }
  const blockers = idsOf(actors, ({hasBlocks}) => hasBlocks)
  if (blockers) for (const [id] of tx.arrays<[number]>(blockedBySql, blockers, viewer.id)) at(id).blockedBy = true
  const listBlockers = idsOf(actors, ({hasListBlocks}) => hasListBlocks)
  if (listBlockers) {
    for (const [id] of tx.arrays<[number]>(blockedByListSql, listBlockers, viewer.id)) at(id).blockedByList = true
  }
  if (told.mutes) {
    for (const [id, reposts, quotes] of tx.arrays<[number, number, number]>(mutedSql, others, viewer.id)) {
      at(id).muted = reposts === 1 ? 'reposts' : quotes === 1 ? 'quoteposts' : 'all'
    }
  }
  if (told.listMutes) {
    for (const [id, list] of tx.arrays<[number, number]>(mutedByListSql, others, viewer.id)) at(id).mutedByList = list
  }
  if (told.subscriptions) {
    for (const [id, post, reply] of tx.arrays<[number, number, number]>(subscriptionsSql, others, viewer.id)) {
      at(id).subscription = {post: post === 1, reply: reply === 1}
    }
  }
  return relations
}

function idsOf(actors: ReadonlyMap<number, ActorCore>, is: (actor: ActorCore) => boolean): string | undefined {
  const ids: number[] = []
  for (const [id, actor] of actors) if (is(actor)) ids.push(id)
  return ids.length > 0 ? JSON.stringify(ids) : undefined
}

const pairsSql = `
  SELECT j.value ->> 0, j.value ->> 1 FROM json_each(?) j WHERE
    EXISTS (SELECT 1 FROM block b WHERE b.actor = j.value ->> 0 AND b.subject = j.value ->> 1)
    OR EXISTS (SELECT 1 FROM ${listsOf('list_block', 'j.value ->> 0')} ${liveList}
      CROSS JOIN list_item i ON i.list = m.list AND i.subject = j.value ->> 1)`

/** Which of these pairs of accounts have a block between them, one way or the other. */
export function blockedPairs(
  tx: SqlReader,
  actors: ReadonlyMap<number, ActorCore>,
  pairs: Iterable<Pair>,
): Set<string> {
  const blocks = (id: number): boolean => {
    const actor = actors.get(id)
    return actor !== undefined && (actor.hasBlocks || actor.hasListBlocks)
  }
  const asked: Pair[] = []
  for (const [a, b] of pairs) {
    if (a === b) continue
    if (blocks(a)) asked.push([a, b])
    if (blocks(b)) asked.push([b, a])
  }
  if (asked.length === 0) return new Set()
  return new Set(tx.arrays<[number, number]>(pairsSql, JSON.stringify(asked)).map(([a, b]) => pairKey(a, b)))
}
