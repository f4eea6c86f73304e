/** What stands in the place of a post that is not shown. */
import type {BlockedAuthor, BlockedPost, NotFoundPost} from '#lex/gen/app/bsky/feed/defs.ts'
import type {Typed} from '#lex/schema/define.ts'
import type {Plain} from '#lex/schema/plain.ts'
import type {Hydration} from '../hydration/hydration.ts'
import type {RecordCore} from '../hydration/record-core.ts'

/** Who is behind a block, and which way it goes, so that one's own can be undone. */
export function blockedAuthor(read: Hydration, {actor, did}: RecordCore): Plain<BlockedAuthor> {
  const relation = read.relations.get(actor)
  if (!relation) return {did}
  const {blocking, blockedBy, blockedByList, blockingByList} = relation
  const byList = blockingByList === undefined ? undefined : read.records.get(blockingByList)?.uri
  return {did, viewer: {blockedBy: blockedBy === true || blockedByList === true, blocking: blocking ?? byList}}
}

export const blockedPost = (read: Hydration, core: RecordCore): Plain<Typed<BlockedPost>> => ({
  $type: 'app.bsky.feed.defs#blockedPost',
  uri: core.uri,
  blocked: true,
  author: blockedAuthor(read, core),
})

export const notFoundPost = (uri: string): Plain<Typed<NotFoundPost>> => ({
  $type: 'app.bsky.feed.defs#notFoundPost',
  uri,
  notFound: true,
})
