/** Posts, what is done with them, and the gates that their authors put up. */
import type {AtUri} from '#atp/syntax/at-uri.ts'
import {generator} from '#lex/gen/app/bsky/feed/generator.ts'
import {like} from '#lex/gen/app/bsky/feed/like.ts'
import {type Post, post} from '#lex/gen/app/bsky/feed/post.ts'
import {postgate} from '#lex/gen/app/bsky/feed/postgate.ts'
import {repost} from '#lex/gen/app/bsky/feed/repost.ts'
import {threadgate} from '#lex/gen/app/bsky/feed/threadgate.ts'
import type {StrongRef} from '#lex/gen/com/atproto/repo/strongRef.ts'
import {linkTo, recordIndexer, type RecordIndexer, type RecordLink, type Told} from './record-indexer.ts'
import {mentionsOf} from './mentions.ts'

const postType = post.nsid

/** The kinds of media, as bits of the column `media`. */
const mediaBits: Readonly<Record<string, number>> = {
  'app.bsky.embed.images': 1,
  'app.bsky.embed.gallery': 1,
  'app.bsky.embed.video': 2,
  'app.bsky.embed.external': 4,
}

/** The post that an embed quotes; lists, feeds and the like are embedded the same way, and are no quotes. */
function quotedIn(embed: Post['embed']): RecordLink | undefined {
  let uri: AtUri | undefined
  if (embed?.$type === 'app.bsky.embed.record') uri = embed.record.uri
  else if (embed?.$type === 'app.bsky.embed.recordWithMedia') uri = embed.record.record.uri
  const link = uri && linkTo(uri)
  return link?.collection === postType ? link : undefined
}

function mediaIn(embed: Post['embed']): number {
  const type = embed?.$type === 'app.bsky.embed.recordWithMedia' ? embed.media.$type : embed?.$type
  return (type && mediaBits[type]) ?? 0
}

const posts = recordIndexer({
  type: post,
  tables: ['post', 'feed_item'],
  rows: ({self, record}) => {
    const root = record.reply && linkTo(record.reply.root.uri)
    const parent = record.reply && linkTo(record.reply.parent.uri)
    const place = root && parent ? {root, parent} : {root: null, parent: null}
    return [
      [{...place, quoted: quotedIn(record.embed) ?? null, media: mediaIn(record.embed), violatesGate: 0}],
      [{post: self}],
    ]
  },
  counts: [
    {table: 'post', by: 'actor', into: 'profile_agg', column: 'posts'},
    {table: 'post', by: 'parent', unless: 'violatesGate', into: 'post_agg', column: 'replies'},
    {table: 'post', by: 'quoted', into: 'post_agg', column: 'quotes'},
  ],
  tells: ({record}) => mentionsOf(record.facets).map(to => ({to, reason: 'mention'})),
  settles: 'post',
})

/** To the author of what is liked or reposted, and to whoever's repost led there. */
function engagement(subject: StrongRef, via: StrongRef | undefined, reason: 'like' | 'repost'): Told[] {
  const told: Told[] = []
  const about = linkTo(subject.uri)
  const through = via && linkTo(via.uri)
  if (about) told.push({to: about.did, reason, about})
  if (through) told.push({to: through.did, reason: `${reason}-via-repost`, about: through})
  return told
}

const likes = recordIndexer({
  type: like,
  tables: ['like'],
  unique: ['actor', 'subject'],
  rows: ({record}) => {
    const subject = linkTo(record.subject.uri)
    return subject && [[{subject}]]
  },
  counts: [{table: 'like', by: 'subject', into: 'post_agg', column: 'likes'}],
  tells: ({record}) => engagement(record.subject, record.via, 'like'),
})

const reposts = recordIndexer({
  type: repost,
  tables: ['repost', 'feed_item'],
  unique: ['actor', 'subject'],
  rows: ({record}) => {
    const subject = linkTo(record.subject.uri)
    return subject && [[{subject}], [{post: subject}]]
  },
  counts: [{table: 'repost', by: 'subject', into: 'post_agg', column: 'reposts'}],
  tells: ({record}) => engagement(record.subject, record.via, 'repost'),
})

/** The post that a gate stands before: its author's own, under the gate's record key. */
function gatedPost(uri: RecordLink | undefined, self: RecordLink): RecordLink | undefined {
  return uri && uri.did === self.did && uri.rkey === self.rkey && uri.collection === postType ? uri : undefined
}

const threadgates = recordIndexer({
  type: threadgate,
  tables: ['threadgate', 'hidden_reply'],
  rows: ({self, record}) => {
    const post = gatedPost(linkTo(record.post), self)
    const hidden = new Set(record.hiddenReplies)
    return post && [[{post}], [...hidden].flatMap(uri => linkTo(uri) ?? []).map(reply => ({reply}))]
  },
  settles: 'threadgate',
})

const postgates = recordIndexer({
  type: postgate,
  tables: ['postgate'],
  rows: ({self, record}) => {
    const post = gatedPost(linkTo(record.post), self)
    const isDisabled = record.embeddingRules?.some(rule => rule.$type === 'app.bsky.feed.postgate#disableRule')
    return post && [[{post, quotesDisabled: isDisabled ? 1 : 0}]]
  },
})

const generators = recordIndexer({
  type: generator,
  tables: ['generator'],
  rows: ({record}) => [[{service: {did: record.did}, displayName: record.displayName}]],
  counts: [{table: 'generator', by: 'actor', into: 'profile_agg', column: 'generators'}],
})

export const feedIndexers: readonly RecordIndexer[] = [posts, likes, reposts, threadgates, postgates, generators]
