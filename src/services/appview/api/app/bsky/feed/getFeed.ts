/** A page of anybody's feed: its service says which posts, this says what they are. */
import {getFeed} from '#lex/gen/app/bsky/feed/getFeed.ts'
import type {Generator} from '#lex/gen/app/bsky/feed/generator.ts'
import type {SkeletonReasonRepost} from '#lex/gen/app/bsky/feed/defs.ts'
import {answer} from '../../../../pages/answer.ts'
import {query} from '../../../../callers.ts'
import {feedViews, isForTimeline, recordsOf} from '../../../../pages/feed-page.ts'
import type {FeedServices} from '../../../../feed-services.ts'
import type {HydrationStore} from '../../../../store/hydration/hydration-store.ts'
import type {JsonOf} from '../../../../hydration/record-json.ts'

type Deps = {feedServices: Pick<FeedServices, 'skeleton'>; hydrator: Pick<HydrationStore, 'hydrate' | 'recordIds'>}

export const endpoint = ({feedServices, hydrator}: Deps) =>
  query(getFeed, {
    auth: 'feed',
    async handle({params, caller, fail, request, signal}) {
      const {feed: uri, limit, cursor} = params
      const id = (await hydrator.recordIds([uri])).get(uri) ?? 0
      const feed = (await hydrator.hydrate(undefined, {records: [id]})).records.get(id)
      if (feed?.collection !== 'app.bsky.feed.generator') throw fail('UnknownFeed', 'could not find feed')
      const {did} = feed.record as unknown as JsonOf<Generator>
      const skeleton = await feedServices.skeleton(did, {feed: uri, limit, cursor}, request, signal)
      const {reqId} = skeleton
      const page = skeleton.feed.slice(0, limit)
      const reposts = page.map(({reason}) =>
        reason?.$type === 'app.bsky.feed.defs#skeletonReasonRepost'
          ? (reason as SkeletonReasonRepost).repost
          : undefined,
      )
      const numbers = await hydrator.recordIds([...page.map(({post}) => post), ...reposts.filter(Boolean).map(String)])
      const items = page.flatMap(({post: postUri, reason, feedContext}, at) => {
        const post = numbers.get(postUri)
        const item = reposts[at] === undefined ? post : numbers.get(reposts[at])
        if (post === undefined || item === undefined) return []
        return [{post, item, isPin: reason?.$type === 'app.bsky.feed.defs#skeletonReasonPin', feedContext, reqId}]
      })
      const read = await hydrator.hydrate(caller?.did, {records: recordsOf(items), withReplied: true})
      const views = feedViews(read, items, (_, item) => {
        // The repost has to be one of that very post.
        const {subject} = (read.records.get(item.item)?.record ?? {}) as {subject?: {uri: string}}
        const isThat = item.item === item.post || subject?.uri === read.records.get(item.post)?.uri
        return isThat && isForTimeline(read, item)
      })
      // A feed that gives nothing, or the same cursor again, has come to its end.
      const isEnd = page.length === 0 || skeleton.cursor === cursor
      return answer(getFeed, {cursor: isEnd ? undefined : skeleton.cursor, feed: views})
    },
  })
