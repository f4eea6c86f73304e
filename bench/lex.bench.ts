/**
 * Records against their lexicons, beside the official validator: each type that makes up the network's traffic, and
 * the mix of them. Both get values as their own decoder makes them, so only the checking is timed.
 */
import {jsonToLex, Lexicons} from '@atproto/lexicon'
import {schemas} from '@atproto/api'
import {valueToJson} from '#atp/data/json.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {records} from '#lex/gen/records.ts'
import {contest} from './measure.ts'
import {seeded} from '../test/random.ts'
import {type KeyedRecord, recordMix} from './records.ts'

const lexiconName = '@atproto/lexicon'
const count = 2000
const ours = new Map(records.map(schema => [schema.nsid as string, schema]))
const theirs = new Lexicons(schemas)
const random = seeded(3)

const mix = recordMix(count * 4)
const of = (collection: string): KeyedRecord[] => mix.filter(keyed => keyed.collection === collection).slice(0, count)
const posts = of('app.bsky.feed.post')
const full = posts.slice(0, 500).map(({record, ...keyed}) => ({...keyed, record: fullPost(record)}))

await race('records of the mix', [...mix.slice(0, count), ...profiles(100)], 5)
await race('posts', posts, 5)
await race('posts with all that they may have', full, 5)
await race('likes', of('app.bsky.feed.like'), 5)
await race('follows', of('app.bsky.graph.follow'), 5)
await race('reposts', of('app.bsky.feed.repost'), 5)
await race('profiles', profiles(count), 5)

async function race(title: string, keyed: readonly KeyedRecord[], claim: number): Promise<void> {
  const values = keyed.map(({collection, record}) => ({schema: ours.get(collection)!, record}))
  const theirValues = keyed.map(({collection, record}) => ({collection, record: jsonToLex(valueToJson(record))}))
  await contest({
    title: `validate ${title}`,
    unit: 'records',
    work: keyed.length,
    contenders: {
      wholesky: () => {
        for (const {schema, record} of values) if (schema.check(record)) throw new Error('refused')
      },
      [lexiconName]: () => {
        for (const {collection, record} of theirValues) theirs.assertValidRecord(collection, record)
      },
    },
    claims: {[lexiconName]: claim},
  })
}

/** A reply with an embed, facets, languages, self-labels and tags, and a text that is nearly too long. */
function fullPost(record: ValueMap): ValueMap {
  const uri = 'at://did:plc:44ybard66vv44zksje25o7dz/app.bsky.feed.post/3jwdwj2ctlk26'
  const ref = {uri, cid: 'bafyreiclp443lavogvhj3d2ob2cxbfuscni2k5jk7bebjzg7khl3esabwq'}
  return {
    ...record,
    text: 'Ein längerer Text mit 🎉 und mehr, '.repeat(10).slice(0, 290 + Math.floor(random() * 20)),
    reply: {root: ref, parent: ref},
    embed: {$type: 'app.bsky.embed.external', external: {uri: 'https://example.com/a', title: 'A', description: 'B'}},
    facets: [0, 1, 2, 3].map(facet),
    labels: {$type: 'com.atproto.label.defs#selfLabels', values: [{val: 'spoiler'}]},
    tags: ['one', 'two'],
  }
}

function profiles(count: number): KeyedRecord[] {
  return Array.from({length: count}, (_, i) => ({
    collection: 'app.bsky.actor.profile',
    rkey: 'self',
    record: profile(i),
  }))
}

function facet(i: number): ValueMap {
  return {
    index: {byteStart: i * 20, byteEnd: i * 20 + 12},
    features: [
      i % 2 === 0
        ? {$type: 'app.bsky.richtext.facet#mention', did: 'did:plc:44ybard66vv44zksje25o7dz'}
        : {$type: 'app.bsky.richtext.facet#tag', tag: 'network'},
    ],
  }
}

function profile(i: number): ValueMap {
  return {
    $type: 'app.bsky.actor.profile',
    displayName: `Person ${i} 🌊`,
    description: 'Someone who writes about boats, tides and the weather. 🌊⛵',
    createdAt: new Date(1_700_000_000_000 + i * 1000).toISOString(),
  }
}
