/** What one account has posted and reposted, newest first. */
import {getAuthorFeed} from '#lex/gen/app/bsky/feed/getAuthorFeed.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {feedViews, isWithoutBlock, recordsOf} from '../../../../pages/feed-page.ts'
import type {Hydration} from '../../../../hydration/hydration.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import {filledPage} from '../../../../pages/paging.ts'
import {isMuted} from '../../../../rules.ts'
import type {SkeletonStore} from '../../../../store/skeletons/skeleton-store.ts'
import type {FeedItem} from '../../../../views/post.ts'

type Deps = {
  skeletons: Pick<SkeletonStore, 'authorFeed'>
  hydrator: Pick<HydrationStore, 'hydrate' | 'actorId' | 'recordIds' | 'rev'>
}

export const endpoint = ({skeletons, hydrator}: Deps) =>
  query(getAuthorFeed, {
    auth: 'anyone',
    async handle({params, caller, fail}) {
      const {actor, filter, includePins, cursor: from} = params
      const author = await hydrator.actorId(actor)
      const about = author === undefined ? undefined : await hydrator.hydrate(caller?.did, {actors: [author]})
      const owner = author === undefined ? undefined : about?.actors.get(author)
      if (author === undefined || !about || !owner || owner.isHidden) throw fail('InvalidRequest', 'Profile not found')
      const relation = about.relations.get(author)
      if (relation?.blocking !== undefined || relation?.blockingByList !== undefined) {
        throw fail('BlockedActor', `Requester has blocked actor: ${owner.did}`)
      }
      if (relation?.blockedBy || relation?.blockedByList) {
        throw fail('BlockedByActor', `Requester is blocked by actor: ${owner.did}`)
      }
      const pinned =
        includePins && !from ? await pinnedPost(hydrator, owner.profile?.pinnedPost?.uri, owner.did) : undefined
      let pin = pinned === undefined ? [] : [{post: pinned, item: pinned, isPin: true}]
      const isKept = (read: Hydration, item: FeedItem): boolean =>
        isWithoutBlock(read, item) &&
        (isMuted(read, author) || !isMutedItem(read, item)) &&
        (filter !== 'posts_and_author_threads' || isOwnThread(read, item))
      const {items, cursor} = await filledPage(
        params,
        (after, limit) => skeletons.authorFeed(author, filter, after, limit),
        async rows => {
          // The pin stands above the first page, in the place of its last item, and not among the others as well.
          const page: FeedItem[] = [...pin, ...rows.filter(({item}) => item !== pinned)].slice(0, params.limit)
          pin = []
          return feedViews(
            await hydrator.hydrate(caller?.did, {records: recordsOf(page), withReplied: true}),
            page,
            isKept,
          )
        },
      )
      return answer(getAuthorFeed, {cursor, feed: items}, await hydrator.rev(caller?.did))
    },
  })

const isMutedItem = (read: Hydration, {post}: FeedItem): boolean => isMuted(read, read.records.get(post)?.actor ?? 0)

/** A reply stands in its author's threads when all between it and the first post is the author's own. */
function isOwnThread(read: Hydration, {post, item}: FeedItem): boolean {
  const core = read.records.get(post)
  if (item !== post || !core || core.root === null || core.parent === null) return true
  const root = read.records.get(core.root)
  const parent = read.records.get(core.parent)
  return (
    root?.actor === core.actor && parent?.actor === core.actor && (parent.id === root.id || parent.root === root.id)
  )
}

/** The number of the post that a profile pins, when it is one of its own. */
async function pinnedPost(
  hydrator: Pick<HydrationStore, 'recordIds'>,
  uri: string | undefined,
  did: string,
): Promise<number | undefined> {
  if (!uri?.startsWith(`at://${did}/app.bsky.feed.post/`)) return undefined
  return (await hydrator.recordIds([uri])).get(uri)
}
