/**
 * Records as the network holds them, made from a seed: 40 % posts, 40 % likes, the rest follows and reposts; about
 * 250 bytes of CBOR each. Everything is drawn from one generator, so the same seed gives the same bytes everywhere.
 */
import {codecs, cidOf} from '#atp/data/cid.ts'
import type {Value, ValueMap} from '#atp/data/value.ts'
import {toUtf8} from '#std/text.ts'
import {seeded} from '../test/random.ts'

export interface KeyedRecord {
  collection: string
  rkey: string
  record: ValueMap
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
const sortable = '234567abcdefghijklmnopqrstuvwxyz'
const words =
  'the a of and to in is you that it he was for on are as with his they I at be this have from or one had by word but ' +
  'not what all were we when your can said there use an each which she do how their if will up other about out many ' +
  'then them these so some her would make like him into time has look two more write go see number no way could people'
const wordList = words.split(' ')
const foreign = ['こんにちは', 'ありがとう', 'olá', 'você', 'schön', 'für', 'naïve', '😀', '🎉', '한국어', 'مرحبا', '—']
const languages = ['en', 'en', 'en', 'ja', 'pt', 'de', 'ko']

/** `count` records of the mix. */
export function recordMix(count: number, seed = 1): KeyedRecord[] {
  const random = seeded(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]
  const letters = (alphabet: string, size: number): string => {
    let text = ''
    for (let i = 0; i < size; i++) text += alphabet[below(alphabet.length)]
    return text
  }
  const link = (codec: (typeof codecs)[keyof typeof codecs]) => cidOf(codec, toUtf8(letters(base32, 8)))
  const did = (): string => 'did:plc:' + letters(base32, 24)
  const tid = (): string => '3' + pick([...'jkl']) + letters(sortable, 11)
  const time = (): string => new Date(1_680_000_000_000 + below(100_000_000_000)).toISOString()
  const strongRef = (): ValueMap => ({
    cid: link(codecs.cbor).toString(),
    uri: `at://${did()}/app.bsky.feed.post/${tid()}`,
  })
  const prose = (): string => {
    let text = pick(wordList)
    for (let rest = 2 + below(22); rest > 0; rest--) text += ' ' + (random() < 0.04 ? pick(foreign) : pick(wordList))
    return text
  }

  const post = (): ValueMap => {
    const record: ValueMap = {text: prose(), $type: 'app.bsky.feed.post', langs: [pick(languages)], createdAt: time()}
    const kind = random()
    if (kind < 0.4) record.reply = {root: strongRef(), parent: strongRef()}
    else if (kind < 0.5) record.embed = images()
    else if (kind < 0.58) record.embed = {$type: 'app.bsky.embed.record', record: strongRef()}
    if (random() < 0.1) record.facets = [facet()]
    return record
  }
  const images = (): Value => ({
    $type: 'app.bsky.embed.images',
    images: [
      {
        alt: random() < 0.5 ? '' : prose(),
        image: {$type: 'blob', ref: link(codecs.raw), mimeType: 'image/jpeg', size: 50_000 + below(900_000)},
        aspectRatio: {width: 1000 + below(1000), height: 1000 + below(1000)},
      },
    ],
  })
  const facet = (): Value => ({
    index: {byteStart: below(20), byteEnd: 20 + below(20)},
    features: [{$type: 'app.bsky.richtext.facet#link', uri: `https://example.com/${letters(base32, 12)}`}],
  })

  const made: KeyedRecord[] = []
  for (let i = 0; i < count; i++) {
    const kind = random()
    const [collection, record]: [string, ValueMap] =
      kind < 0.4
        ? ['app.bsky.feed.post', post()]
        : kind < 0.8
          ? ['app.bsky.feed.like', {$type: 'app.bsky.feed.like', subject: strongRef(), createdAt: time()}]
          : kind < 0.93
            ? ['app.bsky.graph.follow', {$type: 'app.bsky.graph.follow', subject: did(), createdAt: time()}]
            : ['app.bsky.feed.repost', {$type: 'app.bsky.feed.repost', subject: strongRef(), createdAt: time()}]
    made.push({collection, rkey: tid(), record})
  }
  return made
}
