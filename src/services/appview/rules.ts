/** Who sees what of whom: blocks, mutes, accounts that are not shown, and the gates that authors put before posts. */
import type {Postgate} from '#lex/gen/app/bsky/feed/postgate.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'
import type {Threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import type {Hydration} from './hydration/hydration.ts'
import type {RecordCore} from './hydration/record-core.ts'
import type {JsonOf} from './hydration/record-json.ts'
import type {Relation} from './hydration/relation.ts'

const isBlocking = (relation: Relation): boolean =>
  relation.blocking !== undefined ||
  relation.blockedBy === true ||
  relation.blockingByList !== undefined ||
  relation.blockedByList === true

/** Whether there is a block between the viewer and this account, one way or the other, directly or by a list. */
export function isBlocked(read: Hydration, actor: number): boolean {
  const relation = read.relations.get(actor)
  return relation !== undefined && isBlocking(relation)
}

/** Whether the viewer has muted all of this account, directly or by a list. */
export function isMuted(read: Hydration, actor: number): boolean {
  const relation = read.relations.get(actor)
  return relation !== undefined && (relation.muted === 'all' || relation.mutedByList !== undefined)
}

/** Whether the account is there to be shown: met, active, not taken down. */
export const isShown = (read: Hydration, actor: number): boolean => read.actors.get(actor)?.isHidden === false

/** The post behind a number, when there is one and its author is shown. */
export function shownPost(read: Hydration, id: number): RecordCore | undefined {
  const core = read.records.get(id)
  return core?.collection === 'app.bsky.feed.post' && isShown(read, core.actor) ? core : undefined
}

/** The gate of the thread that begins with this record. */
function gateOf(read: Hydration, root: number): RecordCore | undefined {
  const gate = read.records.get(root)?.threadgate
  return gate == null ? undefined : read.records.get(gate)
}

/** Whether the thread's author has hidden this reply. */
export function isHiddenReply(read: Hydration, core: RecordCore): boolean {
  const gate = core.root === null ? undefined : gateOf(read, core.root)
  const {hiddenReplies} = (gate?.record ?? {}) as Partial<JsonOf<Threadgate>>
  return hiddenReplies?.includes(core.uri) ?? false
}

/** Whether there is a gate before the thread of a post. */
export const hasGate = (read: Hydration, {id, root}: RecordCore): boolean => gateOf(read, root ?? id) !== undefined

/** Whether the gate of its thread keeps the viewer from answering a post. */
export function isReplyDisabled(read: Hydration, core: RecordCore): boolean {
  const {viewer} = read
  const rootId = core.root ?? core.id
  const root = read.records.get(rootId)
  const {allow} = (gateOf(read, rootId)?.record ?? {}) as Partial<JsonOf<Threadgate>>
  if (!viewer || !root || !allow || root.actor === viewer.id) return false
  const relation = read.relations.get(root.actor)
  return !allow.some(rule => {
    switch (rule.$type) {
      case 'app.bsky.feed.threadgate#mentionRule':
        return isMentioned(root, viewer.did)
      case 'app.bsky.feed.threadgate#followerRule':
        return relation?.following !== undefined
      case 'app.bsky.feed.threadgate#followingRule':
        return relation?.followedBy !== undefined
      case 'app.bsky.feed.threadgate#listRule':
        return read.onLists.has((rule as {list: string}).list)
      default:
        return false
    }
  })
}

function isMentioned({record}: RecordCore, did: string): boolean {
  const {facets = []} = record as Partial<JsonOf<Post>>
  return facets.some(({features}) =>
    features.some(feature => feature.$type === 'app.bsky.richtext.facet#mention' && feature.did === did),
  )
}

const postgateOf = (read: Hydration, core: RecordCore): Partial<JsonOf<Postgate>> =>
  ((core.postgate === null ? undefined : read.records.get(core.postgate))?.record ?? {}) as Partial<JsonOf<Postgate>>

/** Whether the author lets nobody but themselves quote a post. */
const areQuotesDisabled = (read: Hydration, core: RecordCore): boolean =>
  postgateOf(read, core).embeddingRules?.some(({$type}) => $type === 'app.bsky.feed.postgate#disableRule') ?? false

/** Whether the viewer may not quote a post. */
export const isEmbeddingDisabled = (read: Hydration, core: RecordCore): boolean =>
  read.viewer?.id !== core.actor && areQuotesDisabled(read, core)

/** Whether the author of a quoted post has taken it out of the post that quotes it, or lets nobody quote it. */
export function isDetached(read: Hydration, quoting: RecordCore, quoted: RecordCore): boolean {
  if (quoting.actor !== quoted.actor && areQuotesDisabled(read, quoted)) return true
  return postgateOf(read, quoted).detachedEmbeddingUris?.includes(quoting.uri) ?? false
}
