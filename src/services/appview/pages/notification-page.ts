/** Notifications, as their recipient may see them and wishes to. */
import type {Did} from '#atp/syntax/did.ts'
import type {Notification} from '#lex/gen/app/bsky/notification/listNotifications.ts'
import type {Follow} from '#lex/gen/app/bsky/graph/follow.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {HydrationStore} from '../store/hydration/hydration-store.ts'
import type {RecordCore} from '../hydration/record-core.ts'
import type {JsonOf} from '../hydration/record-json.ts'
import {type NotificationPreferences, preferencesFrom} from '../notification-preferences.ts'
import type {Position} from '../store/position.ts'
import {filledPage} from './paging.ts'
import type {PrivateStore} from '../store/private/private-store.ts'
import {isBlocked, isHiddenReply, isMuted, isShown} from '../rules.ts'
import type {NotificationRow, SkeletonStore} from '../store/skeletons/skeleton-store.ts'
import {profileView} from '../views/profile.ts'
import {starterPackViewBasic} from '../views/starter-pack.ts'

/** Notifications that are looked through for those unread. Clients show no more than "30+". */
const unreadLookMax = 100

export interface NotificationDeps {
  readonly skeletons: Pick<SkeletonStore, 'notifications'>
  readonly state: Pick<PrivateStore, 'seenMs' | 'preferences'>
  readonly hydrator: Pick<HydrationStore, 'hydrate' | 'actorId'>
}

interface NotificationPage {
  readonly items: Plain<Notification>[]
  readonly cursor: string | undefined
  readonly seenMs: number | undefined
  /** Whether only accounts that the viewer follows are told of. */
  readonly priority: boolean
}

export async function notificationPage(
  {skeletons, state, hydrator}: NotificationDeps,
  params: {reasons?: readonly string[]; cursor?: string; limit: number},
  viewer: Did,
): Promise<NotificationPage> {
  const seenMs = await state.seenMs(viewer)
  const recipient = await hydrator.actorId(viewer)
  const preferences = preferencesFrom(await state.preferences(viewer))
  const {isPriority: priority} = preferences
  if (recipient === undefined) return {items: [], cursor: undefined, seenMs, priority}
  const {items, cursor} = await filledPage(
    params,
    (after, limit) => skeletons.notifications(recipient, params.reasons ?? [], after, limit),
    async rows => {
      const wanted = rows.filter(({reason}) => !params.reasons?.length || params.reasons.includes(reason))
      const records = wanted.flatMap(({id, subject}) => (subject === null ? [id] : [id, subject]))
      const read = await hydrator.hydrate(viewer, {records, withVia: true})
      return wanted.flatMap(row => viewOf(read, row, preferences, seenMs) ?? [])
    },
  )
  return {items, cursor, seenMs, priority}
}

/** Notifications that have not been seen, of the last hundred. */
export async function unreadCount({skeletons, state, hydrator}: NotificationDeps, viewer: Did): Promise<number> {
  const recipient = await hydrator.actorId(viewer)
  if (recipient === undefined) return 0
  const seenMs = (await state.seenMs(viewer)) ?? Number.MIN_SAFE_INTEGER
  const newest: Position = {ms: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER}
  const rows = (await skeletons.notifications(recipient, [], newest, unreadLookMax)).filter(({ms}) => ms > seenMs)
  if (rows.length === 0) return 0
  const preferences = preferencesFrom(await state.preferences(viewer))
  const records = rows.flatMap(({id, subject}) => (subject === null ? [id] : [id, subject]))
  const read = await hydrator.hydrate(viewer, {records})
  return rows.filter(row => shown(read, row, preferences)).length
}

/** The record that a notification tells of, unless it is gone or is not to be told. */
function shown(
  read: Hydration,
  {id, reason, subject}: NotificationRow,
  preferences: NotificationPreferences,
): RecordCore | undefined {
  const core = read.records.get(id)
  if (!core || !isShown(read, core.actor) || isBlocked(read, core.actor) || isMuted(read, core.actor)) return undefined
  const about = subject === null ? undefined : read.records.get(subject)
  if (subject !== null && !about) return undefined
  const isThreadMuted = [core, about].some(one => one !== undefined && read.mutedThreads.has(one.root ?? one.id))
  if (isThreadMuted || isHiddenReply(read, core)) return undefined
  const wish = preferences.of(reason)
  if (!wish.list) return undefined
  if (wish.include === 'follows' && read.relations.get(core.actor)?.following === undefined) return undefined
  return core
}

function viewOf(
  read: Hydration,
  row: NotificationRow,
  preferences: NotificationPreferences,
  seenMs: number | undefined,
): Plain<Notification> | undefined {
  const core = shown(read, row, preferences)
  const author = core && profileView(read, core.actor)
  if (!core || !author || !read.fits(core)) return undefined
  return {
    uri: core.uri,
    cid: core.cid,
    author,
    reason: row.reason,
    reasonSubject: row.subject === null ? undefined : read.records.get(row.subject)?.uri,
    record: core.record,
    isRead: seenMs !== undefined && row.ms <= seenMs,
    indexedAt: core.indexedAt,
    labels: core.labels,
    starterPack: row.reason === 'follow' ? starterPackOf(read, core) : undefined,
  }
}

/** The starter pack by which somebody has come to follow. */
function starterPackOf(read: Hydration, {record}: RecordCore): Plain<Notification>['starterPack'] {
  const {via} = record as Partial<JsonOf<Follow>>
  const pack = via && read.embedded(via.uri)
  return pack && starterPackViewBasic(read, pack.id)
}
