/** Who follows, blocks, lists and vouches for whom. */
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {block} from '#lex/gen/app/bsky/graph/block.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import {list} from '#lex/gen/app/bsky/graph/list.ts'
import {listblock} from '#lex/gen/app/bsky/graph/listblock.ts'
import {listitem} from '#lex/gen/app/bsky/graph/listitem.ts'
import {starterpack} from '#lex/gen/app/bsky/graph/starterpack.ts'
import {verification} from '#lex/gen/app/bsky/graph/verification.ts'
import {service} from '#lex/gen/app/bsky/labeler/service.ts'
import {linkTo, recordIndexer, type RecordIndexer} from './record-indexer.ts'

const profiles = recordIndexer({
  type: profile,
  tables: ['profile'],
  rows: ({record}) => {
    const {displayName = null, description = null, joinedViaStarterPack: joined} = record
    return [[{displayName, description, joinedVia: (joined && linkTo(joined.uri)) ?? null}]]
  },
  counts: [{table: 'profile', by: 'joinedVia', into: 'post_agg', column: 'joined'}],
  tells: ({record}) => {
    const pack = record.joinedViaStarterPack && linkTo(record.joinedViaStarterPack.uri)
    return pack ? [{to: pack.did, reason: 'starterpack-joined', about: pack}] : []
  },
  settles: 'profile',
})

const follows = recordIndexer({
  type: follow,
  tables: ['follow'],
  unique: ['actor', 'subject'],
  rows: ({record}) => [[{subject: {did: record.subject}}]],
  counts: [
    {table: 'follow', by: 'subject', into: 'profile_agg', column: 'followers'},
    {table: 'follow', by: 'actor', into: 'profile_agg', column: 'follows'},
  ],
  tells: ({record}) => [{to: record.subject, reason: 'follow'}],
})

const blocks = recordIndexer({
  type: block,
  tables: ['block'],
  unique: ['actor', 'subject'],
  rows: ({record}) => [[{subject: {did: record.subject}}]],
})

const lists = recordIndexer({
  type: list,
  tables: ['list'],
  rows: ({record}) => [[{purpose: record.purpose, name: record.name}]],
  counts: [{table: 'list', by: 'actor', into: 'profile_agg', column: 'lists'}],
})

const listItems = recordIndexer({
  type: listitem,
  tables: ['list_item'],
  unique: ['list', 'subject'],
  rows: ({did, record}) => {
    const list = linkTo(record.list)
    return list?.did === did ? [[{list, subject: {did: record.subject}}]] : undefined
  },
})

const listBlocks = recordIndexer({
  type: listblock,
  tables: ['list_block'],
  unique: ['actor', 'list'],
  rows: ({record}) => {
    const list = linkTo(record.subject)
    return list && [[{list}]]
  },
})

const starterPacks = recordIndexer({
  type: starterpack,
  tables: ['starter_pack'],
  rows: ({record}) => [[{list: linkTo(record.list) ?? null, name: record.name}]],
  counts: [{table: 'starter_pack', by: 'actor', into: 'profile_agg', column: 'starterPacks'}],
})

const verifications = recordIndexer({
  type: verification,
  tables: ['verification'],
  unique: ['actor', 'subject'],
  rows: ({record: {subject, handle, displayName}}) => [[{subject: {did: subject}, handle, displayName}]],
})

const labelers = recordIndexer({
  type: service,
  tables: ['labeler'],
  rows: () => [[{}]],
})

export const graphIndexers: readonly RecordIndexer[] = [
  profiles,
  follows,
  blocks,
  lists,
  listItems,
  listBlocks,
  starterPacks,
  verifications,
  labelers,
]
